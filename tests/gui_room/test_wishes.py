"""Wishes of the views: each reaches the one who can grant it."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from nnviz.gui.main_window import MainWindow
from nnviz.gui.wishes import SaveWish
from nnviz.training.commands import Pause
from nnviz.training.experiment import ExperimentSpec


@pytest.fixture(name="chosen")
def choose_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "wish.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    return path


def write(path: Path) -> None:
    path.write_text("a,b\n", encoding="utf-8")


def refuse(path: Path) -> None:
    raise OSError(28, "No space left on device")


def test_that_commands_and_experiments_reach_the_trainer(window: MainWindow) -> None:
    commands: list[object] = []
    experiments: list[object] = []
    window.transport.command_requested.connect(commands.append)
    window.transport.experiment_requested.connect(experiments.append)
    window.display.wishes.command(Pause())
    window.display.wishes.load(ExperimentSpec(seed=7))
    assert commands == [Pause()]
    assert experiments == [ExperimentSpec(seed=7)]


def test_that_a_view_that_is_wished_for_is_open(window: MainWindow) -> None:
    window.docks["matrix"].hide()
    window.display.wishes.open_view("matrix")
    assert not window.docks["matrix"].isHidden()
    window.display.wishes.open_view("network")


def test_that_a_file_is_written_where_a_person_wants_it(window: MainWindow, chosen: Path) -> None:
    window.display.wishes.save(SaveWish("Save", "x.csv", "Tables (*.csv)", write))
    assert chosen.read_text(encoding="utf-8") == "a,b\n"
    assert window.centre.banner.messages == []


def test_that_a_full_disk_is_a_sentence(window: MainWindow, chosen: Path) -> None:
    window.display.wishes.save(SaveWish("Save", "x.csv", "Tables (*.csv)", refuse))
    (message,) = window.centre.banner.messages
    assert str(chosen) in message
    assert "No space left" in message


def test_that_no_name_means_no_file(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    window.display.wishes.save(SaveWish("Save", "x.csv", "Tables (*.csv)", refuse))
    assert window.centre.banner.messages == []
