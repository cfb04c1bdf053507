# The public names of `actmath.claims.notes`: none, its rows are in the ledger.
