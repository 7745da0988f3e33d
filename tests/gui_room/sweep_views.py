"""Compare starts, on the screen and trained, for its tests."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.render import trained_display
from nnviz.gui.theme import DARK
from nnviz.gui.views.sweep_view import SweepView
from nnviz.sweeps.plan import make_plan
from nnviz.sweeps.scheduling import InProcess
from nnviz.sweeps.spec import Setting, parse_values
from nnviz.training.experiment import ExperimentSpec, ModelSpec

EXPERIMENT = ExperimentSpec(
    data=DataSpec("xor", samples=40), model=ModelSpec((LayerSpec(3),)), batch_size=8
)
# The last of them diverges.
RATES = "0.01, 0.1, 1e300"


@contextmanager
def sweep_view(qtbot: QtBot) -> Iterator[SweepView]:
    """Show a view, and see that it leaves no process behind."""
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(900, 700)
    view = SweepView(trained_display(EXPERIMENT, 1), DARK, holder)
    view.resize(700, 460)
    with qtbot.waitExposed(holder):
        holder.show()
    view.refresh()
    yield view
    view.release()
    assert multiprocessing.active_children() == []


def fill(view: SweepView, rates: str = RATES, initializers: str = "", starts: int = 3) -> None:
    """Fill the form in as a person does."""
    view.form.starts.setValue(starts)
    view.form.steps.setValue(20)
    names = ("optimizer.learning_rate", "model.initializer")
    for row, name, text in zip(view.form.varied, names, (rates, initializers), strict=True):
        if text:
            row.show_setting(Setting(name, parse_values(name, text)))


def trained(view: SweepView, qtbot: QtBot, **form: Any) -> None:
    """Train a sweep in this process, and wait for its end."""
    fill(view, **form)
    spec = view.form.spec(EXPERIMENT)
    view.job.start(make_plan(spec), InProcess())
    qtbot.waitUntil(lambda: not view.job.is_busy)
    qtbot.waitUntil(lambda: " runs" in view.facts and not view.form.cancel_button.isEnabled())
    # The pictures get their places from the layout, a moment later.
    QApplication.processEvents()
