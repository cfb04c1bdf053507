"""Noisy activations (Gulcehre et al. 2016): the unit, its gradient, its limits."""
