"""The same rules decided by other rule engines; run it with `python -m tests.benchmarks.peers`."""
