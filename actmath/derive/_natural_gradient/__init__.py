"""Steepest descent paid in Kullback–Leibler divergence, and Fisher information."""
