"""The diagram as a widget: what it shows, and how it answers mouse and keys."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QImage, QMouseEvent, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.network_labels import side_labels
from nnviz.gui.views.network_nodes import UnitPictures
from nnviz.gui.views.network_overlay import PILL_GAP, PILL_HEIGHT, neighbour, spread
from nnviz.gui.views.network_scene import Focus, NetworkScene
from nnviz.gui.views.network_view import NetworkView
from nnviz.training.snapshot import RunState
from tests.gui_room.network_displays import display_of


def view_of(qtbot: QtBot, display: Display, size: tuple[int, int] = (900, 560)) -> NetworkView:
    view = NetworkView(display, DARK)
    qtbot.addWidget(view)
    view.resize(*size)
    with qtbot.waitExposed(view):
        view.show()
    view.refresh()
    return view


def scene_of(view: NetworkView) -> NetworkScene:
    assert view.scene is not None
    return view.scene


def middle_of(view: NetworkView, unit: UnitRef) -> QPoint:
    place = scene_of(view).layout.place_of(unit.layer)
    assert place is not None
    return QPointF(*place.unit_box(unit.index).middle).toPoint()


def on_edge(view: NetworkView, edge: EdgeRef, along: float = 0.5) -> QPoint:
    left, right = scene_of(view).layout.places[edge.layer - 1 : edge.layer + 1]
    x = left.box.right + along * (right.box.x - left.box.right)
    begin, end = left.port_ys[edge.source], right.port_ys[edge.target]
    share = along * along * (3 - 2 * along) if along == 0.5 else along
    return QPointF(x, float(begin + share * (end - begin))).toPoint()


def move_to(view: NetworkView, point: QPoint) -> None:
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(view.mapToGlobal(point)),
        none,
        none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, event)


def test_that_a_click_selects_the_unit_under_it(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of())
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle_of(view, UnitRef(2, 3)))
    assert view.display.selection.unit == UnitRef(2, 3)
    assert "Hidden 2, unit 4" in view.accessibleDescription()


def test_that_a_click_selects_the_edge_under_it_and_beside_it_nothing(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of(hidden=(2,), loss="binary_cross_entropy"))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=on_edge(view, EdgeRef(2, 0, 0)))
    assert view.display.selection.edge == EdgeRef(2, 0, 0)
    assert "w = " in view.accessibleDescription()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(450, 530))
    assert view.accessibleDescription() == "Nothing is selected"


def test_that_hovering_brings_out_a_unit_without_selecting_it(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of())
    before = view.grab().toImage()
    move_to(view, middle_of(view, UnitRef(1, 0)))
    assert view.focus == Focus(UnitRef(1, 0))
    assert view.display.selection.unit is None
    assert view.grab().toImage() != before
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert not view.focus
    assert view.grab().toImage() == before


def test_that_the_arrow_keys_walk_from_unit_to_unit(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of())
    walked = []
    for key in ("Right", "Right", "Down", "Up", "Up", "Left", "Left"):
        QTest.keyClick(view, getattr(Qt.Key, f"Key_{key}"))
        unit = view.display.selection.unit
        assert unit is not None
        walked.append((unit.layer, unit.index))
    assert walked == [(0, 0), (1, 1), (1, 2), (1, 1), (1, 0), (0, 0), (0, 0)]
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.display.selection.unit is None


@pytest.mark.parametrize("columns", [1, 4])
def test_that_every_unit_can_be_reached_and_no_key_leads_outside(columns: int) -> None:
    sizes = (2, 14, 5)
    for layer, size in enumerate(sizes):
        for index in range(size):
            for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                there = neighbour(sizes, UnitRef(layer, index), across, down, columns)
                assert 0 <= there.index < sizes[there.layer]


def test_that_names_of_features_and_classes_stand_at_the_sides(qtbot: QtBot) -> None:
    display = display_of("iris", (5,))
    labels = side_labels(display)
    assert display.data.raw.feature_names[0] == "sepal length (cm)"
    assert labels.inputs[0] == "sepal length"
    assert labels.outputs == display.data.raw.class_names
    probabilities = display.network.predict(display.batch_inputs[:1])[0]
    assert [float(text) for text in labels.values] == pytest.approx(probabilities, abs=0.0051)
    assert labels.winner == int(np.argmax(probabilities))


def test_that_bounded_layers_have_the_scale_one_and_others_their_largest(qtbot: QtBot) -> None:
    display = display_of(hidden=(4,), activation="relu")
    layout = scene_of(view_of(qtbot, display)).layout
    pictures = UnitPictures(display, DARK, layout)
    assert pictures.shows_responses
    assert pictures.layers[1].scale == np.abs(display.responses(40)[1]).max()
    assert scene_of(view_of(qtbot, display_of())).pictures.layers[1].scale == 1.0


def test_that_a_tile_shows_the_response_where_it_is(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of(hidden=()))
    box = scene_of(view).layout.places[0].unit_box(0)
    image = view.grab().toImage()
    left = image.pixelColor(int(box.x + 6), int(box.middle[1]))
    right = image.pixelColor(int(box.right - 6), int(box.middle[1]))
    assert left.red() > left.blue()
    assert right.blue() > right.red()
    upper = scene_of(view).layout.places[0].unit_box(1)
    top = image.pixelColor(int(upper.middle[0]), int(upper.y + 6))
    assert top.blue() > top.red()


def test_that_what_is_left_out_is_printed_in_the_facts(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of("digits", (32,), "relu", steps=1))
    drawn = sum(len(shown.bins) for shown in scene_of(view).shown.values())
    assert drawn == 180
    assert scene_of(view).left_out.startswith("showing 180 of 2,368 weights")
    assert "showing 180 of 2,368 weights" in view.facts
    assert "showing" not in view_of(qtbot, display_of()).facts


def test_that_a_unit_of_a_block_can_be_selected_and_shows_its_edges(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of("digits", (32,), "relu", steps=1))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle_of(view, UnitRef(1, 9)))
    assert view.display.selection.unit == UnitRef(1, 9)
    shown = scene_of(view).shown[1]
    assert set(shown.strongest_incoming(9)) <= set(shown.sources[shown.incident(9, True)].tolist())
    pills = scene_of(view).pills(view.focus)
    assert sorted(abs(pill.value) for pill in pills) == pytest.approx(
        np.sort(np.abs(shown.weights[:, 9]))[-3:]
    )


def test_that_pills_keep_clear_of_each_other() -> None:
    heights = spread(np.array([10.0, 11.0, 12.0, 300.0]), PILL_HEIGHT + PILL_GAP)
    assert np.diff(heights).min() >= PILL_HEIGHT + PILL_GAP - 1e-9
    assert spread(np.array([5.0]), 20.0) == [5.0]


def test_that_a_running_network_of_many_edges_shows_fewer(qtbot: QtBot) -> None:
    display = display_of("iris", (20, 20, 20, 20), steps=1)
    paused = scene_of(view_of(qtbot, display, (1000, 620)))
    assert sum(len(shown.bins) for shown in paused.shown.values()) == 1340
    display.show(replace(display.snapshot, state=RunState.RUNNING))
    running = scene_of(view_of(qtbot, display, (1000, 620)))
    drawn = sum(len(shown.bins) for shown in running.shown.values())
    assert 795 < drawn <= 800
    assert f"showing {drawn} of 1,340 weights" in running.left_out


@pytest.mark.parametrize(
    ("dataset", "hidden", "activation"),
    [
        ("circles", (), "tanh"),
        ("circles", (16,) * 30, "tanh"),
        ("circles", (4, 3), "maxout"),
        ("sine", (8,), "elu"),
        ("iris", (16, 16), "sigmoid"),
        ("digits", (256, 128), "relu"),
        ("circles", (6,), "step"),
    ],
)
@pytest.mark.parametrize("size", [(1000, 600), (320, 200), (60, 40)])
def test_that_every_kind_of_network_is_painted(
    qtbot: QtBot, dataset: str, hidden: tuple[int, ...], activation: str, size: tuple[int, int]
) -> None:
    display = display_of(dataset, hidden, activation, steps=0)
    view = view_of(qtbot, display, size)
    for unit in (UnitRef(0, 0), UnitRef(len(hidden) + 1, 0)):
        display.selection.select_unit(unit)
        assert view.tip_of(view.focus)
        assert not view.grab().toImage().isNull()
    display.selection.select_edge(EdgeRef(1, 0, 0))
    assert "w = " in view.tip_of(view.focus)
    assert not view.grab().toImage().isNull()


def test_that_a_network_of_zeros_and_one_that_diverged_are_painted(qtbot: QtBot) -> None:
    display = display_of(initializer="zeros", steps=0)
    assert not view_of(qtbot, display).grab().toImage().isNull()
    parameters = display.snapshot.parameters.copy()
    parameters[::3] = np.nan
    parameters[1::3] = np.inf
    display.show(replace(display.snapshot, parameters=parameters))
    view = view_of(qtbot, display)
    display.selection.select_unit(UnitRef(1, 1))
    view.refresh()
    assert not view.grab().toImage().isNull()
    assert "not finite" in scene_of(view).left_out


def test_that_it_paints_at_double_size_and_as_a_vector_picture(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of())
    image = QImage(1800, 1120, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2.0)
    view.render(image)
    assert image.pixelColor(5, 5) == QColor(DARK.card)
    edge = scene_of(view).layout.places[1].unit_box(0)
    corner = image.pixelColor(round(2 * edge.middle[0]), round(2 * edge.y))
    assert corner != QColor(DARK.card)
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(900, 560))
    painter = QPainter(generator)
    view.render(painter, QPoint(0, 0))
    painter.end()
    text = bytes(buffer.data().data()).decode()
    assert text.count("<path") > 50
    assert "Hidden 2" in text


def test_that_a_change_of_theme_changes_the_colours(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of())
    view.set_theme(LIGHT)
    assert view.grab().toImage().pixelColor(4, 300) == QColor(LIGHT.card)


def test_that_a_ring_shows_when_the_keyboard_works_here(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of())
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    without = view.grab().toImage()
    for reason in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.MouseFocusReason):
        QApplication.sendEvent(view, QFocusEvent(QEvent.Type.FocusIn, reason))
        assert view.hasFocus()
        has_ring = view.grab().toImage() != without
        assert has_ring == (reason == Qt.FocusReason.TabFocusReason)


def test_that_it_has_a_name_for_those_who_cannot_see_it(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of())
    assert view.accessibleName() == "Network diagram"
    assert view.objectName() == "network_view"


def test_that_a_scene_that_is_out_of_date_answers_nothing(qtbot: QtBot) -> None:
    view = view_of(qtbot, display_of("digits", (40, 30), "relu", steps=0))
    there = middle_of(view, UnitRef(1, 39))
    move_to(view, there)
    view.display.show(replace(display_of(hidden=(3,), steps=0).snapshot, generation=2))
    move_to(view, there + QPoint(0, 1))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=there)
    assert view.display.selection.unit is None
    assert not view.grab().toImage().isNull()
    view.refresh()
    assert len(scene_of(view).layout.places) == 3
