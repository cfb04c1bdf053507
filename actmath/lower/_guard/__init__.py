"""Where a lowered formula still loses digits, and what serves there in its place."""
