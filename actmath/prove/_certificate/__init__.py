"""Certificates, and the small checker that trusts nothing else."""
