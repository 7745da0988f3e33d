"""Specifications refuse what makes no sense, in sentences, and survive being saved."""

import msgspec
import pytest

from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec


def test_that_a_specification_survives_json() -> None:
    spec = NetworkSpec(
        3,
        (LayerSpec(4, "leaky_relu", alpha=0.2), LayerSpec(5, "maxout", pieces=3), LayerSpec(2)),
        initializer="he_normal",
    )
    assert msgspec.json.decode(msgspec.json.encode(spec), type=NetworkSpec) == spec


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ('{"input_size": 0, "layers": [{"size": 1}]}', r"\$\.input_size"),
        ('{"input_size": 2, "layers": []}', r"\$\.layers"),
        ('{"input_size": 2, "layers": [{"size": 2}, {"size": -1}]}', r"\$\.layers\[1\]\.size"),
        ('{"input_size": 2, "layers": [{"size": 2, "activation": "tahn"}]}', "did you mean 'tanh'"),
        ('{"input_size": 2, "layers": [{"size": 2, "colour": 1}]}', "colour"),
        ('{"input_size": 2, "layers": [{"size": 2, "pieces": 1}]}', r"\$\.layers\[0\]\.pieces"),
    ],
)
def test_that_a_bad_document_names_the_bad_key(document: str, sentence: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=sentence):
        msgspec.json.decode(document, type=NetworkSpec)


def test_that_a_loss_on_logits_wants_a_linear_output_layer() -> None:
    with pytest.raises(ValueError, match="the output layer must be linear, not tanh"):
        NetworkSpec(2, (LayerSpec(2, "tanh"),), "softmax_cross_entropy")


def test_that_softmax_of_one_output_is_refused() -> None:
    with pytest.raises(ValueError, match="softmax of a single output is always 1"):
        NetworkSpec(2, (LayerSpec(1, "linear"),), "softmax_cross_entropy")


def test_that_a_step_layer_is_named_as_the_reason_for_not_training() -> None:
    spec = NetworkSpec(2, (LayerSpec(2, "tanh"), LayerSpec(1, "step")))
    assert spec.untrainable_reason is not None
    assert "layer 2 uses the step activation" in spec.untrainable_reason
    assert NetworkSpec(2, (LayerSpec(1, "tanh"),)).untrainable_reason is None


@pytest.mark.parametrize("alpha", [0.0, -1.0, float("nan"), float("inf")])
def test_that_an_alpha_without_meaning_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="must be a number above 0"):
        LayerSpec(2, "elu", alpha=alpha)


def test_that_an_unknown_optimizer_is_refused() -> None:
    with pytest.raises(ValueError, match="'adm' is not a known optimizer; did you mean 'adam'"):
        OptimizerSpec("adm")
