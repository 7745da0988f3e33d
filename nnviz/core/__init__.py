"""The engine: NumPy only, no threads, no files, no Qt."""
