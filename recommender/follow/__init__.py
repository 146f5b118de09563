"""Following a routine in the terminal: a timed script, a player for it, and what a terminal shows of it."""
