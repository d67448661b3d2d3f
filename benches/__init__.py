"""Benchmarks of psky against public libraries on the same input; see benches/README.md."""
