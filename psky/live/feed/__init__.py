"""What the exchange pushes: sockets under a supervisor of our own, frames as values, public trades without holes."""
