"""Loops in C over numbers in a processor's memory, built when first wanted."""
