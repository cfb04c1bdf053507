"""Kernels of wide networks: what infinitely many units a layer make of pairs of inputs."""
