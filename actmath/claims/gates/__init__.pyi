# The public names of `actmath.claims.gates`: none, its rows are in the ledger.
