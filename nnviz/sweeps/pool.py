"""ProcessPool: the runs of a sweep on all processors of this machine."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.synchronize import Event

from nnviz.sweeps.errors import SweepError
from nnviz.sweeps.plan import PlannedRun
from nnviz.sweeps.runs import RunResult, train_one
from nnviz.sweeps.scheduling import Cancelled, as_they_finish
from nnviz.training.blas_threads import processors


class _ThisProcess:
    """What a process of the pool knows of its pool."""

    stop: Event | None = None


class ProcessPool:
    """Trains several runs at once, each in a process.

    The processes are new ones, so that none of them knows of a window; each prepares
    a data set once. They end with the sweep, when it is cancelled, or when this
    process has gone for whatever reason.

    Parameters
    ----------
    workers
        Processes, at most one for each run; see :func:`suitable_workers`.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def train(
        self, sweep: str, runs: Sequence[PlannedRun], is_cancelled: Cancelled
    ) -> Generator[RunResult, None, None]:
        """Yield results as they finish.

        Raises
        ------
        SweepError
            If a run failed, or a process ended without a word.
        """
        context = multiprocessing.get_context("spawn")
        stop = context.Event()
        count = min(len(runs), self._workers)
        executor = ProcessPoolExecutor(count, context, _begin, (stop,))
        try:
            with _unheard_interrupts():
                futures: list[Future[RunResult | None]] = [
                    executor.submit(_train_here, sweep, run) for run in runs
                ]
            for future in as_they_finish(futures, is_cancelled):
                result = future.result()
                if result is not None:
                    yield result
        except BrokenProcessPool as error:
            raise SweepError(
                "a process that trained ended without a word, maybe for want of memory: try again "
                "with fewer workers"
            ) from error
        except (ValueError, OSError, MemoryError) as error:
            raise SweepError(str(error) or "a run needs more memory than there is") from error
        finally:
            stop.set()
            executor.shutdown(cancel_futures=True)


def suitable_workers(threads: int = 1) -> int:
    """Return how many processes keep every processor busy, if each run uses so many threads."""
    return max(1, processors() // threads)


# What happens in the processes of the pool.


def _begin(stop: Event) -> None:
    """Make a process of the pool ready: it hears of the end, and of nothing else."""
    _ThisProcess.stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="nnviz-parent", daemon=True).start()


def _end_with_parent() -> None:
    """End this process as soon as the one that began it has gone."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _train_here(sweep: str, run: PlannedRun) -> RunResult | None:
    assert _ThisProcess.stop is not None
    return train_one(sweep, run, _ThisProcess.stop.is_set)


@contextmanager
def _unheard_interrupts() -> Iterator[None]:
    """Begin processes that are deaf to Ctrl+C from their first moment; it is for this one.

    What is pressed meanwhile is heard afterwards.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
