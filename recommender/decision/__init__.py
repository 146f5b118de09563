"""From answers to a result: what is left out, what is chosen, how much, in which order, and why."""
