"""Paths, slopes, statistics and clouds behind the figures."""
