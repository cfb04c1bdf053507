"""Rules by which formulas are rewritten so that floating-point numbers keep their digits."""
