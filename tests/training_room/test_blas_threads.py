"""The number of BLAS threads: by size alone, and fixed for each run."""

import pytest

from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.training import blas_threads
from nnviz.training.blas_threads import BlasThreads, threads_for


def network(*sizes: int) -> NetworkSpec:
    return NetworkSpec(sizes[0], tuple(LayerSpec(size) for size in sizes[1:]))


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect what BLAS is told, on a machine with four processors."""
    told: list[int] = []
    monkeypatch.setattr(
        "threadpoolctl.threadpool_limits", lambda count, user_api: told.append(count)
    )
    monkeypatch.setattr(blas_threads, "processors", lambda: 4)
    monkeypatch.setattr(BlasThreads, "_in_use", 1)
    return told


@pytest.mark.parametrize("sizes", [(2, 4, 2, 1), (64, 128, 64, 10), (2, *([16] * 30), 1)])
def test_that_small_networks_have_one_thread(sizes: tuple[int, ...]) -> None:
    assert threads_for(network(*sizes), 32, 64) == 1


def test_that_a_large_network_has_two_threads_where_four_processors_are() -> None:
    large = network(784, 256, 128, 10)
    assert [threads_for(large, 128, count) for count in (1, 2, 3, 4, 8)] == [1, 1, 1, 2, 2]


def test_that_the_pieces_of_a_maxout_layer_count() -> None:
    layers = (LayerSpec(256, "maxout", pieces=4), LayerSpec(10))
    assert threads_for(NetworkSpec(256, layers), 64, 4) == 2
    assert threads_for(network(256, 256, 10), 64, 4) == 1


def test_that_blas_is_told_only_when_another_run_had_another_number(limits: list[int]) -> None:
    small, large = BlasThreads(network(2, 4, 1), 10), BlasThreads(network(784, 256, 10), 128)
    for threads in (small, small, large, large, small):
        threads.use()
    assert limits == [2, 1, 2, 1]


def test_that_a_process_that_may_use_all_processors_is_held_to_one(
    limits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BlasThreads, "_in_use", 0)
    BlasThreads(network(2, 4, 1), 10).use()
    assert limits == [1]
