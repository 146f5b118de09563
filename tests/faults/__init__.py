"""Builds of the engine library that are wrong on purpose."""
