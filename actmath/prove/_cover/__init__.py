"""Statements, the covers that decide them, and the prover."""
