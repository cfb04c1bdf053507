"""Sums over nodes: their gradients, and where they may be trusted."""
