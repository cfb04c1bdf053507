"""Claims of Klambauer et al. (2017)."""
