"""The decision view: geometry where the closed form says, numbers that can be recomputed."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.core.metrics import predicted_classes
from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.input_plane import InputPlane
from nnviz.gui.output_map import OutputMap
from nnviz.gui.render import trained_display
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.axes import Axes, tick_text, ticks
from nnviz.gui.views.decision_frame import tick_values
from nnviz.gui.views.decision_lines import boundary, class_lines
from nnviz.gui.views.decision_picture import paint_map
from nnviz.gui.views.decision_view import DecisionView
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.text import number_text
from nnviz.training.experiment import ExperimentSpec, ModelSpec


def display_of(dataset: str, epochs: int = 5) -> Display:
    model = ModelSpec((LayerSpec(5), LayerSpec(3)))
    return trained_display(ExperimentSpec(data=DataSpec(dataset), model=model), epochs)


def shown(display: Display, qtbot: QtBot) -> DecisionView:
    view = DecisionView(display, DARK)
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.show()
    view.refresh()
    return view


def plane_map(slope_x: float, slope_y: float, offset: float, cells: int = 100) -> OutputMap:
    plane = InputPlane((0, 1), (-1.0, -1.0), (1.0, 1.0), (0.0, 0.0))
    grid = plane.grid(cells)
    value = np.clip(grid @ np.array([slope_x, slope_y]) + offset, -1, 1).reshape(cells, cells)
    nothing = np.zeros((0, 0))
    return OutputMap("signed", value, "a", "b", nothing.astype(np.int64), nothing)


@pytest.mark.parametrize(
    ("slope_x", "slope_y", "offset"), [(1.0, 0.0, -0.31), (0.0, 1.0, 0.2), (0.4, 0.3, 0.1)]
)
def test_that_the_boundary_lies_where_the_closed_form_says(
    slope_x: float, slope_y: float, offset: float
) -> None:
    path = boundary(plane_map(slope_x, slope_y, offset), is_classification=False)
    assert path.elementCount() > 10
    for index in range(path.elementCount()):
        element = path.elementAt(index)
        x, y = 2 * element.x - 1, 2 * element.y - 1
        assert slope_x * x + slope_y * y + offset == pytest.approx(0.0, abs=1e-6)


def test_that_probabilities_that_level_off_do_not_bend_the_boundary() -> None:
    logits = plane_map(0.07, 0.04, 0.011).value * 100
    outputs = replace(plane_map(0.0, 0.0, 0.0), value=np.tanh(logits / 2))
    path = boundary(outputs, is_classification=True)
    assert path.elementCount() > 10
    for index in range(path.elementCount()):
        element = path.elementAt(index)
        x, y = 2 * element.x - 1, 2 * element.y - 1
        assert 0.07 * x + 0.04 * y + 0.011 == pytest.approx(0.0, abs=1e-6)


def test_that_a_map_of_one_sign_has_no_boundary() -> None:
    assert boundary(plane_map(0.1, 0.1, 0.5), is_classification=False).isEmpty()


def test_that_the_boundary_reaches_both_edges() -> None:
    box = boundary(plane_map(0.3, -0.3, 0.0), is_classification=False).boundingRect()
    assert box.left() <= 0.0
    assert box.bottom() >= 1.0


def test_that_three_classes_part_along_their_bisectors_and_meet_in_one_point() -> None:
    cells = 50
    centres = (np.arange(cells) + 0.5) / cells
    x, y = np.meshgrid(centres, centres)
    middles = np.array([(0.2, 0.3), (0.9, 0.4), (0.5, 0.9)])
    # Nearest middle: the squares of x and y are the same for all, what is left is linear.
    scores = np.stack([2 * a * x + 2 * b * y - a * a - b * b for a, b in middles], axis=2)
    path = class_lines(scores)
    assert path.elementCount() > 50
    for index in range(path.elementCount()):
        element = path.elementAt(index)
        distances = np.sort(np.hypot(*(middles - (element.x, element.y)).T))
        # Beside the point where all three meet, straight lines to it are not bisectors.
        is_near_middle = distances[2] - distances[0] < 2 / cells
        assert distances[1] - distances[0] < (1 / cells if is_near_middle else 1e-9)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_that_scores_that_are_not_finite_have_no_lines(bad: float) -> None:
    scores = np.zeros((10, 10, 3))
    scores[3, 4, 1] = bad
    assert class_lines(scores).isEmpty()


def test_that_lines_between_classes_part_the_predicted_ones(qtbot: QtBot) -> None:
    display = display_of("iris", epochs=20)
    contour = shown(display, qtbot).canvas.contour
    assert not contour.isEmpty()
    plane = display.plane
    low, span = np.array(plane.low), np.subtract(plane.high, plane.low)
    for index in range(0, contour.elementCount(), 2):
        start, end = contour.elementAt(index), contour.elementAt(index + 1)
        inputs = np.array([plane.held])
        middle = np.array([start.x + end.x, start.y + end.y]) / 2
        inputs[0, list(plane.columns)] = low + middle * span
        ordered = np.sort(display.network.forward(inputs).outputs[0])
        assert ordered[-1] - ordered[-2] < 0.05 * (ordered[-1] - ordered[0])


def test_that_the_picture_is_upright_and_coloured_by_sign() -> None:
    image = paint_map(plane_map(0.0, 1.0, 0.0), DARK).image
    top, bottom = image.pixelColor(50, 0), image.pixelColor(50, 99)
    assert top.blue() > top.red()
    assert bottom.red() > bottom.blue()


def test_that_axes_map_forth_and_back() -> None:
    axes = Axes(QRectF(10, 20, 200, 100), (-3.0, 5.0), (7.0, 6.0))
    assert axes.to_pixel(-3.0, 5.0) == QPointF(10, 120)
    assert axes.to_pixel(7.0, 6.0) == QPointF(210, 20)
    assert axes.to_value(axes.to_pixel(1.25, 5.4)) == pytest.approx((1.25, 5.4))


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (-1.2, 1.2, 5, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
        (0.0, 16.0, 4, ["0", "5", "10", "15"]),
        (3.0, 3.0, 5, []),
        (-0.004, 0.004, 2, ["0"]),
    ],
)
def test_that_ticks_are_round_numbers(
    low: float, high: float, most: int, expected: list[str]
) -> None:
    values = ticks(low, high, most)
    assert [tick_text(value, values) for value in values] == expected


@pytest.mark.parametrize("high", [1.0, 2.4, 4.9, 8.4, 9.99])
def test_that_there_are_never_less_than_two_ticks(high: float) -> None:
    assert len(tick_values(-0.5 * high, 0.5 * high, length=100, distance=46)) > 1


def test_that_the_bar_shows_the_colours_of_map_and_points(qtbot: QtBot) -> None:
    scene = shown(display_of("linear"), qtbot).canvas.scene
    assert scene is not None
    assert scene.has_values
    assert scene.validation.has_values
    assert scene.train.colours[0] != scene.train.colours[1]
    scene = shown(display_of("circles"), qtbot).canvas.scene
    assert scene is not None
    assert not scene.has_values


@pytest.mark.parametrize("dataset", ["circles", "iris", "digits", "sine", "linear", "diabetes"])
def test_that_every_kind_of_data_can_be_drawn(dataset: str, qtbot: QtBot) -> None:
    view = shown(display_of(dataset), qtbot)
    view.set_theme(LIGHT)
    assert view.grab().toImage().pixelColor(5, 5).isValid()
    assert view.facts


def test_that_accuracies_are_told(qtbot: QtBot) -> None:
    display = display_of("circles")
    evaluation = display.snapshot.evaluation
    assert evaluation.train_accuracy is not None
    facts = shown(display, qtbot).facts
    assert f"train {100 * evaluation.train_accuracy:.1f} %" in facts


def test_that_choosing_a_column_looks_along_it_and_says_what_is_held(qtbot: QtBot) -> None:
    display = display_of("iris")
    view = shown(display, qtbot)
    combo = view.findChild(Combo, "decision_column_right")
    assert combo is not None
    combo.setCurrentIndex(0)
    combo.activated.emit(0)
    assert display.plane.columns == (0, 3)
    assert view.canvas.scene is not None
    assert view.canvas.scene.names == ("sepal length (cm)", "petal width (cm)")
    assert "2 other inputs at their mean" in view._note.text()


def test_that_ticks_are_in_the_units_of_the_data(qtbot: QtBot) -> None:
    display = display_of("iris")
    scene = shown(display, qtbot).canvas.scene
    assert scene is not None
    scaling, plane = display.data.scaling, display.plane
    column = plane.columns[0]
    expected = plane.low[0] * scaling.scale[column] + scaling.offset[column]
    assert scene.tick_low[0] == pytest.approx(expected)


def test_that_the_pointer_reads_the_answer_of_the_network(qtbot: QtBot) -> None:
    display = display_of("circles")
    view = shown(display, qtbot)
    axes = view.canvas.axes
    assert axes is not None
    view.canvas.place_hovered.emit((0.3, -0.2))
    probability = display.network.predict([[0.3, -0.2]]).max()
    assert f"{probability:.2f}"[:3] in view.canvas.read_out
    view.canvas.place_hovered.emit(None)
    assert view.canvas.read_out == ""


def test_that_clicking_a_point_of_the_batch_selects_its_sample(qtbot: QtBot) -> None:
    display = display_of("circles")
    view = shown(display, qtbot)
    axes, scene = view.canvas.axes, view.canvas.scene
    assert axes is not None
    assert scene is not None
    row = int(display.snapshot.batch_rows[2])
    x, y = scene.train.places[row]
    place = axes.to_pixel(x, y).toPoint()
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=place)
    assert display.selection.sample == 2


def test_that_the_answer_under_a_still_pointer_follows_the_training(qtbot: QtBot) -> None:
    display = display_of("circles", epochs=0)
    view = shown(display, qtbot)
    view.canvas.place_hovered.emit((0.0, 0.0))
    before = view.canvas.read_out
    display.show(replace(display.snapshot, parameters=display.snapshot.parameters + 0.5))
    view.refresh()
    assert view.canvas.read_out != before
    assert number_text(float(display.network.predict([[0.0, 0.0]])[0].max()), 3)[:4] in (
        view.canvas.read_out
    )


@pytest.mark.parametrize("loss", ["mean_squared_error", "binary_cross_entropy"])
def test_that_the_class_under_the_pointer_is_the_predicted_one(loss: str, qtbot: QtBot) -> None:
    model = ModelSpec((LayerSpec(5),), loss=loss)
    display = trained_display(ExperimentSpec(data=DataSpec("circles"), model=model), 20)
    view = shown(display, qtbot)
    data = display.data
    outputs = display.network.forward(data.train_inputs).outputs
    classes = predicted_classes(display.spec, outputs)
    for row in range(0, len(classes), 7):
        right, up = data.train_inputs[row].tolist()
        view.canvas.place_hovered.emit((right, up))
        assert f": {data.raw.class_names[classes[row]]} (" in view.canvas.read_out


def test_that_the_arrow_keys_select_samples_in_turn(qtbot: QtBot) -> None:
    display = display_of("circles")
    view = shown(display, qtbot)
    QTest.keyClick(view.canvas, Qt.Key.Key_Right)
    assert display.sample_index == 1
    QTest.keyClick(view.canvas, Qt.Key.Key_Left)
    QTest.keyClick(view.canvas, Qt.Key.Key_Left)
    assert display.sample_index == len(display.snapshot.batch_rows) - 1
    assert view.canvas.ring == display.snapshot.batch_rows[-1]


def test_that_points_stay_sharp_in_an_svg(qtbot: QtBot) -> None:
    display = display_of("circles")
    view = shown(display, qtbot)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(view.size())
    painter = QPainter(generator)
    view.render(painter, QPoint())
    painter.end()
    circles = bytes(buffer.data().data()).decode().count("<circle")
    assert circles >= len(display.data.train_inputs)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("dataset", ["circles", "iris", "sine", "diabetes"])
def test_that_a_network_that_has_diverged_can_be_drawn(
    dataset: str, bad: float, qtbot: QtBot
) -> None:
    display = display_of(dataset)
    parameters = np.full_like(display.snapshot.parameters, bad)
    display.show(replace(display.snapshot, parameters=parameters))
    view = shown(display, qtbot)
    view.canvas.place_hovered.emit((0.0, 0.0))
    assert not view.grab().isNull()
