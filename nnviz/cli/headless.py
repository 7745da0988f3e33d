"""What ``nnviz`` does where there is no display: train, and write a picture."""

import json
import os
import sys
import tempfile
from pathlib import Path

from nnviz.cli.train import Result, as_document, as_text, start_run, train
from nnviz.training.experiment import ExperimentSpec

PICTURE_NAME, SUMMARY_NAME = "nnviz-window.png", "nnviz-summary.json"
_EPOCHS = 100


def run_without_display(experiment: ExperimentSpec, theme: str) -> int:
    """Train without a window, write the picture of the window and a summary."""
    print(
        "There is no display here to open a window on, so nnviz trains without one "
        "and writes a picture of the window instead.",
        file=sys.stderr,
    )
    result = train(start_run(experiment), _EPOCHS)
    print(as_text(result))
    folder = _writable_folder()
    picture, summary = folder / PICTURE_NAME, folder / SUMMARY_NAME
    _write_summary(result, summary)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from nnviz.gui.render import RenderRequest, render

    render(RenderRequest(experiment, _EPOCHS, "window", picture, theme=theme))
    print(f"Picture of the window: {picture}")
    print(f"Summary: {summary}")
    return 0


def _write_summary(result: Result, path: Path) -> None:
    path.write_text(json.dumps(as_document(result), indent=2) + "\n", encoding="utf-8")


def _writable_folder() -> Path:
    here = Path.cwd()
    return here if os.access(here, os.W_OK) else Path(tempfile.mkdtemp(prefix="nnviz-"))
