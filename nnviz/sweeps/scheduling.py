"""Schedulers: where the runs of a sweep are trained.

Each takes the runs in turn and hands over results as they finish, in any order. All of
them train with :func:`nnviz.sweeps.runs.train_one`, so that results are the same
everywhere, bit for bit.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from queue import Empty, SimpleQueue
from typing import Any, Protocol
from uuid import uuid4

from nnviz.sweeps.plan import Plan, PlannedRun
from nnviz.sweeps.runs import RunResult, train_one

_POLL_SECONDS = 0.05
Cancelled = Callable[[], bool]


class Scheduler(Protocol):
    """Trains runs."""

    def train(
        self, sweep: str, runs: Sequence[PlannedRun], is_cancelled: Cancelled
    ) -> Generator[RunResult, None, None]:
        """Yield results as they finish; end early, with nothing left behind, when cancelled.

        Raises
        ------
        SweepError
            If a run failed, or those who train them have gone.
        """


class InProcess:
    """Trains one run after another, here."""

    def train(
        self, sweep: str, runs: Sequence[PlannedRun], is_cancelled: Cancelled
    ) -> Generator[RunResult, None, None]:
        """Yield results in the order of the runs."""
        for run in runs:
            result = train_one(sweep, run, is_cancelled)
            if result is None:
                return
            yield result


def sweep_results(
    plan: Plan, scheduler: Scheduler, is_cancelled: Cancelled = lambda: False
) -> Generator[RunResult, None, None]:
    """Train a plan that ``check_plan`` has passed; yield results as they finish.

    Closing the iterator cancels what is under way.

    Raises
    ------
    SweepError
        If a run failed.
    """
    with closing(scheduler.train(uuid4().hex, plan.turns, is_cancelled)) as results:
        yield from results


def as_they_finish(futures: Iterable[Any], is_cancelled: Cancelled) -> Iterator[Any]:
    """Yield futures (of Python's pools, or Dask's) as they finish, until cancelled."""
    done: SimpleQueue[Any] = SimpleQueue()
    count = 0
    for future in futures:
        future.add_done_callback(done.put)
        count += 1
    while count and not is_cancelled():
        try:
            future = done.get(timeout=_POLL_SECONDS)
        except Empty:
            continue
        count -= 1
        yield future
