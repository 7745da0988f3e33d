"""nnviz: watch a neural network learn, and check every number of it."""

__version__ = "0.1.0"
