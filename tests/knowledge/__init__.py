"""The files of rules, exercises and words: read, checked against each other, kept and overlaid."""
