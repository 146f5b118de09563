"""A session with a timer."""
