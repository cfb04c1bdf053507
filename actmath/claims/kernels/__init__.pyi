# The public names of `actmath.claims.kernels`: none, its rows are in the ledger.
