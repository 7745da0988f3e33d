"""Worksheets on paper: whole blocks, page numbers, and no file that is half written."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from nnviz.core.examples import EXAMPLES
from nnviz.core.spec import LayerSpec
from nnviz.core.worksheet import Worksheet, worksheet
from nnviz.gui.bug_lab_control import BugLabControl
from nnviz.gui.main_window import MainWindow
from nnviz.gui.worksheet import paginated, write_worksheet
from nnviz.gui.worksheet_blocks import blocks
from nnviz.gui.worksheet_page import FOOT, MARGIN, PAGE_HEIGHT
from tests.core.test_examples import stepped
from tests.core.test_worksheet import trace_of


def mazur() -> Worksheet:
    return worksheet(stepped(EXAMPLES["mazur"]), EXAMPLES["mazur"].title)


def wide() -> Worksheet:
    layers = LayerSpec(9, "maxout"), LayerSpec(5, "elu", dropout=0.5), LayerSpec(2, "tanh")
    return worksheet(trace_of(*layers, rows=2), "wide")


@pytest.mark.parametrize("has_answers", [False, True])
@pytest.mark.parametrize("sheet", [mazur, wide])
def test_that_nothing_is_cut(qapp: QGuiApplication, sheet: object, has_answers: bool) -> None:
    assert callable(sheet)
    for page in paginated(blocks(sheet(), has_answers)):
        for (y, block), (following, _) in pairwise(page):
            assert y + block.height <= following + 1e-9
        y, block = page[-1]
        assert y + block.height <= PAGE_HEIGHT - MARGIN < PAGE_HEIGHT - FOOT
        assert block.follows == 0, "a heading stands alone at the foot of the page"


def test_that_a_pdf_is_written(qapp: QGuiApplication, tmp_path: Path) -> None:
    for has_answers in (False, True):
        path = tmp_path / "sheet.pdf"
        write_worksheet(path, mazur(), has_answers)
        content = path.read_bytes()
        assert content.startswith(b"%PDF")
        pages = re.findall(rb"/Type\s*/Page\b", content)
        assert len(pages) == len(paginated(blocks(mazur(), has_answers)))
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_missing_folder_is_told(qapp: QGuiApplication, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="could not be written: No such file"):
        write_worksheet(tmp_path / "none" / "sheet.pdf", mazur(), has_answers=True)


def test_that_the_menu_saves_the_step_on_show(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "mine.pdf"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", staticmethod(lambda *_: (str(tmp_path / "mine"), ""))
    )
    window.by_hand.save_worksheet()
    assert not saved.exists(), "there is no step to save"
    playback = window.display.playback
    playback.start()
    playback.take(stepped(EXAMPLES["mazur"]))
    window.by_hand.save_worksheet()
    blank = saved.stat().st_size
    window.by_hand.save_answers()
    assert saved.stat().st_size != blank


def test_that_a_step_with_too_many_numbers_is_told(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", staticmethod(lambda *_: (str(tmp_path / "x.pdf"), ""))
    )
    monkeypatch.setattr(QMessageBox, "warning", lambda parent, title, text: told.append(text))
    playback = window.display.playback
    playback.start()
    playback.take(trace_of(LayerSpec(30, "tanh"), LayerSpec(30, "tanh"), LayerSpec(1, "linear")))
    window.by_hand.save_worksheet()
    assert "take a smaller network" in told[0]


def test_that_a_step_with_a_fault_is_not_saved(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda parent, title, text: told.append(text))
    playback = window.display.playback
    playback.start()
    playback.take(stepped(EXAMPLES["mazur"]))
    BugLabControl.of(playback).show("hidden_slope")
    window.by_hand.save_answers()
    assert "switch it off" in told[0]
