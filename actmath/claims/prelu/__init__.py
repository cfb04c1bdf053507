"""Claims of He et al. (2015)."""
