"""What a rule is made of: answers, facts, conditions, and the engine."""
