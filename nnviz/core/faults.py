"""FAULTS: the mistakes of the bug lab, each a step with changed Ops.

Those with a source have been found in programs that people learn from.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from nnviz.core.calls import FloatArray
from nnviz.core.fault_bench import Bench
from nnviz.core.fault_setup import Fault, FaultSetup
from nnviz.core.gradient_fault_rows import GRADIENT_FAULTS
from nnviz.core.program import Program
from nnviz.core.table import look_up
from nnviz.core.trace import Trace
from nnviz.core.update_fault_rows import UPDATE_FAULTS

FAULTS: Mapping[str, Fault] = MappingProxyType(
    {row.key: row for row in (*GRADIENT_FAULTS, *UPDATE_FAULTS)}
)


def inject(
    program: Program, key: str, setup: FaultSetup, leftover: FloatArray | None = None
) -> Program:
    """Return the Program with a fault in its Ops, over the same buffers.

    Parameters
    ----------
    program
        Of one slot, as for a recorded step: what trains never gets a fault.
    key
        Of the fault.
    setup
        What the Program was compiled from.
    leftover
        Flat vector of the gradients of the step before, for what forgets to clear them.

    Raises
    ------
    ValueError
        With a sentence, if there is no such fault, it cannot be made here, or the
        Program is one that trains.
    """
    fault = look_up(FAULTS, key, "fault")
    if not fault.applies(setup):
        raise ValueError(f"the fault {fault.label!r} cannot be made in this network")
    bench = Bench(program, setup, leftover)
    return program.with_ops(tuple(fault.edit(bench, op) for op in program.ops))


def change_for(
    key: str, setup: FaultSetup, leftover: FloatArray | None = None
) -> Callable[[Program], Program]:
    """Return the change of a recording (``StepToRecord.change``) that makes a fault."""
    return partial(inject, key=key, setup=setup, leftover=leftover)


def setup_of(trace: Trace) -> FaultSetup:
    """Return the set-up of a recorded step."""
    return FaultSetup(trace.spec, trace.optimizer, trace.batch_size)


def faults_for(setup: FaultSetup) -> tuple[Fault, ...]:
    """Return the faults that a set-up can have, in the table's order."""
    return tuple(fault for fault in FAULTS.values() if fault.applies(setup))
