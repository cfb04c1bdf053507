"""Moments, fixed points, folds and depth in pictures."""
