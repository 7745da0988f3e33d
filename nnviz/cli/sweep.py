"""``nnviz sweep``: many runs at once, on all processors or on a Dask cluster."""

import argparse
import json
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from nnviz import __version__
from nnviz.cli.errors import CommandError
from nnviz.cli.report import finite
from nnviz.cli.values import whole
from nnviz.sweeps.errors import SweepError
from nnviz.sweeps.plan import Plan, check_plan, make_plan
from nnviz.sweeps.runs import RunResult
from nnviz.sweeps.scheduling import InProcess, Scheduler, sweep_results
from nnviz.sweeps.summary import summarise, summary_lines
from nnviz.sweeps.table import check_format, row_of, write_table
from nnviz.sweeps.toml_file import read_sweep


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``nnviz sweep``."""
    parser.add_argument("file", type=Path, metavar="SPEC.toml", help="see the user guide")
    parser.add_argument(
        "--out", type=Path, metavar="FILE.csv|FILE.parquet", help="write a row for each run there"
    )
    parser.add_argument(
        "--workers",
        type=whole(1, 1024),
        metavar="N",
        help="processes (one for each processor); with 1 all runs are trained in this one",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="train on the Dask cluster there, such as tcp://10.0.0.1:8786",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object with every run, and no more"
    )


def run(arguments: argparse.Namespace) -> int:
    """Train all runs, write and print what came of them, and return the exit code."""
    if arguments.scheduler is not None and arguments.workers is not None:
        raise CommandError(
            "--workers is for this machine, and --scheduler for a cluster, which has its own "
            "workers: give one of the two",
            is_wrong_use=True,
        )
    try:
        plan = make_plan(read_sweep(arguments.file))
        threads = check_plan(plan)
        if arguments.out is not None:
            check_format(arguments.out)
        scheduler = _scheduler_of(arguments, threads)
    except SweepError as error:
        raise CommandError(str(error), is_wrong_use=True) from error
    results: list[RunResult] = []
    try:
        _train(plan, scheduler, results)
    except SweepError as error:
        _tell(arguments, plan, results)
        raise CommandError(str(error)) from error
    except KeyboardInterrupt:
        _tell(arguments, plan, results)
        raise CommandError(f"stopped after {len(results)} of {len(plan.runs)} runs") from None
    _tell(arguments, plan, results)
    return 0


def _scheduler_of(arguments: argparse.Namespace, threads: int) -> Scheduler:
    # Other commands need not wait for these imports.
    if arguments.scheduler is not None:
        from nnviz.sweeps.cluster import Cluster

        return Cluster(arguments.scheduler)
    if arguments.workers == 1:
        return InProcess()
    from nnviz.sweeps.pool import ProcessPool, suitable_workers

    return ProcessPool(arguments.workers or suitable_workers(threads))


def _train(plan: Plan, scheduler: Scheduler, results: list[RunResult]) -> None:
    """Put results into the list as they come, with a progress bar if a person looks on."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0
    with (
        closing(sweep_results(plan, scheduler)) as arriving,
        tqdm(total=len(plan.runs), unit="run", disable=None, leave=False, file=sys.stderr) as bar,
    ):
        for result in arriving:
            results.append(result)
            bar.update()


def _tell(arguments: argparse.Namespace, plan: Plan, results: list[RunResult]) -> None:
    """Write and print what there is, whether or not it is all; nothing takes no file's place."""
    if not results:
        return
    if arguments.out is not None:
        try:
            write_table(arguments.out, plan, results)
        except OSError as error:
            raise CommandError(str(error)) from error
    if arguments.json:
        print(json.dumps(as_document(plan, results), indent=2, allow_nan=False))
    else:
        print("\n".join(summary_lines(plan, results)))


def as_document(plan: Plan, results: Iterable[RunResult]) -> dict[str, Any]:
    """Return the results as JSON types; a number that is not finite becomes null."""
    ordered = sorted(results, key=lambda result: result.number)
    names = [setting.name for setting in plan.spec.settings]
    return {
        "runs": [{key: _json(value) for key, value in row_of(plan, r).items()} for r in ordered],
        "cells": [
            {
                "settings": dict(zip(names, plan.cells[summary.cell], strict=True)),
                "runs": summary.finished,
                "diverged": summary.diverged,
                "train_loss": {
                    "median": _json(summary.median),
                    "min": _json(summary.least),
                    "max": _json(summary.greatest),
                },
            }
            for summary in summarise(plan, ordered)
        ],
        "planned_runs": len(plan.runs),
        "specification": msgspec.to_builtins(plan.spec),
        "version": __version__,
    }


def _json(value: Any) -> Any:
    return finite(value) if isinstance(value, float) else value
