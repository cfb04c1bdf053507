"""Noisy units and annealing in numbers."""
