"""Exact numbers for what constants are there for."""
