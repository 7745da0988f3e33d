"""Sweeps: many runs at once, from several starts or over a grid of settings."""
