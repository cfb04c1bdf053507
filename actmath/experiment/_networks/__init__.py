"""Networks, many of one shape at once."""
