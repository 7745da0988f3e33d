"""The engines that are timed side by side, each used the way it is meant to be.

A contender is a function of a workload that returns what runs so many epochs. It may be
missing: then its row is left out.
"""

import importlib.util
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from benchmarks.contenders import (
    floor,
    jax_scan,
    nnviz_run,
    playground,
    sklearn_fit,
    torch_eager,
)
from benchmarks.contenders.kind import Contender
from benchmarks.workloads import Workload


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table.

    Attributes
    ----------
    start
        Builds the contender.
    needs
        The module or the program that it needs.
    applies
        Whether it can do the workload.
    """

    start: Callable[[Workload], Contender]
    needs: str = "numpy"
    applies: Callable[[Workload], bool] = lambda workload: True

    @property
    def is_installed(self) -> bool:
        return bool(shutil.which(self.needs) or importlib.util.find_spec(self.needs))


CONTENDERS: Mapping[str, Entry] = MappingProxyType(
    {
        "nnviz": Entry(nnviz_run.start),
        "tape": Entry(nnviz_run.tape),
        "products": Entry(floor.products),
        "calls": Entry(floor.bare_calls),
        "torch": Entry(torch_eager.start, "torch"),
        "sklearn": Entry(sklearn_fit.start, "sklearn"),
        "jax": Entry(jax_scan.start, "jax"),
        "playground": Entry(playground.start, "node", playground.applies),
    }
)
