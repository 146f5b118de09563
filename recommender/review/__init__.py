"""Reviewing the knowledge: running its examples and looking for gaps."""
