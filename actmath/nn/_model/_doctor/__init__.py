"""The doctor: what a model's signals are, beside what they should be."""
