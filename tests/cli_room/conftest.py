"""What the tests of the command line share."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def lecture(tmp_path: Path) -> str:
    """Return a file with the worked example of the lecture, and a batch of two rows."""
    case = {
        "id": "lecture",
        "input_dim": 2,
        "loss": "bce_with_logits",
        "architecture": [{"out": 2, "activation": "tanh"}, {"out": 1}],
        "parameters": [
            {"W": [[0.5, -0.3], [0.2, 0.8]], "b": [0.1, -0.1]},
            {"W": [[0.7], [-0.4]], "b": [0.2]},
        ],
        "batches": {
            "one": {"X": [[1, 2]], "T": [[1]]},
            "two": {"X": [[1, 2], [0, 1]], "T": [[1], [0]]},
        },
    }
    path = tmp_path / "lecture.json"
    path.write_text(json.dumps({"cases": [case]}), encoding="utf-8")
    return str(path)
