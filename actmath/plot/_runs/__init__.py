"""Training runs in pictures."""
