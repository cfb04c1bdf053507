"""How many digits every route of the package keeps, beside a reference that shares none of it."""
