"""What rules are made of: questions, answers, facts and conditions, and the engine. It reads no file."""
