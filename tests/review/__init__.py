"""What reviewers of the rules use."""
