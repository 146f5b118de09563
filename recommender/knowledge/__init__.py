"""The knowledge: everything that rules/ and catalog/ say, read strictly and held as immutable values."""
