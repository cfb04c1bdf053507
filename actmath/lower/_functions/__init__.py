"""The functions that stable formulas are made of, and what they are in each arithmetic."""
