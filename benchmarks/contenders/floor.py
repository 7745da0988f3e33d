"""The floor: what a step costs if only its matrix products and bare NumPy calls counted.

It has two parts, which are timed one after the other and added: the products of one step,
the very calls that train, in their order; and for each other call of the step the cheapest
call that NumPy has, an addition of four numbers. All arithmetic but the products is free
in it, and so are the shuffle, the batches, the losses and the update.
"""

import time
from collections.abc import Sequence
from functools import partial

import numpy as np

from benchmarks.contenders.kind import Contender
from benchmarks.contenders.nnviz_run import ready_program, started
from benchmarks.workloads import Workload
from nnviz.core.calls import Call
from nnviz.core.program import LineKind, Program

_PRODUCTS = (LineKind.AFFINE, LineKind.WEIGHT_GRADIENT, LineKind.TO_LAYER_BELOW)


def products(workload: Workload) -> Contender:
    """Return what makes the products of all steps, and nothing else."""
    training = started(workload)
    program = ready_program(training)
    tapes = [_product_calls(program, slot) for slot in range(program.slots)]
    return _repeated(tapes, training.batches_per_epoch, training._threads.use)


def bare_calls(workload: Workload) -> Contender:
    """Return what makes as many calls as a step has beside its products."""
    training = started(workload)
    count = call_count(workload) - len(_product_calls(ready_program(training), 0))
    numbers = [np.ones(4, dtype=workload.dtype) for _ in range(3 * count)]
    tape = [partial(np.add, *numbers[3 * i : 3 * i + 3]) for i in range(count)]
    return _repeated([tape], training.batches_per_epoch, training._threads.use)


def call_count(workload: Workload) -> int:
    """Return the number of calls that a step makes."""
    return sum(len(op.calls_at(0)) for op in ready_program(started(workload)).ops)


def _product_calls(program: Program, slot: int) -> list[Call]:
    return [
        call for op in program.ops if op.lines[0].kind in _PRODUCTS for call in op.calls_at(slot)
    ]


def _repeated(tapes: Sequence[Sequence[Call]], steps: int, prepare: Call) -> Contender:
    def run(epochs: int) -> float:
        prepare()
        count = epochs * steps
        whole, rest = divmod(count, len(tapes))
        with np.errstate(all="ignore"):
            begun = time.perf_counter()
            for _ in range(whole):
                for tape in tapes:
                    for call in tape:
                        call()
            for tape in tapes[:rest]:
                for call in tape:
                    call()
            return time.perf_counter() - begun

    return run
