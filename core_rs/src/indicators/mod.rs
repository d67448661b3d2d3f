//! Streaming indicators, one file each.
