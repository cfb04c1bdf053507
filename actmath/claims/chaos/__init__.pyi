# The public names of `actmath.claims.chaos`: none, its rows are in the ledger.
