"""Files of the user: results that prove themselves when they are read back, and the one way to write."""
