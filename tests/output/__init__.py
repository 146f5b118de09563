"""A result in each of its forms."""
