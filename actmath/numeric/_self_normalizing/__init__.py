"""Constants that make a mean and variance a fixed point, and the flow around it."""
