"""Recorded steps, displays that walk over them, and what a widget writes."""

import re

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLayout, QWidget
from pytestqt.qtbot import QtBot

from nnviz.core.calls import FloatArray
from nnviz.core.layout import ParameterLayout
from nnviz.core.losses import LOSSES
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.targets import one_hot
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.gui.display import Display
from nnviz.gui.selection import Selection
from nnviz.gui.views.view import View
from nnviz.gui.views.walk_links import neat_number

SGD = OptimizerSpec("sgd", 0.1)


def spec_of(
    activation: str = "tanh",
    loss: str = "softmax_cross_entropy",
    sizes: tuple[int, ...] = (2, 3, 2),
    dropout: float = 0.0,
    l2: float = 0.0,
) -> NetworkSpec:
    """Return a network; its output layer is what the loss needs."""
    output = LOSSES[loss].required_output or "tanh"
    hidden = (LayerSpec(size, activation, pieces=3, dropout=dropout) for size in sizes[1:-1])
    return NetworkSpec(sizes[0], (*hidden, LayerSpec(sizes[-1], output)), loss, l2=l2)


def trace_of(
    spec: NetworkSpec | None = None, rows: int = 4, optimizer: OptimizerSpec | None = SGD
) -> Trace:
    """Return a recorded step."""
    spec = spec or spec_of()
    generator = np.random.default_rng(3)
    inputs = generator.normal(size=(rows, spec.input_size))
    targets: FloatArray = generator.integers(0, 2, (rows, spec.output_size)).astype(float)
    if LOSSES[spec.loss].takes_classes:
        targets = one_hot(generator.integers(0, spec.output_size, rows), spec.output_size)
    parameters = ParameterLayout(spec).initial_vector(spec, 1, "float64")
    masks = np.random.default_rng(0)
    return record(StepToRecord(spec, parameters, inputs, targets, optimizer, generator=masks))


def walking(trace: Trace, line: int = 0) -> Display:
    """Return a Display that walks over a trace and stands at the end of a line."""
    display = Display(Selection())
    display.playback.start()
    display.playback.take(trace)
    display.playback.go_to(line)
    return display


def number_of(trace: Trace, formula: str) -> int:
    """Return the number of the line whose formula begins like this."""
    return next(line.number for line in trace.lines if line.line.formula.startswith(formula))


def put(view: View, qtbot: QtBot, size: tuple[int, int] = (520, 300)) -> None:
    """Put a view of this size on the screen, and refresh it."""
    qtbot.addWidget(view)
    layout = view.layout()
    if layout is not None:
        # Constraints on a window make the offscreen platform complain.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    view.resize(*size)
    with qtbot.waitExposed(view):
        view.show()
    view.refresh()


def written_on(widget: QWidget) -> list[str]:
    """Return every text that a widget paints, in its order."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    painter = QPainter(generator)
    widget.render(painter, QPoint())
    painter.end()
    content = bytes(buffer.data().data()).decode()
    return [text.strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", content)]


def move_to(
    widget: QWidget, place: QPointF, button: Qt.MouseButton = Qt.MouseButton.NoButton
) -> None:
    """Move the mouse to a pixel of a widget, with this button down."""
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove,
        place,
        QPointF(widget.mapToGlobal(place.toPoint())),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def is_number(text: str, number: float) -> bool:
    """Whether a text is this number, rounded correctly to at most six digits."""
    return text in {neat_number(number, digits) for digits in range(1, 7)}


def press(view: View, name: str) -> None:
    """Click the button of that object name."""
    button = view.findChild(QAbstractButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
