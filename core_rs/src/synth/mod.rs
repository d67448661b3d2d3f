//! PSG-1: a bit-reproducible synthetic tape with a planted edge.
