"""Claims of Clevert et al. (2016), and what later texts make of them."""
