"""What layers upon layers do: initialization, convolutions, folds of space."""
