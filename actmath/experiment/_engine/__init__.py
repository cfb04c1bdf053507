"""The loop that trains, what it can be asked, and how many runs share a machine."""
