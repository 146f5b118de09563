"""The checks of `recommender rules check`: small classes, one subject a file."""
