"""Throws inputs at the recommender that nobody would write: see README.md."""
