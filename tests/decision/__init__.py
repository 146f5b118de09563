"""What is left out, planned, put in order and composed."""
