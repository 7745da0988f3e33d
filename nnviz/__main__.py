"""Start nnviz: ``python -m nnviz`` or the installed ``nnviz`` command."""

import os
import sys


def main() -> int:
    """Run the command line and return its exit code."""
    if getattr(sys, "frozen", False):
        # A process of a pool begins here too, and goes its own way.
        import multiprocessing

        multiprocessing.freeze_support()
    # Matrices here are small: one BLAS thread is faster than several, leaves the
    # window its processor, and makes every run repeatable to the last bit. The
    # libraries read these variables once, when NumPy is first imported.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from nnviz.cli import run_command_line

    return run_command_line(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
