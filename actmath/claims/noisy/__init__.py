"""Claims of Gulcehre et al. (2016)."""
