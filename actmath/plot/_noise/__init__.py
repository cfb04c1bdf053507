"""Noisy units and annealing in pictures."""
