"""Plan: every run of a sweep, made and checked before the first one begins."""

from dataclasses import dataclass
from itertools import product

import msgspec

from nnviz.data.prepare import prepare
from nnviz.data.prepared import PreparedData
from nnviz.data.request import DataSpec
from nnviz.sweeps.errors import SweepError
from nnviz.sweeps.spec import SweepSpec, Value, short_name, value_text, with_settings
from nnviz.training.blas_threads import processors, threads_for
from nnviz.training.experiment import ExperimentSpec, network_spec


class PlannedRun(msgspec.Struct, frozen=True):
    """One run of a sweep.

    Attributes
    ----------
    number
        Its place in the plan, cell by cell and seed by seed.
    cell
        Number of its cell.
    experiment
        What it trains, the seed included.
    steps, epochs
        How long: one of the two.
    """

    number: int
    cell: int
    experiment: ExperimentSpec
    steps: int | None
    epochs: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All runs of a sweep.

    Attributes
    ----------
    spec
        What was asked for.
    cells
        The values of the settings in each cell, the last setting fastest.
    runs
        In the order of cells, and of seeds within a cell.
    """

    spec: SweepSpec
    cells: tuple[tuple[Value, ...], ...]
    runs: tuple[PlannedRun, ...]

    @property
    def turns(self) -> tuple[PlannedRun, ...]:
        """The runs in the order in which they are trained: every cell's first seed first."""
        starts = len(self.spec.seed_list)
        return tuple(sorted(self.runs, key=lambda run: (run.number % starts, run.cell)))

    def runs_of(self, cell: int) -> tuple[PlannedRun, ...]:
        """Return the runs of one cell, by seed."""
        starts = len(self.spec.seed_list)
        return self.runs[cell * starts : (cell + 1) * starts]

    def cell_text(self, cell: int) -> str:
        """Say which values a cell has, ``""`` where nothing varies."""
        pairs = zip(self.spec.settings, self.cells[cell], strict=True)
        return ", ".join(f"{short_name(each.name)} {value_text(value)}" for each, value in pairs)


def make_plan(spec: SweepSpec) -> Plan:
    """Make every run of a sweep.

    Raises
    ------
    SweepError
        If a cell makes no experiment.
    """
    names = [setting.name for setting in spec.settings]
    cells = tuple(product(*(setting.values for setting in spec.settings)))
    runs: list[PlannedRun] = []
    for cell, values in enumerate(cells):
        settings = dict(zip(names, values, strict=True))
        for seed in spec.seed_list:
            experiment = with_settings(spec.experiment, settings, seed)
            runs.append(PlannedRun(len(runs), cell, experiment, spec.steps, spec.epochs))
    return Plan(spec, cells, tuple(runs))


def check_plan(plan: Plan) -> int:
    """Read the data and size every cell's network, so that no run can fail halfway.

    Returns the number of threads that the products of the largest network use.

    Raises
    ------
    SweepError
        If data cannot be read, or parts make no sense together; it names the cell.
    """
    prepared: dict[DataSpec, PreparedData] = {}
    threads = 1
    for cell in range(len(plan.cells)):
        experiment = plan.runs_of(cell)[0].experiment
        where = f"{text}: " if (text := plan.cell_text(cell)) else ""
        try:
            if experiment.data not in prepared:
                prepared[experiment.data] = prepare(experiment.data)
            network = network_spec(experiment.model, prepared[experiment.data])
        except (ValueError, OSError) as error:
            raise SweepError(f"{where}{error}") from error
        if network.untrainable_reason is not None:
            raise SweepError(f"{where}{network.untrainable_reason}")
        rows = experiment.batch_size or len(prepared[experiment.data].train_rows)
        threads = max(threads, threads_for(network, rows, processors()))
    return threads
