"""Files of the user: saved results, and how files are written."""
