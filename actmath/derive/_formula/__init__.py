"""The formula itself: its pieces, derivatives, gradients by parameters, zeros."""
