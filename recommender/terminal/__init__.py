"""What every face that asks in a terminal shares."""
