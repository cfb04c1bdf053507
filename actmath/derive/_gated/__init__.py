"""Units of two arguments: which is meant, its partial derivatives, its moments in closed form."""
