"""Recurrent layers of a stack, step by step and through whole sequences."""
