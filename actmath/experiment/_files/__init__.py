"""What lies on the disk: written whole, by one writer at a time, and checked when it is read."""
