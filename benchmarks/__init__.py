"""Measurements on real servers: `python -m benchmarks`."""
