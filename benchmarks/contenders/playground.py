"""The cost model of TensorFlow Playground: an object for each unit and each weight, in Node."""

import json
import subprocess
from pathlib import Path

from benchmarks.contenders.kind import Contender
from benchmarks.workloads import Workload

_SCRIPT = Path(__file__).with_name("playground.mjs")


def applies(workload: Workload) -> bool:
    """Return whether Playground could train it: one output, plain SGD, and no softmax."""
    return not (workload.is_classifier or workload.optimizer == "adam" or workload.momentum)


def start(workload: Workload) -> Contender:
    """Return what trains, each time in a process of its own, once it is warm."""

    def run(epochs: int) -> float:
        request = json.dumps(
            {
                "sizes": workload.sizes,
                "batch": workload.batch_size,
                "rows": workload.rows,
                "epochs": epochs,
                "rate": workload.learning_rate,
            }
        )
        done = subprocess.run(
            ["node", str(_SCRIPT), request], check=True, capture_output=True, text=True
        )
        return float(done.stdout)

    return run
