"""Data sets: made on the spot, bundled, or read from a CSV file."""
