"""Measurements that anyone can repeat; see README.md in this folder."""

import os

# One BLAS thread for every contender; read when NumPy is first imported, so this
# must come before any other import of a benchmark.
for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[_name] = "1"
