"""Training in a plain background thread, without Qt."""
