"""Measurements that anyone can repeat; see README.md in this folder."""

import os

# All of this is read when the libraries are first imported, so it must come before a
# benchmark's imports. One thread for every contender, unless THREADS=default asks for what
# each does by itself.
THREADS = os.environ.get("THREADS", "1")
_VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
if THREADS == "1":
    for _name in _VARIABLES:
        os.environ[_name] = "1"
else:
    for _name in _VARIABLES:
        os.environ.pop(_name, None)
# OpenBLAS takes the kernels that suit the processor, as it does where nobody set anything;
# KERNELS=Haswell, say, tells it which.
os.environ.pop("OPENBLAS_CORETYPE", None)
os.environ.pop("OPENBLAS_L2_SIZE", None)
if "KERNELS" in os.environ:
    os.environ["OPENBLAS_CORETYPE"] = os.environ["KERNELS"]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_NO_GUI_THREADPOOL"] = "1"
