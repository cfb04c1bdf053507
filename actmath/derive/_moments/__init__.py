"""Expectations under a Gaussian, and what follows from them."""
