"""Benchmarks that print; nothing here is a test, since shared machines are too noisy for bounds."""
