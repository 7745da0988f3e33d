"""Tab walks through the whole window as one reads, and shows where it is."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.data.request import DataSpec
from nnviz.gui.app import Program
from nnviz.gui.main_window import MainWindow
from nnviz.gui.settings import WindowSettings
from nnviz.gui.tab_order import set_tab_order
from nnviz.gui.workspaces import WORKSPACES
from nnviz.training.experiment import ExperimentSpec

MOST_CONTROLS = 200

TRAIN_VIEWS = WORKSPACES["train"].docks() - {"setup"} | {"network", "explanation"}


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    program = Program(
        ExperimentSpec(data=DataSpec(dataset="iris")), WindowSettings(tmp_path / "nnviz.ini")
    )
    qtbot.addWidget(program.window)
    program.window.resize(1600, 1000)
    with qtbot.waitExposed(program.window):
        program.window.show()
    qtbot.waitUntil(lambda: set(program.window.views) == TRAIN_VIEWS and program.display.is_ready)
    program.window.scheduler.refresh_all()
    yield program
    program.close()
    # The test item holds on to the program; pyqtgraph's menus go with the last reference.
    del program.window


def walk(window: MainWindow) -> list[QWidget]:
    """Press Tab until the first control comes round again."""
    window.activateWindow()
    seen: list[QWidget] = []
    for _ in range(MOST_CONTROLS):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        control = QApplication.focusWidget()
        assert control is not None
        if control in seen:
            break
        seen.append(control)
    return seen


def names(controls: list[QWidget]) -> list[str]:
    return [control.objectName() for control in controls]


def expect_order(found: list[str], wanted: list[str]) -> None:
    assert [name for name in found if name in wanted] == wanted


def test_that_tab_walks_as_one_reads(program: Program) -> None:
    found = names(walk(program.window))
    expect_order(
        found,
        [
            "reset_button",
            "run_button",
            "step_button",
            "speed_slider",
            "theme_button",
            "moons_tile",
            "scaling",
            "hidden_1_size",
            "hidden_3_activation",
            "add_layer",
            "output_activation",
            "optimizer",
            "seed",
            "network_view",
            "decision_canvas",
            "weights_grid",
            "loss_plot",
            "gradients_area",
        ],
    )


def test_that_a_layer_that_was_added_has_its_place(program: Program, qtbot: QtBot) -> None:
    layers = program.window.setup_panel.model.layers
    count = len(layers.rows)
    layers.add_button.click()
    qtbot.waitUntil(lambda: len(layers.rows) == count + 1 and layers.rows[-1].isVisible())
    expect_order(
        names(walk(program.window)),
        [f"hidden_{count}_activation", f"hidden_{count + 1}_size", "add_layer"],
    )


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_that_a_floating_dock_has_an_order_of_its_own(program: Program) -> None:
    window = program.window
    window.docks["loss"].setFloating(True)
    # A message of Qt's about widgets in different windows would fail the test.
    set_tab_order((window.toolbar, *window.docks.values()))
    expect_order(names(walk(window)), ["theme_button", "moons_tile", "weights_grid"])


def test_that_every_control_has_names_and_is_seen_when_tab_reaches_it(
    program: Program,
) -> None:
    for control in walk(program.window):
        assert control.objectName(), control
        assert control.accessibleName(), control.objectName()
        control.setFocus(Qt.FocusReason.TabFocusReason)
        assert shown_part(control) > 0.9, control.objectName()


def test_that_every_control_shows_that_it_has_the_keyboard(program: Program) -> None:
    for control in walk(program.window):
        control.setFocus(Qt.FocusReason.TabFocusReason)
        with_ring = picture(program.window, control)
        control.clearFocus()
        changed = np.abs(with_ring - picture(program.window, control)).max(axis=2) > 40
        assert changed.sum() > 40, control.objectName()


def shown_part(control: QWidget) -> float:
    """Return the share of a control's area that is not scrolled away."""
    seen, size = control.rect(), control.width() * control.height()
    place: QWidget | None = control
    while place is not None and not place.isWindow():
        seen = seen.translated(place.pos())
        place = place.parentWidget()
        assert place is not None
        seen &= place.rect()
    return seen.width() * seen.height() / size


def picture(window: MainWindow, control: QWidget) -> np.ndarray:
    """Return the pixels at and round a control."""
    place = QRect(control.mapTo(window, QPoint(0, 0)), control.size())
    image = window.grab(place.adjusted(-4, -4, 4, 4) & window.rect()).toImage()
    image = image.convertToFormat(image.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return pixels.reshape(image.height(), image.width(), 4).astype(int)


@pytest.mark.parametrize(
    ("chosen", "other"), [("loss_log", "loss_linear"), ("weights_values", "weights_gradients")]
)
def test_that_arrows_choose_between_buttons_of_which_one_is_down(
    program: Program, chosen: str, other: str
) -> None:
    for before, after in ((chosen, other), (other, chosen)):
        button = program.window.findChild(QAbstractButton, before)
        partner = program.window.findChild(QAbstractButton, after)
        assert button is not None
        assert partner is not None
        assert button.isChecked()
        button.setFocus(Qt.FocusReason.TabFocusReason)
        leftwards = partner.mapToGlobal(QPoint()).x() < button.mapToGlobal(QPoint()).x()
        QTest.keyClick(button, Qt.Key.Key_Left if leftwards else Qt.Key.Key_Right)
        assert partner.isChecked()
