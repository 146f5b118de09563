"""The commands of `recommender rules`, one file each."""
