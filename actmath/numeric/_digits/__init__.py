"""Gaussian moments to any number of digits."""
