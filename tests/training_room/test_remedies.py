"""Remedies: each is an experiment that can be trained, and changes what it says."""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from nnviz.core.finding_table import FINDINGS
from nnviz.core.findings import findings_of
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.core.vitals import Finding, Severity, vitals_of
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec
from nnviz.training.commands import Branch, RunEpoch, StepOnce
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.remedies import Patient, Remedy, remedies_for
from nnviz.training.run import TrainingRun
from tests.training_room.host_table import Table


def experiment(activation: str = "relu", initializer: str = "he_normal") -> ExperimentSpec:
    model = ModelSpec((LayerSpec(6, activation), LayerSpec(5, activation)), initializer=initializer)
    return ExperimentSpec(DataSpec("moons", samples=60), model, OptimizerSpec("sgd", 0.3))


def patient_of(run: TrainingRun) -> Patient:
    return Patient(run.experiment, run.network.spec, run.network.parameters.copy(), run.step, True)


def run_of(spec: ExperimentSpec, steps: int = 3) -> TrainingRun:
    run = TrainingRun(spec, prepare(spec.data))
    while run.step < steps:
        run.advance(1)
    return run


def all_remedies() -> Iterator[tuple[str, Remedy]]:
    patient = patient_of(run_of(experiment()))
    for kind in FINDINGS:
        finding = Finding(kind, Severity.BAD, 1.0, "", layer=1, units=(1, 2))
        for remedy in remedies_for(finding, patient):
            yield f"{kind}: {remedy.label}", remedy


@pytest.mark.parametrize("kind", sorted(FINDINGS))
def test_that_there_is_something_to_try_against_every_finding(kind: str) -> None:
    assert any(name.startswith(f"{kind}: ") for name, _ in all_remedies())


def test_that_every_remedy_can_be_trained() -> None:
    for name, remedy in all_remedies():
        table = Table(experiment())
        for _ in range(3):
            table.tell(StepOnce())
        if remedy.is_branch:
            assert remedy.step == 3
            snapshot = table.snapshot(Branch(3, remedy.experiment, 2, remedy.edits))
            assert (snapshot.step, snapshot.kept) == (3, (1,)), name
            assert snapshot.experiment == remedy.experiment
        else:
            table = Table(remedy.experiment)
        assert table.snapshot(RunEpoch()).epoch == 1, name


def test_that_learning_rates_change_by_what_they_say() -> None:
    patient = patient_of(run_of(experiment()))

    def rate(kind: str) -> float:
        finding = Finding(kind, Severity.BAD, 1.0, "", layer=1)
        return remedies_for(finding, patient)[0].experiment.optimizer.learning_rate

    assert rate("diverged") == pytest.approx(0.1)
    assert rate("large_updates") == pytest.approx(0.03)
    assert rate("small_updates") == pytest.approx(3.0)


def test_that_random_numbers_tell_identical_units_apart() -> None:
    run = run_of(experiment("tanh", "constant"))
    nothing = np.zeros_like(run.network.parameters)
    forward = run.network.forward(run.data.train_inputs)
    vitals = vitals_of(
        run.network.spec, run.network.parameters, run.gradients, nothing, forward, True
    )
    found = [finding for finding in findings_of(vitals) if finding.kind == "symmetry"]
    assert [finding.layer for finding in found] == [1, 2]
    for finding in found:
        remedy = remedies_for(finding, patient_of(run))[0]
        for place, value in remedy.edits.items():
            run.network.parameters[place] = value
    vitals = vitals_of(
        run.network.spec, run.network.parameters, run.gradients, nothing, forward, True
    )
    assert not [finding for finding in findings_of(vitals) if finding.kind == "symmetry"]


def test_that_only_the_named_units_are_moved() -> None:
    run = run_of(experiment())
    finding = Finding("symmetry", Severity.WARNING, 2.0, "", layer=2, units=(1, 4))
    remedy = remedies_for(finding, patient_of(run))[0]
    moved = np.zeros_like(run.network.parameters)
    moved[list(remedy.edits)] = 1
    views = run.network.layout.views(moved)
    assert views.weights[1].sum(axis=0).tolist() == [0, 6, 0, 0, 6]
    assert views.biases[1].tolist() == [0, 1, 0, 0, 1]
    assert views.weights[0].sum() == views.weights[2].sum() == 0


def test_that_the_initialiser_fits_the_activation() -> None:
    finding = Finding("vanishing", Severity.BAD, 0.0, "", layer=1)
    sigmoid = patient_of(run_of(experiment("sigmoid", "normal")))
    first, second = (remedy.experiment.model for remedy in remedies_for(finding, sigmoid))
    assert (first.hidden_layers[0].activation, first.initializer) == ("tanh", "glorot_uniform")
    assert (second.hidden_layers[0].activation, second.initializer) == ("relu", "he_normal")


def test_that_over_fitting_goes_back_to_the_best_step() -> None:
    finding = Finding("over_fitting", Severity.BAD, 2.0, "", step=1)
    weight, patience = remedies_for(finding, patient_of(run_of(experiment())))
    assert (weight.step, patience.step) == (1, 1)
    assert weight.experiment.model.l2 == 1e-3
    assert patience.experiment.patience == 10
    assert math.isclose(weight.experiment.optimizer.learning_rate, 0.3)


def test_that_a_dead_output_layer_gets_a_smaller_rate_only() -> None:
    finding = Finding("dead", Severity.BAD, 2.0, "", layer=3)
    labels = [remedy.label for remedy in remedies_for(finding, patient_of(run_of(experiment())))]
    assert labels == ["learning rate 0.1"]
