"""What reviewers read of the rules. Renderers only show; they decide nothing."""
