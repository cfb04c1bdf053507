"""Text in and out: formulas that are read, answers that are shown, works that are cited."""
