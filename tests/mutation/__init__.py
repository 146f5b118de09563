"""Damages copies of the rules, one at a time, and looks who notices."""
