"""Set-ups to compute by hand, trained as experiments."""

from dataclasses import replace

import msgspec
import pytest

from nnviz.core.examples import EXAMPLES
from nnviz.core.spec import LayerSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec, TypedData
from nnviz.training.by_hand import experiment_by_hand
from nnviz.training.experiment import ExperimentSpec, drawn_anew, network_spec
from nnviz.training.run import TrainingRun


def run_of(experiment: ExperimentSpec) -> TrainingRun:
    return TrainingRun(experiment, prepare(experiment.data))


@pytest.mark.parametrize("key", EXAMPLES)
def test_that_an_example_is_trained_on_its_own_numbers(key: str) -> None:
    example = EXAMPLES[key]
    run = run_of(experiment_by_hand(example))
    assert run.data.train_inputs.tolist() == [list(row) for row in example.inputs]
    assert run.data.train_targets.tolist() == [list(row) for row in example.targets]
    assert run.network.parameters.tolist() == list(example.start)
    assert run.batches_per_epoch == 1


def test_that_mazur_s_losses_come_out_of_training() -> None:
    example = EXAMPLES["mazur"]
    for trains_biases, expected in ((False, 0.2910277737), (True, 0.2804714468)):
        rule = msgspec.structs.replace(example.optimizer, trains_biases=trains_biases)
        run = run_of(experiment_by_hand(replace(example, optimizer=rule)))
        assert run.evaluate().train_loss == pytest.approx(0.2983711088, abs=1e-10)
        run.advance(1)
        assert run.evaluate().train_loss == pytest.approx(expected, abs=1e-10)
        run.reset()
        assert run.network.parameters.tolist() == list(example.start)


def test_that_an_experiment_with_typed_numbers_can_be_saved() -> None:
    experiment = experiment_by_hand(EXAMPLES["mazur"])
    assert msgspec.json.decode(msgspec.json.encode(experiment), type=ExperimentSpec) == experiment


def test_that_a_new_start_draws_weights() -> None:
    experiment = drawn_anew(experiment_by_hand(EXAMPLES["lecture"]), 4)
    network = run_of(experiment).network
    assert network.parameters.tolist() != list(EXAMPLES["lecture"].start)
    assert experiment.seed == 4


def test_that_typed_targets_suit_any_loss_that_they_fit() -> None:
    example = replace(
        EXAMPLES["mazur"],
        layers=(LayerSpec(2, "relu"), LayerSpec(2, "linear")),
        loss="softmax_cross_entropy",
    )
    with pytest.raises(ValueError, match="together 1"):
        experiment_by_hand(replace(example, targets=((0.5, 0.9),)))
    experiment = experiment_by_hand(example)
    assert network_spec(experiment.model, prepare(experiment.data)).loss == example.loss


@pytest.mark.parametrize(
    ("inputs", "targets", "sentence"),
    [
        (((1.0,), (1.0, 2.0)), ((1.0,), (2.0,)), "all rows of one length"),
        (((1.0,),), ((1.0,), (2.0,)), "1 rows of inputs and 2 of targets"),
        (((float("inf"),),), ((1.0,),), "finite"),
        ((), (), "must have a row"),
    ],
)
def test_that_numbers_that_make_no_table_are_refused(
    inputs: tuple[tuple[float, ...], ...], targets: tuple[tuple[float, ...], ...], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        TypedData("mine", inputs, targets)


def test_that_targets_must_be_as_many_as_outputs() -> None:
    with pytest.raises(ValueError, match="3 targets for 2 outputs"):
        experiment_by_hand(replace(EXAMPLES["mazur"], targets=((0.1, 0.2, 0.3),)))


def test_that_numbers_take_the_place_of_a_data_set() -> None:
    with pytest.raises(ValueError, match="one of the two"):
        DataSpec(typed=TypedData("mine", ((1.0,),), ((1.0,),)))
