"""The health view: what it says, where a click leads, and what can be tried."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.core.vitals import Finding, Severity
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.render import trained_display
from nnviz.gui.selection import UnitRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.view_table import VIEWS
from nnviz.gui.views.health_card import FindingCard
from nnviz.gui.views.health_content import PLACES, health_of
from nnviz.gui.views.health_view import HealthView
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.snapshot import Evaluation, RunState
from tests.gui_room.plot_displays import show


def display_with(
    activation: str = "tanh",
    initializer: str = "glorot_uniform",
    rate: float = 0.01,
    epochs: int = 2,
    loss: str | None = None,
) -> Display:
    model = ModelSpec(
        (LayerSpec(6, activation), LayerSpec(4, activation)), loss=loss, initializer=initializer
    )
    optimizer = OptimizerSpec("sgd", rate)
    experiment = ExperimentSpec(DataSpec("moons", samples=80), model, optimizer)
    return trained_display(experiment, epochs)


def view_of(display: Display, qtbot: QtBot) -> HealthView:
    view = HealthView(display, DARK)
    show(view, qtbot)
    return view


def card_of(view: HealthView, kind: str) -> FindingCard:
    return next(card for card in view.cards if card.finding.kind == kind)


def click(card: FindingCard, ending: str) -> None:
    button = card.findChild(QAbstractButton, f"{card.objectName()}_{ending}")
    assert button is not None
    button.click()


def test_that_a_healthy_run_is_said_to_be_so_with_its_numbers(qtbot: QtBot) -> None:
    view = view_of(display_with(), qtbot)
    assert view.cards == []
    assert view.verdict.text().startswith("Nothing is wrong: no dead or identical unit among 12")
    assert view.facts.endswith("all well")


def test_that_a_single_layer_is_not_compared_with_itself(qtbot: QtBot) -> None:
    experiment = ExperimentSpec(DataSpec("moons", samples=80), ModelSpec(()))
    view = view_of(trained_display(experiment, 2), qtbot)
    assert "updates of up to" in view.verdict.text()
    assert "times that of the last" not in view.verdict.text()


def test_that_before_the_first_step_nothing_is_said_of_gradients(qtbot: QtBot) -> None:
    view = view_of(display_with(epochs=0), qtbot)
    assert "train a step" in view.verdict.text()


def test_that_identical_units_are_found_shown_and_told_apart_on_a_branch(qtbot: QtBot) -> None:
    display = display_with(initializer="constant")
    view = view_of(display, qtbot)
    card = card_of(view, "symmetry")
    with qtbot.waitSignal(display.wishes.view_requested) as opened:
        click(card, "show")
    assert opened.args == ["weights"]
    assert display.selection.unit == UnitRef(1, 0)
    with qtbot.waitSignal(display.travel.branch_requested) as asked:
        click(card, "try_0")
    step, experiment, edits = asked.args
    assert (step, experiment) == (display.snapshot.step, display.snapshot.experiment)
    assert len(edits) == 18


def test_that_a_new_start_is_a_new_run(qtbot: QtBot) -> None:
    display = display_with(initializer="constant")
    view = view_of(display, qtbot)
    with qtbot.waitSignal(display.wishes.experiment_requested) as asked:
        click(card_of(view, "symmetry"), "try_1")
    assert asked.args[0].model.initializer == "glorot_uniform"


def test_that_dead_units_are_selected(qtbot: QtBot) -> None:
    display = display_with("relu")
    parameters = display.snapshot.parameters.copy()
    display.network.layout.views(parameters).biases[0][3] = -100
    display.show(replace(display.snapshot, parameters=parameters))
    view = view_of(display, qtbot)
    click(card_of(view, "dead"), "show")
    assert display.selection.unit == UnitRef(1, 3)


def test_that_divergence_names_the_step_and_the_sizes(qtbot: QtBot) -> None:
    display = display_with("relu", "he_normal", 50.0, 20, "mean_squared_error")
    assert display.snapshot.state is RunState.DIVERGED
    view = view_of(display, qtbot)
    card = view.cards[0]
    assert card.finding.kind == "diverged"
    assert (
        "Diverged at step" in card.accessibleName() or "diverged at step" in card.accessibleName()
    )
    assert f"step {display.snapshot.step:,}, the last with a fair loss" in card.finding.sentence
    assert "grew from" in card.finding.sentence
    assert "choose" not in card.finding.sentence
    with qtbot.waitSignal(display.travel.branch_requested) as asked:
        click(card, "try_0")
    assert asked.args[0] == display.snapshot.step
    assert asked.args[1].optimizer.learning_rate == pytest.approx(50 / 3, rel=0.05)


def test_that_over_fitting_leads_back_to_the_best_step(qtbot: QtBot) -> None:
    display = display_with(epochs=4)
    last = display.snapshot.step
    display.evaluations[:] = [
        Evaluation(0, 1.0, 1.0, None, None),
        Evaluation(5, 0.5, 0.6, None, None),
        Evaluation(last, 0.1, 0.9, None, None),
    ]
    view = view_of(display, qtbot)
    card = card_of(view, "over_fitting")
    assert card.finding.step == 5
    display.travel.follow(display.snapshot)
    with qtbot.waitSignal(display.travel.seek_requested) as sought:
        click(card, "show")
    assert sought.args == [5]


def test_that_newer_numbers_do_not_make_new_cards(qtbot: QtBot) -> None:
    display = display_with(initializer="constant")
    view = view_of(display, qtbot)
    cards = list(view.cards)
    display.show(replace(display.snapshot, step=display.snapshot.step + 1))
    view.refresh()
    assert view.cards == cards
    view.set_theme(LIGHT)
    view.layers.grab()


def test_that_a_card_goes_on_with_another_severity_and_another_step(qtbot: QtBot) -> None:
    display = display_with(epochs=4)
    last = display.snapshot.step
    start = Evaluation(0, 1.0, 1.0, None, None)
    now = Evaluation(last, 0.1, 0.72, None, None)
    display.evaluations[:] = [start, Evaluation(5, 0.5, 0.6, None, None), now]
    view = view_of(display, qtbot)
    card = card_of(view, "over_fitting")
    assert card.finding.severity is Severity.WARNING
    worse = replace(now, validation_loss=0.9)
    display.evaluations[:] = [start, Evaluation(6, 0.5, 0.59, None, None), worse]
    view.refresh()
    assert view.cards == [card]
    title = card.findChild(QLabel, f"{card.objectName()}_title")
    assert title is not None
    assert "bad" in title.text()
    with qtbot.waitSignal(display.travel.branch_requested) as asked:
        click(card, "try_0")
    assert asked.args[0] == 6


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_that_every_button_fits_a_narrow_dock_and_asks_for_something(
    activation: str, qtbot: QtBot
) -> None:
    display = display_with(activation, "constant", 1e-9)
    view = view_of(display, qtbot)
    for width in (600, 264):
        view.resize(width, 400)
        qtbot.waitUntil(lambda: all(card.width() <= view.width() for card in view.cards))
    asked: list[object] = []
    display.travel.branch_requested.connect(lambda *args: asked.append(args))
    display.wishes.experiment_requested.connect(asked.append)
    display.wishes.view_requested.connect(asked.append)
    buttons = [button for card in view.cards for button in card.findChildren(QAbstractButton)]
    assert len(buttons) > len(view.cards) > 0
    for button in buttons:
        assert button.mapTo(view, button.rect().topRight()).x() < view.width()
        button.click()
    assert len(asked) == len(buttons)


def test_that_wide_rows_have_their_numbers_beside_the_bars(qtbot: QtBot) -> None:
    view = view_of(display_with(), qtbot)
    for width in (260, 900):
        view.layers.resize(width, 120)
        view.layers.grab()
    view.resize(900, 300)
    view.set_theme(LIGHT)
    view.grab()


def test_that_a_layers_row_says_its_exact_numbers(qtbot: QtBot) -> None:
    display = display_with()
    view = view_of(display, qtbot)
    health = health_of(display)
    sentence = view.layers.sentence(2)
    assert sentence.startswith("Output: gradient norm ")
    norm = np.linalg.norm(display.snapshot.gradients[display.network.layout.blocks[2].start :])
    assert health.vitals.layers[2].gradient_norm == pytest.approx(norm)


def test_that_every_kind_has_a_place_that_exists() -> None:
    assert set(PLACES.values()) <= VIEWS.keys()


def test_that_parameters_that_are_not_finite_do_not_stop_the_view(qtbot: QtBot) -> None:
    display = display_with()
    bad = np.full_like(display.snapshot.parameters, np.nan)
    display.show(replace(display.snapshot, parameters=bad, last_update=bad))
    view = view_of(display, qtbot)
    view.layers.grab()
    assert view.health is not None


def test_that_a_finding_about_no_layer_selects_nothing(qtbot: QtBot) -> None:
    display = display_with()
    view = view_of(display, qtbot)
    view.show_finding(Finding("no_gradient", Severity.BAD, 0.0, "none"))
    assert display.selection.unit is None
