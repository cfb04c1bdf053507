"""Measurements in real layers: signals, gradients, Fisher matrices."""
