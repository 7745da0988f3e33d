"""Compare starts: every control of the form."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from nnviz.gui.views.sweep_choices import SWEEP_SETTINGS
from nnviz.gui.views.sweep_view import SweepView
from nnviz.gui.wishes import SaveWish
from nnviz.sweeps.spec import Setting, parse_values, with_settings
from nnviz.sweeps.toml_file import read_sweep
from tests.gui_room.plot_displays import click
from tests.gui_room.sweep_views import EXPERIMENT, fill, sweep_view, trained


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[SweepView]:
    with sweep_view(qtbot) as view:
        yield view


def test_that_a_choice_proposes_values_and_the_menu_adds_and_removes_them(
    view: SweepView,
) -> None:
    row = view.form.varied[0]
    assert not row.values.isEnabled()
    for setting in SWEEP_SETTINGS.values():
        row.choice.show_key(setting.name)
        row.choice.key_chosen.emit(setting.name)
        assert row.values.text() == setting.proposed
        # Whatever is offered makes an experiment.
        for value in parse_values(setting.name, ", ".join(setting.choices)):
            assert with_settings(EXPERIMENT, {setting.name: value}, 0).seed == 0
    row.choice.show_key("optimizer.momentum")
    row.choice.key_chosen.emit("optimizer.momentum")
    actions = {action.text(): action for action in row.menu_of_values().actions()}
    assert actions["0.5"].isChecked()
    actions["0.99"].trigger()
    actions["0"].trigger()
    assert row.values.text() == "0.5, 0.9, 0.99"
    row.choice.show_key("")
    row.choice.key_chosen.emit("")
    assert row.setting() is None


def test_that_values_that_make_no_sense_are_said(view: SweepView) -> None:
    fill(view, rates="0.01")
    row = view.form.varied[0]
    for text, words in (
        ("0.1,,1", "with commas between them"),
        ("0.1, 0.1", "has a value twice"),
        ("fast", "expected a number, got a text"),
        ("-1", "expected a number >= 0.0"),
    ):
        row.values.setText(text)
        click(view, "sweep_run")
        assert words in view.form.note.text()
        assert view.form.note.property("role") == "problem"
        assert not view.job.is_busy
    row.values.setText("0.1")
    assert view.form.spec(EXPERIMENT).settings[0].values == (0.1,)


def test_that_a_failure_of_the_sweep_is_said(view: SweepView, qtbot: QtBot) -> None:
    fill(view, rates="0.01")
    row = view.form.varied[1]
    row.show_setting(Setting("model.hidden_layers.activation", ("tanh", "step")))
    click(view, "sweep_run")
    qtbot.waitUntil(lambda: "no gradient passes" in view.form.note.text())
    assert view.form.note.property("role") == "problem"
    assert not view.job.is_busy


def test_that_a_sweep_is_saved_and_opened_again(
    view: SweepView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(view, initializers="zeros, normal")
    wishes: list[SaveWish] = []
    view.display.wishes.save_requested.connect(wishes.append)
    click(view, "sweep_save_spec")
    path = tmp_path / "sweep.toml"
    wishes[0].write(path)
    assert read_sweep(path) == view.form.spec(EXPERIMENT)
    fill(view, rates="5")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    click(view, "sweep_open")
    assert view.form.opened == read_sweep(path)
    assert view.form.varied[0].values.text() == "0.01, 0.1, 1e+300"
    assert "sweep.toml is open" in view.form.note.text()
    view.form.starts.setValue(7)
    assert len(view.form.spec(EXPERIMENT).seed_list) == 7
    path.write_text("steps = 0", encoding="utf-8")
    click(view, "sweep_open")
    assert "steps: expected a whole number >= 1" in view.form.note.text()


def test_that_results_are_saved(view: SweepView, qtbot: QtBot, tmp_path: Path) -> None:
    assert not view.form.save_button.isEnabled()
    trained(view, qtbot)
    wishes: list[SaveWish] = []
    view.display.wishes.save_requested.connect(wishes.append)
    click(view, "sweep_save")
    for name in ("r.csv", "r.parquet"):
        wishes[0].write(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 100
    assert len((tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()) == 10
