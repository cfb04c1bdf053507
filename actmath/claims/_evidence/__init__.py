"""What verdicts rest on: certificates that are checked again, and recorded runs."""
