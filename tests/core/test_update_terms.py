"""The terms of an update: they hold as they are written, and follow from one another."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from nnviz.core.looking_glass import Focus, LookingGlass
from nnviz.core.notation import Equation
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.program import Phase
from nnviz.core.schedules import SCHEDULES
from nnviz.core.spec import OptimizerSpec
from nnviz.core.trace import record
from nnviz.core.update_terms import Term, UpdateSetting, rule_step, update_terms
from nnviz.core.updated_parameter import updated_parameter
from tests.core.test_equation import assert_holds
from tests.core.test_trace import network, recipe_for

OPTIONS: tuple[dict[str, object], ...] = (
    *[dict[str, object](name=name) for name in OPTIMIZERS],
    {"name": "sgd", "momentum": 0.9},
    {"name": "sgd", "momentum": 0.9, "dampening": 0.2, "weight_decay": 0.1},
    {"name": "sgd", "momentum": 0.9, "nesterov": True},
    {"name": "rmsprop", "centred": True, "momentum": 0.5},
    {"name": "adam", "weight_decay": 0.1},
    {"name": "adam", "clip_norm": 0.01},
    {"name": "sgd", "clip_norm": 100.0, "weight_decay": 0.2},
    {"name": "sgd", "clip_value": 0.01, "weight_decay": 0.1},
    {"name": "adagrad", "clip_value": 0.01},
    *[dict[str, object](name="adam", schedule={"name": name, "steps": 10}) for name in SCHEDULES],
)


def terms_of(options: dict[str, object], updates: int) -> tuple[Term, ...]:
    """Return the terms of the last of so many recorded updates, of one weight."""
    rule = msgspec.convert({"learning_rate": 0.05, **options}, OptimizerSpec)
    recipe = replace(recipe_for(network()), optimizer=rule)
    for _ in range(updates):
        trace = record(recipe)
        recipe = replace(recipe, optimizer_state=trace.state_after, step=recipe.step + 1)
    line = trace.lines_of(Phase.UPDATE)[0]
    parameter = updated_parameter(LookingGlass(trace, line, Focus(unit=1, source=2)), rule)
    blocks = [trace.value(f"d{letter}{n}") for n in (1, 2) for letter in "Wb"]
    norm = float(np.sqrt(sum(float((block**2).sum()) for block in blocks)))
    return update_terms(parameter, UpdateSetting(0.0, 0.0, 0.05, norm))


def value_of(terms: tuple[Term, ...], left: str) -> float:
    (value,) = (t.equation.value for t in terms if t.equation.symbols[0].text == left)
    assert value is not None
    return value


def numbers_of(equation: Equation) -> set[float]:
    """Return the numbers on the right-hand side."""
    *inner, result = [piece.value for piece in equation.numbers if piece.value is not None]
    return set(inner) or {result}


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_that_every_term_holds_as_it_is_written(options: dict[str, object]) -> None:
    for updates in (1, 3):
        terms = terms_of(options, updates)
        for term in terms:
            if " = " in "".join(piece.text for piece in term.equation.numbers)[4:]:
                assert_holds(term.equation)
        assert [t.name for t in terms[-2:]] == ["Step", "New value"]
        names = [term.name.split(":")[0] for term in terms]
        assert names[0] == "Gradient"
        assert "Learning rate" in names
        assert len({term.equation.symbols[0].text for term in terms}) == len(terms)


# Of the centred rule only the root of the difference stands further down.
@pytest.mark.parametrize("options", [o for o in OPTIONS if "centred" not in o], ids=str)
def test_that_each_result_is_used_further_down(options: dict[str, object]) -> None:
    terms = terms_of(options, 3)
    for index, term in enumerate(terms[:-1]):
        used = set().union(*(numbers_of(later.equation) for later in terms[index + 1 :]))
        squares = {value**2 for value in used}
        value = term.equation.value
        assert value is not None
        # The root of RMSProp stands in the step itself, as a number of its own.
        assert min(abs(value - other) for other in used | squares) <= 1e-12 + 1e-9 * abs(value)


def test_that_the_first_step_of_adam_is_the_one_of_the_textbook() -> None:
    terms = terms_of({"name": "adam"}, 1)
    g = value_of(terms, "g")
    assert value_of(terms, "m") == pytest.approx(0.1 * g, rel=1e-12)
    assert value_of(terms, "v") == pytest.approx(0.001 * g**2, rel=1e-12)
    assert value_of(terms, "m̂") == pytest.approx(g, rel=1e-12)
    assert value_of(terms, "v̂") == pytest.approx(g**2, rel=1e-12)
    assert value_of(terms, "Δw") == pytest.approx(-0.05 * g / (abs(g) + 1e-8), rel=1e-12)


def test_that_penalties_are_told_apart_from_the_data() -> None:
    trace = record(replace(recipe_for(network()), optimizer=OptimizerSpec("sgd", 0.1)))
    line = trace.lines_of(Phase.UPDATE)[0]
    glass = LookingGlass(trace, line, Focus(unit=1, source=2))
    parameter = updated_parameter(glass, OptimizerSpec("sgd", 0.1))
    terms = update_terms(parameter, UpdateSetting(0.3, 0.2, 0.1, 0.0))
    assert terms[0].name == "Gradient: of the data's loss D, and of the penalty"
    assert_holds(terms[0].equation)
    data = next(piece.value for piece in terms[0].equation.numbers if piece.value is not None)
    w, g = parameter.old.value, parameter.gradient.value
    assert w is not None
    assert g is not None
    assert data == pytest.approx(g - 0.3 * np.sign(w) - 0.2 * w, rel=1e-12)


def test_that_a_held_bias_stays_what_it_is() -> None:
    rule = OptimizerSpec("adam", 0.1, trains_biases=False)
    trace = record(replace(recipe_for(network()), optimizer=rule))
    line = trace.lines_of(Phase.UPDATE)[0]
    parameter = updated_parameter(LookingGlass(trace, line, Focus(source=99)), rule)
    terms = update_terms(parameter, UpdateSetting(0.0, 0.0, 0.1, 0.0))
    assert [term.name for term in terms] == ["Gradient", "Held: biases are not trained here"]
    assert terms[-1].equation.value == parameter.old.value
    assert rule_step(parameter) == 0
