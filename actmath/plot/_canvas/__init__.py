"""The figure, its style, and curves, bands and sliders on it."""
