"""Where a gradient comes from: the chain of its factors, and what is saved for it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.gradient_chain import gradient_chain, saved_for_backward
from nnviz.core.looking_glass import Focus
from nnviz.core.losses import LOSSES
from nnviz.core.notation import Source
from nnviz.core.program import LineKind, Phase
from nnviz.core.source_names import source_name, where_made
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.trace import StepToRecord, Trace, record
from tests.core.test_trace import SGD, TRAINABLE, network, recipe_for


def example() -> Trace:
    """Record the lecture's worked example."""
    spec = NetworkSpec(2, (LayerSpec(2, "tanh"), LayerSpec(1, "linear")), "binary_cross_entropy")
    parameters = np.array([0.5, -0.3, 0.2, 0.8, 0.1, -0.1, 0.7, -0.4, 0.2])
    return record(StepToRecord(spec, parameters, np.array([[1.0, 2.0]]), np.array([[1.0]]), SGD))


def number_of(trace: Trace, kind: LineKind, layer: int = 1) -> int:
    return next(
        line.number for line in trace.lines if line.line.kind is kind and line.line.layer == layer
    )


def test_that_the_gradient_of_a_weight_is_followed_up_to_the_loss() -> None:
    trace = example()
    number = number_of(trace, LineKind.WEIGHT_GRADIENT)
    links = gradient_chain(trace, number, Focus(unit=1, source=0))
    kinds = [trace.lines[link.line_number - 1].line.kind for link in links]
    assert kinds == [
        LineKind.WEIGHT_GRADIENT,
        LineKind.THROUGH_ACTIVATION,
        LineKind.TO_LAYER_BELOW,
        LineKind.LOSS_GRADIENT,
    ]
    weight, delta, back, loss = (link.factors for link in links)
    assert weight.product.value == pytest.approx(0.04897346, abs=1e-8)
    assert weight.local.value == 1
    assert delta.local.value == pytest.approx(0.30502, abs=1e-6)
    assert back.local.value == -0.4
    assert loss.product.value == pytest.approx(-0.40139546, abs=1e-8)


@pytest.mark.parametrize("activation", TRAINABLE)
@pytest.mark.parametrize("loss", LOSSES)
def test_that_every_downstream_factor_is_the_product_of_the_next_link(
    activation: str, loss: str
) -> None:
    trace = record(recipe_for(network(activation, loss), rows=3))
    for line in trace.lines_of(Phase.BACKWARD):
        for focus in (Focus(), Focus(2, 1, 2, 1)):
            links = gradient_chain(trace, line.number, focus)
            for link, following in pairwise(links):
                downstream = link.factors.downstream
                assert downstream.source is not None
                assert downstream.source.position == following.line_number
                assert following.equation.value == downstream.value
            last = trace.lines[links[-1].line_number - 1].line.kind
            assert last in (LineKind.LOSS_GRADIENT, LineKind.PENALTY_GRADIENT)


def test_that_the_chain_follows_the_unit_that_brings_most() -> None:
    trace = record(recipe_for(network(), rows=1))
    number = number_of(trace, LineKind.THROUGH_ACTIVATION)
    back = gradient_chain(trace, number, Focus(unit=2))[1]
    shares = np.abs(trace.value("dz2")[0] * trace.value("W2", 1)[2])
    assert back.focus.source == np.argmax(shares)


def test_that_there_is_no_chain_in_the_other_phases() -> None:
    trace = example()
    assert gradient_chain(trace, 1, Focus()) == ()


def test_that_the_chain_passes_through_dropout() -> None:
    spec = NetworkSpec(3, (LayerSpec(4, dropout=0.5), LayerSpec(2)), "mean_squared_error", l2=0.1)
    trace = record(replace(recipe_for(spec), generator=np.random.default_rng(0)))
    links = gradient_chain(trace, number_of(trace, LineKind.WEIGHT_GRADIENT), Focus())
    kinds = [trace.lines[link.line_number - 1].line.kind for link in links]
    assert LineKind.THROUGH_DROPOUT in kinds
    saved = saved_for_backward(trace, number_of(trace, LineKind.DROPOUT), Focus(1, 2))
    assert {one.source.buffer for one in saved} == {"m1", "d1"}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_that_what_is_saved_is_the_local_factor_later(activation: str) -> None:
    trace = record(replace(recipe_for(network(activation)), optimizer=None))
    focus = Focus(sample=1, unit=1, source=1, piece=1)
    for line in trace.lines_of(Phase.FORWARD):
        for saved in saved_for_backward(trace, line.number, focus):
            user = trace.lines[saved.used_in - 1]
            assert user.line.local == saved.source.buffer
            assert user.number > line.number
            kept = trace.value(saved.source.buffer, saved.source.position)
            assert kept[saved.source.index] == saved.value


def test_that_a_weighted_sum_saves_its_input_and_its_weight() -> None:
    trace = example()
    saved = saved_for_backward(trace, 1, Focus(unit=1, source=0))
    assert [(one.symbol.text, one.value) for one in saved] == [("x₁", 1.0), ("w₁,₁,₂", -0.3)]


def test_that_numbers_have_names() -> None:
    trace = record(recipe_for(network("maxout"), rows=2))
    names = {
        Source("x", (1, 0)): "input 1, sample 2",
        Source("W1", (1, 0, 2)): "weight from unit 1 to unit 3 of layer 1, piece 2",
        Source(
            "dW2", (0, 1)
        ): "gradient of the loss by the weight from unit 1 to unit 2 of layer 2",
        Source("b2", (1,)): "bias of unit 2 in layer 2",
        Source("z1", (1, 0, 2), 1): "weighted sum z of unit 3 in layer 1, sample 1, piece 2",
        Source(
            "dz2", (1, 0), 9
        ): "gradient of the loss by the weighted sum z of unit 1 in layer 2, sample 2",
        Source("dx", (1, 0), 9): "gradient of the loss by the input 1, sample 2",
        Source("L", (), 7): "loss of the batch",
    }
    assert {source: source_name(trace, source) for source in names} == names
    assert where_made(Source("x", (0, 0))) == "there from the start"
    assert where_made(Source("L", (), 7)) == "made in line 7"
