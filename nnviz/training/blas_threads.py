"""How many threads the products of a run may use.

A thread beside the first one helps large products only, and costs much where the machine
has other work: OpenBLAS splits a product evenly and then waits for the slowest part. Beside
three busy neighbours on 4 processors, steps with three threads took up to ten times as
long as with one. ``benchmarks/README.md`` has the measurements that this rule comes from.
"""

import os

from nnviz.core.spec import NetworkSpec

_LARGE = 32_000_000
_PROCESSORS = 4
_VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads_for(spec: NetworkSpec, batch_size: int, available: int) -> int:
    """Return the number of BLAS threads that suit a network: one or two.

    It depends on sizes alone, never on the clock or on what else runs: results differ in
    their last bits with the number of threads, and a run must repeat.

    Parameters
    ----------
    spec, batch_size
        Two threads where the largest product of a step has 32 million operations.
    available
        Processors; below four, one is for the products and the others for the window.
    """
    columns = [layer.size * layer.piece_count for layer in spec.layers]
    largest = max(
        2 * (rows + 1) * units * batch_size
        for rows, units in zip(spec.layer_sizes, columns, strict=False)
    )
    return 2 if largest >= _LARGE and available >= _PROCESSORS else 1


class BlasThreads:
    """The number of BLAS threads of one run, fixed for as long as it lives.

    Parameters
    ----------
    spec, batch_size
        What the run trains.

    Attributes
    ----------
    count
        The number.
    """

    # What BLAS uses now, as far as is known: ``nnviz`` starts with one thread.
    _in_use = 1 if all(os.environ.get(name) == "1" for name in _VARIABLES) else 0

    def __init__(self, spec: NetworkSpec, batch_size: int) -> None:
        self.count = threads_for(spec, batch_size, processors())
        self.use()

    def use(self) -> None:
        """Let BLAS use so many threads from now on, in the whole process."""
        if BlasThreads._in_use == self.count:
            return
        # Most runs never come here, and need not wait for the import.
        from threadpoolctl import threadpool_limits

        threadpool_limits(self.count, user_api="blas")
        BlasThreads._in_use = self.count
