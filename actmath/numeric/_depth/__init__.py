"""Signals through many layers: maps, phases, random networks, gains."""
