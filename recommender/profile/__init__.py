"""The answers of one person: checked, kept with their days, and what is certain before all are given."""
