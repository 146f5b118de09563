"""The next time: the log of sessions, and how the routine changes with how they went."""
