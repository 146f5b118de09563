"""One person's answers: checked, asked for, and what is certain early."""
