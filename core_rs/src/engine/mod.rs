//! The trader and the simulated venue: events in, commands out.
