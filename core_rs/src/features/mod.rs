//! Features and touches: one `push` state machine, which batch loops over.
