"""A pass of a model as a list of steps."""
