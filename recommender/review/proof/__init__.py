"""Proves what must never and what must always be, for all people."""
