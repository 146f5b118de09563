"""The log, and how it moves a routine."""
