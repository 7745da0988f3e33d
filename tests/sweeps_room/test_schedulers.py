"""Where runs are trained makes no difference, and nothing is left behind."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import distributed
import pytest

from nnviz.sweeps import cluster, pool
from nnviz.sweeps.cluster import Cluster
from nnviz.sweeps.errors import SweepError
from nnviz.sweeps.plan import PlannedRun
from nnviz.sweeps.pool import ProcessPool, suitable_workers
from nnviz.sweeps.runs import RunResult
from nnviz.sweeps.scheduling import InProcess, sweep_results
from nnviz.training.blas_threads import processors
from tests.sweeps_room.dask_server import dask_cluster
from tests.sweeps_room.small import plan_of, setting, without_time

GRID = setting("model.hidden_layers.activation", "tanh", "relu")
ENDLESS = {"steps": 10_000_000, "seeds": 6}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Return the address of a cluster with two workers of two threads each."""
    with dask_cluster(2) as address:
        # Dask keeps a thread for its callbacks from the first one on, until the process ends.
        list(sweep_results(plan_of(seeds=1), Cluster(address)))
        yield address


def test_that_a_pool_trains_what_one_process_trains() -> None:
    plan = plan_of(seeds=3, settings=[GRID])
    alone = list(sweep_results(plan, InProcess()))
    assert [result.cell for result in alone] == [0, 1] * 3
    together = list(sweep_results(plan, ProcessPool(2)))
    assert without_time(together) == without_time(alone)
    assert multiprocessing.active_children() == []


def test_that_a_dask_cluster_trains_what_one_process_trains(address: str) -> None:
    plan = plan_of(seeds=3, settings=[GRID])
    together = list(sweep_results(plan, Cluster(address)))
    assert without_time(together) == without_time(list(sweep_results(plan, InProcess())))


def test_that_workers_may_be_processes() -> None:
    plan = plan_of(seeds=3, settings=[GRID])
    with dask_cluster(2, "processes") as address:
        together = list(sweep_results(plan, Cluster(address)))
    assert without_time(together) == without_time(list(sweep_results(plan, InProcess())))


def test_that_cancelling_a_pool_leaves_no_process() -> None:
    asked = 0

    def is_cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    assert list(sweep_results(plan_of(**ENDLESS), ProcessPool(2), is_cancelled)) == []
    assert multiprocessing.active_children() == []


def test_that_closing_the_results_cancels_the_pool() -> None:
    varied = setting("optimizer.schedule.steps", 100, 200)
    plan = plan_of(seeds=2, steps=10_000, settings=[varied])
    with closing(sweep_results(plan, ProcessPool(2))) as results:
        assert isinstance(next(results), RunResult)
    assert multiprocessing.active_children() == []


def test_that_cancelling_a_cluster_ends_the_runs_under_way(address: str) -> None:
    asked = 0

    def is_cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    assert list(sweep_results(plan_of(**ENDLESS), Cluster(address), is_cancelled)) == []
    # The workers are free again: they train something else.
    assert len(list(sweep_results(plan_of(seeds=8), Cluster(address)))) == 8


def die(*_: Any) -> RunResult | None:
    """End a process of the pool without a word."""
    os.kill(os.getpid(), signal.SIGKILL)
    return None


def fail(_sweep: str, run: PlannedRun) -> RunResult | None:
    raise ValueError(f"run {run.number} has failed")


def test_that_a_process_that_dies_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_train_here", die)
    with pytest.raises(SweepError, match="ended without a word"):
        list(sweep_results(plan_of(seeds=2), ProcessPool(2)))
    assert multiprocessing.active_children() == []


def test_that_a_run_that_fails_is_reported(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(pool, "_train_here", fail)
    with pytest.raises(SweepError, match="run 0 has failed"):
        list(sweep_results(plan_of(seeds=1), ProcessPool(1)))
    monkeypatch.setattr(cluster, "_train_there", fail)
    with pytest.raises(SweepError, match="run 0 has failed"):
        list(sweep_results(plan_of(seeds=1), Cluster(address)))


def test_that_a_scheduler_that_is_not_there_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("Timed out trying to connect")

    monkeypatch.setattr(distributed, "Client", refuse)
    with pytest.raises(SweepError, match="no Dask scheduler answers at tcp://127"):
        list(sweep_results(plan_of(seeds=1), Cluster("tcp://127.0.0.1:9")))


def test_that_a_cluster_without_workers_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 0.5)
    with dask_cluster(0) as address, pytest.raises(SweepError, match="has no workers: start some"):
        list(sweep_results(plan_of(seeds=1), Cluster(address)))


def test_that_a_missing_extra_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SweepError, match=r"install it with pip install 'nnviz\[dask\]'"):
        Cluster("tcp://127.0.0.1:9")


def test_that_workers_with_another_nnviz_are_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(cluster, "_version", other_version)
    with pytest.raises(SweepError, match=r"the workers have nnviz 0\.0\.9"):
        list(sweep_results(plan_of(seeds=1), Cluster(address)))
    monkeypatch.setattr(cluster, "_version", no_version)
    with pytest.raises(SweepError, match="the workers have no nnviz: install"):
        list(sweep_results(plan_of(seeds=1), Cluster(address)))


def other_version() -> str:
    return "0.0.9"


def no_version() -> str:
    raise ModuleNotFoundError("nnviz")


def test_that_the_pool_uses_every_processor_and_no_more() -> None:
    assert suitable_workers() == processors()
    assert suitable_workers(2) == max(1, processors() // 2)
    assert suitable_workers(2 * processors()) == 1
