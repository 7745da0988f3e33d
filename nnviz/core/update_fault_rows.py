"""The faults of the update: what is wrong, where it was seen, and where to look."""

from nnviz.core import sources
from nnviz.core import update_faults as updates
from nnviz.core.fault_setup import Fault
from nnviz.core.program import Phase

UPDATE_FAULTS = (
    Fault(
        "biases_stay",
        "Biases not updated",
        "Only the weights are updated. The biases are parameters like them.",
        "The gradients are right. Compare what was and what is, for several parameters.",
        "",
        Phase.UPDATE,
        lambda setup: setup.trains_biases,
        updates.biases_stay,
    ),
    Fault(
        "uphill",
        "Step added in place of taken away",
        "The step is added to the parameters: the loss grows. It is taken away.",
        "The gradients are right. In which direction do the weights go?",
        "",
        Phase.UPDATE,
        lambda setup: setup.trains,
        updates.uphill,
    ),
    Fault(
        "rate_twice",
        "Learning rate multiplied in twice",
        "The step is multiplied by the learning rate a second time, so that it is far too small "
        "(or too large, for rates above 1).",
        "The gradients are right. Divide the step by the one that the rule gives.",
        "",
        Phase.UPDATE,
        lambda setup: setup.trains and setup.learning_rate != 1,
        updates.rate_twice,
    ),
    Fault(
        "fixed_rate",
        "A constant in place of the learning rate",
        f"The update uses {updates.FIXED_RATE}, whatever the learning rate is set to.",
        "The gradients are right. Change the learning rate and look again.",
        "backprop-explainer: its animation of the update has 0.01 in place of the rate",
        Phase.UPDATE,
        lambda setup: setup.trains and setup.learning_rate != updates.FIXED_RATE,
        updates.fixed_rate,
    ),
    Fault(
        "no_bias_correction",
        "Adam without its bias correction",
        "The moving means of the gradient and of its square begin at 0 and are used as they are. "
        "Divided by 1 − βᵗ, they are right from the first step on.",
        "The gradients are right. Is the step too long in the first steps only?",
        f"{sources.KINGMA_2015}: section 3 says why it is there",
        Phase.UPDATE,
        lambda setup: setup.uses("adam", "adamw"),
        updates.no_bias_correction,
    ),
    Fault(
        "coupled_decay",
        "AdamW's decay added to the gradient",
        "The weight decay is added to the gradient, where Adam divides it away again. AdamW takes "
        "it from the parameters themselves.",
        "The gradients are right. What do weights of different sizes lose?",
        f"{sources.LOSHCHILOV_2019}: found in the libraries of that time",
        Phase.UPDATE,
        lambda setup: setup.uses("adamw") and setup.decay > 0,
        updates.coupled_decay,
    ),
    Fault(
        "no_clipping",
        "Clipping stored, never applied",
        "A limit for the gradient is set, but the update uses the gradient as it is.",
        "The gradients are right. How large is the gradient that the update used?",
        "NeuroViz: the limit is kept with the settings, and nothing reads it",
        Phase.UPDATE,
        lambda setup: setup.clips,
        updates.no_clipping,
    ),
)
