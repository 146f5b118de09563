"""The tests: a folder for each package of the program, and what they share beside them."""
