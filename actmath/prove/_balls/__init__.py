"""Formulas on boxes of balls, and rigorous bounds of them."""
