"""Small sweeps that the tests train."""

from typing import Any

import msgspec

from nnviz.sweeps.plan import Plan, make_plan
from nnviz.sweeps.runs import RunResult
from nnviz.sweeps.toml_file import sweep_of

EXPERIMENT = {
    "data": {"dataset": "circles", "samples": 40},
    "model": {"hidden_layers": [{"size": 4}]},
    "batch_size": 8,
}


def plan_of(experiment: Any = EXPERIMENT, **sweep: Any) -> Plan:
    """Return the plan of a sweep, of 30 steps if nothing else is said."""
    length = {} if "epochs" in sweep else {"steps": 30}
    return make_plan(sweep_of({"experiment": experiment, **length, **sweep}))


def setting(name: str, *values: Any) -> dict[str, Any]:
    """Return one setting that varies."""
    return {"name": name, "values": list(values)}


def without_time(results: list[RunResult]) -> list[RunResult]:
    """Return results in the order of the plan, without what differs from time to time."""
    ordered = sorted(results, key=lambda result: result.number)
    return [msgspec.structs.replace(result, seconds=0.0) for result in ordered]
