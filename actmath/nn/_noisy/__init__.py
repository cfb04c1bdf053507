"""Noisy units (Gulcehre et al. 2016): modules, their formula, kernels, recurrent cells."""
