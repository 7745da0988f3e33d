"""Measurements that anyone can repeat; see README.md in this folder."""

import os

# One BLAS thread for every contender, and no screen. Both are read when the
# libraries are first imported, so this must come before a benchmark's imports.
for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[_name] = "1"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_NO_GUI_THREADPOOL"] = "1"
