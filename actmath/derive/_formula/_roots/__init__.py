"""Where a formula is zero: points to look at, brackets, closed forms."""
