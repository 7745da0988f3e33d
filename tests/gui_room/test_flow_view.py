"""The gradient flow: curves, skyline and strips of every layer, and the way to a step."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec
from nnviz.gui.display import Display
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.flow_skyline import sentence
from nnviz.gui.views.flow_view import FlowView
from nnviz.gui.views.gradients_view import GradientsView
from nnviz.training.commands import Seek
from nnviz.training.experiment import ModelSpec
from tests.gui_room.flow_runs import Follower
from tests.gui_room.plot_displays import click, display_of, show


def view_of(display: Display, qtbot: QtBot) -> FlowView:
    view = FlowView(display, DARK)
    show(view, qtbot)
    return view


def test_that_a_look_back_knows_nothing_of_later_steps(qtbot: QtBot) -> None:
    follower = Follower().steps(9)
    view = view_of(follower.display, qtbot)
    assert not view.curves._cursor.isVisible()
    follower.obey(Seek(4))
    view.refresh()
    assert view.curves._series.steps.tolist() == [0, 1, 2, 3, 4]
    assert view.curves._cursor.isVisible()
    assert view.curves._cursor.value() == 4
    view.show_picture("strips", "gradients")
    assert view.strips.pictures is not None
    shades = view.strips.pictures.shades
    columns = shades.shape[2]
    assert not shades[:, :, columns * 5 // 9 :].any()
    assert shades[:, :, columns * 3 // 9].any()


def test_that_a_click_in_the_curves_goes_to_the_step_under_the_mouse(qtbot: QtBot) -> None:
    view = view_of(Follower().steps(8).display, qtbot)
    wanted: list[int] = []
    view.display.travel.seek_requested.connect(wanted.append)
    place = view.curves.to_pixel(3.2, 0.0)
    room = view.curves.plot_rect()
    point = QPoint(round(place.x()), round(room.center().y()))
    scene = QPointF(view.curves.plot.mapToScene(point))
    view.curves._point(scene)
    assert view.curves.pointer.step == 3
    assert "step 3" in view.curves.read_out.text()
    QTest.mouseClick(view.curves.plot.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert wanted == [3]


def test_that_keys_read_the_curves_and_go_there(qtbot: QtBot) -> None:
    view = view_of(Follower().steps(8).display, qtbot)
    wanted: list[int] = []
    view.display.travel.seek_requested.connect(wanted.append)
    plot = view.curves.plot
    for key, step in (
        (Qt.Key.Key_Left, 7),
        (Qt.Key.Key_Left, 6),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_End, 8),
        (Qt.Key.Key_Right, 8),
        (Qt.Key.Key_Home, 0),
    ):
        QTest.keyClick(plot, key)
        assert view.curves.pointer.step == step
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert wanted == [0]


def test_that_strips_are_read_and_clicked_like_the_curves(qtbot: QtBot) -> None:
    view = view_of(Follower().steps(8).display, qtbot)
    wanted: list[int] = []
    view.display.travel.seek_requested.connect(wanted.append)
    click(view, "flow_strips_button")
    assert view.picture == "strips"
    at = QPoint(round(view.strips.x_of(5)), 20)
    QTest.mouseMove(view.strips, at)
    QTest.mouseClick(view.strips, Qt.MouseButton.LeftButton, pos=at)
    assert wanted == [5]
    assert view.strips.pointer.step == 5
    QTest.keyClick(view.strips, Qt.Key.Key_Left)
    assert view.strips.pointer.step == 4
    assert view.strips.step_at(1.0) is None
    view.strips.grab()


def test_that_every_picture_shows_every_quantity(qtbot: QtBot) -> None:
    view = view_of(Follower().steps(3).display, qtbot)
    for button, quantities in (
        ("flow_curves_button", ("gradients", "weights", "updates", "ratio")),
        ("flow_skyline_button", ("gradients", "activations", "weights", "updates")),
        ("flow_strips_button", ("gradients", "activations", "weights", "updates")),
    ):
        click(view, button)
        combo = view._quantity
        assert [combo.itemData(i) for i in range(combo.count())] == list(quantities)
        for index, quantity in enumerate(quantities):
            combo.setCurrentIndex(index)
            combo.activated.emit(index)
            assert view.quantity == quantity
            assert not view.grab().isNull()
    click(view, "flow_curves_button")
    view.show_picture("curves", "ratio")
    assert view.curves._rule.isVisible()
    assert view.curves._rule.value() == -3
    assert "rule of thumb" in view.facts
    view.show_picture("curves", "gradients")
    assert not view.curves._rule.isVisible()
    assert "first by last layer" in view.facts


def test_that_each_layer_may_have_a_scale_of_its_own(qtbot: QtBot) -> None:
    view = view_of(Follower().steps(3).display, qtbot)
    click(view, "flow_skyline_button")
    assert len({ridge.reach for _, ridge in view.skyline.rows}) == 1
    click(view, "flow_own_scale")
    assert len({ridge.reach for _, ridge in view.skyline.rows}) == 3
    assert "own scale" in view.facts
    words = sentence(*view.skyline.rows[0])
    assert words.startswith("Hidden 1: 12 entries, root mean square")


def test_that_names_stand_at_the_ends_of_the_curves_apart_from_each_other(qtbot: QtBot) -> None:
    model = ModelSpec((LayerSpec(3, "sigmoid"),) * 9)
    view = view_of(Follower(model).steps(3).display, qtbot)
    places = [y for _, y in view.curves.ends]
    assert len(places) == 10
    assert min(np.diff(places)) >= 11.9
    view.resize(280, 150)
    names = [name for name, _ in view.curves.ends]
    assert len(names) < 10
    assert {"Hidden 1", "Output"} <= set(names)


def test_that_before_the_first_step_words_stand_in_for_gradients(qtbot: QtBot) -> None:
    view = view_of(Follower().display, qtbot)
    assert view._note.isVisible()
    assert "Train a step" in view._note.text()
    view.show_picture("curves", "weights")
    assert view.curves.isVisible()
    view.show_picture("strips", "activations")
    assert view.strips.isVisible()


def test_that_numbers_that_are_none_are_said_in_words(qtbot: QtBot) -> None:
    display = Follower().steps(2).display
    view = view_of(display, qtbot)
    broken = np.full_like(display.snapshot.gradients, np.nan)
    display.show(
        replace(
            display.snapshot,
            step=3,
            last_step=3,
            gradients=broken,
            parameters=broken,
            last_update=broken,
        )
    )
    view.refresh()
    assert view.curves._gap_text == "not a number in all layers"
    for picture in ("skyline", "strips"):
        for quantity in ("activations", "gradients"):
            view.show_picture(picture, quantity)
            view.grab()
    assert view.strips.pictures is not None
    assert view.strips.pictures.not_finite[-1].all()


def test_that_another_network_takes_the_place_of_the_old_one(qtbot: QtBot) -> None:
    view = view_of(Follower().steps(3).display, qtbot)
    other = display_of("maxout", epochs=2).snapshot
    view.display.show(replace(other, generation=7))
    for picture in ("curves", "skyline", "strips"):
        view.show_picture(picture, "gradients")
        view.grab()
    assert len(view.skyline.rows) == len(view.display.spec.layers)
    view.set_theme(LIGHT)
    assert view.curves.theme is LIGHT


def test_that_a_hidden_view_works_out_nothing(qtbot: QtBot) -> None:
    follower = Follower().steps(2)
    view = view_of(follower.display, qtbot)
    view.hide()
    follower.steps(3)
    view._go_on()
    assert len(view.content._norms._known) == 3


def test_that_the_gradients_panel_leads_here(qtbot: QtBot) -> None:
    view = GradientsView(display_of(), DARK)
    show(view, qtbot)
    asked: list[str] = []
    view.display.wishes.view_requested.connect(asked.append)
    click(view, "gradients_flow")
    assert asked == ["flow"]
