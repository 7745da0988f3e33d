"""Pictures without a screen: ``nnviz render``, and plain ``nnviz`` where there is no display."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from nnviz.cli.render import VIEW_NAMES
from nnviz.gui.view_table import VIEWS


def nnviz(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the program as a person would, with no display at all."""
    kept = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR")
    environment = {name: value for name, value in os.environ.items() if name not in kept}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "nnviz", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def colours(path: Path) -> int:
    with Image.open(path) as picture:
        found = picture.convert("RGB").getcolors(maxcolors=1 << 24)
    assert found is not None
    return len(found)


def test_that_every_view_can_be_rendered_by_name() -> None:
    assert set(VIEW_NAMES) - {"window"} == set(VIEWS) - {"explanation"}


@pytest.mark.parametrize("view", ["window", "network", "decision"])
def test_that_a_picture_is_written(view: str, tmp_path: Path) -> None:
    done = nnviz(
        *("render", "--dataset", "circles", "--layers", "4,3", "--epochs", "3"),
        *("--view", view, "--out", "a.png", "--size", "1100x700", "--scale", "2"),
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (2200, 1400)
    assert colours(tmp_path / "a.png") > 100


def test_that_a_picture_can_be_scalable(tmp_path: Path) -> None:
    done = nnviz(
        *("render", "--dataset", "iris", "--epochs", "2", "--view", "network", "--out", "a.svg"),
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "</svg>" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_that_a_picture_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = nnviz(
        *("render", "--dataset", "xor", "--epochs", "1", "--out", "no/such/a.png"),
        folder=tmp_path,
    )
    assert done.returncode == 1
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_that_a_size_that_is_too_small_is_told(tmp_path: Path) -> None:
    done = nnviz(
        *("render", "--dataset", "xor", "--epochs", "1", "--out", "a.png", "--size", "300x200"),
        folder=tmp_path,
    )
    assert done.returncode == 1
    assert "300x200 is too small for this picture: it needs at least" in done.stderr


def test_that_a_unit_that_is_not_there_cannot_be_selected(tmp_path: Path) -> None:
    done = nnviz(
        *("render", "--dataset", "xor", "--epochs", "1", "--out", "a.png", "--select", "9:1"),
        folder=tmp_path,
    )
    assert done.returncode == 1
    assert "there is no unit 1 in layer 9" in done.stderr


def test_that_without_a_display_it_trains_and_names_what_it_wrote(tmp_path: Path) -> None:
    done = nnviz("--dataset", "xor", "--layers", "4", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("There is no display here")
    picture, summary = tmp_path / "nnviz-window.png", tmp_path / "nnviz-summary.json"
    assert str(picture) in done.stdout
    assert str(summary) in done.stdout
    assert colours(picture) > 100
    assert json.loads(summary.read_text(encoding="utf-8"))["train_accuracy"] > 0.9
