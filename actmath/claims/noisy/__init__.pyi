# The public names of `actmath.claims.noisy`: none, its rows are in the ledger.
