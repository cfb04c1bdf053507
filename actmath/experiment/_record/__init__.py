"""What is asked and what was found: configurations, records, statistics. No PyTorch."""
