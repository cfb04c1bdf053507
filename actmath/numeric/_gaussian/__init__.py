"""Gaussian moments of arrays in float64, NumPy or PyTorch."""
