"""Behind a layer that is dead as a whole nothing vanishes bit by bit."""

import numpy as np

from nnviz.core.findings import findings_of
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.vitals import vitals_of


def test_that_a_dead_layer_is_the_only_finding() -> None:
    inputs = np.random.default_rng(0).uniform(-1, 1, (50, 2))
    targets = (inputs[:, :1] > 0).astype(float)
    layers = (LayerSpec(6, "relu"), LayerSpec(4, "relu"), LayerSpec(1, "linear"))
    network = Network(NetworkSpec(2, layers, "binary_cross_entropy"), 0)
    network.biases[1][...] = -100
    gradients = np.zeros_like(network.parameters)
    views = network.layout.views(gradients)
    views.biases[2][...] = network.backward(inputs, targets).bias_grads[2]
    assert gradients.any()
    vitals = vitals_of(
        network.spec, network.parameters, gradients, -0.1 * gradients, network.forward(inputs), True
    )
    (finding,) = findings_of(vitals)
    assert (finding.kind, finding.layer, finding.number) == ("dead", 2, 4)
    assert finding.sentence.endswith("so no layer before it learns")
