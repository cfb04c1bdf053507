"""PyTorch: the lowered formula, and cheaper forms where no gradient flows."""
