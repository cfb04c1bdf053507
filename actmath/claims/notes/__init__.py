"""Claims of course notes."""
