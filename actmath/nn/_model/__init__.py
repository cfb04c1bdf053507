"""Whole models: their weights, what their signals should be, and what they are."""
