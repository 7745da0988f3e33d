"""Checking other people's numbers: a file of a network's quantities against the engine."""
