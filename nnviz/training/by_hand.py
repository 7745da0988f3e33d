"""From a set-up to compute by hand to an experiment that can be trained."""

from nnviz.core.examples import ByHandSpec
from nnviz.data.prepare import prepare
from nnviz.data.request import DataSpec, TypedData
from nnviz.training.experiment import ExperimentSpec, ModelSpec, loss_problem


def experiment_by_hand(example: ByHandSpec) -> ExperimentSpec:
    """Return the experiment: the numbers as they are, all rows in one batch.

    Raises
    ------
    ValueError
        With a sentence, if the parts make no sense together.
    """
    network = example.network()
    data = DataSpec(
        dataset=None,
        validation=0.0,
        scaling="none",
        typed=TypedData(example.title, example.inputs, example.targets),
    )
    problem = loss_problem(network.loss, prepare(data))
    if problem is not None:
        raise ValueError(problem)
    *hidden, output = network.layers
    if len(example.targets[0]) != output.size:
        raise ValueError(
            f"there are {len(example.targets[0])} targets for {output.size} outputs: each output "
            "needs one"
        )
    model = ModelSpec(tuple(hidden), output.activation, network.loss, start=example.start)
    return ExperimentSpec(data, model, example.optimizer, batch_size=None)
