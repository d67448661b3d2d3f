//! Bars on a regular grid, closed by a watermark.
