"""The names that PyTorch's users write, and ours."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from nnviz.core.losses import LOSSES
from nnviz.verification.document import Node

# What nnviz cannot do, with what would help, in place of a name.
NOT_KNOWN = ""

ACTIVATION_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "": "linear",
        "linear": "linear",
        "identity": "linear",
        "none": "linear",
        "step": "step",
        "heaviside": "step",
        "sigmoid": "sigmoid",
        "logistic": "sigmoid",
        "tanh": "tanh",
        "relu": "relu",
        "leakyrelu": "leaky_relu",
        "lrelu": "leaky_relu",
        "elu": "elu",
        "softplus": "softplus",
        "silu": "silu",
        "swish": "silu",
        "gelu": "gelu",
        "maxout": "maxout",
        "softmax": "softmax",
        "logsoftmax": "log_softmax",
    }
)
LOSS_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **{record.name.replace("_", ""): record.name for record in LOSSES.values()},
        "mse": "mean_squared_error",
        "halfmse": "half_mean_squared_error",
        "halfsse": "half_sum_of_squares",
        "mae": "mean_absolute_error",
        "l1": "mean_absolute_error",
        "huber": "huber",
        "smoothl1": "smooth_l1",
        # A short name for the usual form, on logits, elsewhere in nnviz; here PyTorch's.
        "bce": "binary_cross_entropy_of_probabilities",
        "binarycrossentropy": "binary_cross_entropy_of_probabilities",
        "bcewithlogits": "binary_cross_entropy",
        "binarycrossentropywithlogits": "binary_cross_entropy",
        "ce": "softmax_cross_entropy",
        "crossentropy": "softmax_cross_entropy",
        "categoricalcrossentropy": "softmax_cross_entropy",
        "sparsecategoricalcrossentropy": "softmax_cross_entropy",
        "nll": "nll",
        "hinge": "hinge",
        "multimargin": "multi_class_hinge",
        "multiclasshinge": "multi_class_hinge",
    }
)
OPTIMIZER_NAMES: Mapping[str, str] = MappingProxyType(
    {name: name for name in ("sgd", "rmsprop", "adam", "adamw", "adagrad")}
    | {"momentum": "sgd", "nesterov": "sgd"}
)

# What a single number in brackets, or at the end of the name, stands for.
_ONE_NUMBER = MappingProxyType(
    {
        "leakyrelu": "negative_slope",
        "lrelu": "negative_slope",
        "elu": "alpha",
        "softplus": "beta",
        "maxout": "pieces",
        "huber": "delta",
        "smoothl1": "beta",
    }
)
_PREFIXES = ("torch.optim.", "torch.nn.functional.", "torch.nn.", "torch.", "nn.", "f.", "optim.")


@dataclass(frozen=True, slots=True)
class Named:
    """A name with the arguments that it came with.

    Attributes
    ----------
    name
        Ours, or ``NOT_KNOWN``.
    given
        As it is written in the file.
    path
        Where.
    options
        The arguments, by their names.
    """

    name: str
    given: str
    path: str
    options: Mapping[str, Node] = field(default_factory=dict)


def read_name(node: Node, names: Mapping[str, str]) -> Named:
    """Understand a name as people write it: ``LeakyReLU(0.2)``, ``nn.MSELoss``, ``elu_0.5``."""
    given = node.text()
    text, options = _called(given)
    for prefix in _PREFIXES:
        if text.lower().startswith(prefix):
            text = text[len(prefix) :]
            break
    key = _squashed(text, names)
    if key not in names:
        head, number = _number_at_end(text)
        key = _squashed(head, names)
        if key not in _ONE_NUMBER or number is None:
            return Named(NOT_KNOWN, given, node.path)
        options["0"] = number
    if "0" in options and key in _ONE_NUMBER:
        options[_ONE_NUMBER[key]] = options.pop("0")
    nodes = {name: Node(value, node.path) for name, value in options.items()}
    return Named(names.get(key, NOT_KNOWN), given, node.path, nodes)


def _squashed(text: str, names: Mapping[str, str]) -> str:
    key = re.sub(r"[\s_-]", "", text.lower())
    return key.removesuffix("loss") if key not in names else key


def _number_at_end(text: str) -> tuple[str, float | None]:
    match = re.fullmatch(r"(.*?)[_ ]?(\d+(?:\.\d*)?(?:[eE]-?\d+)?)", text)
    return (text, None) if match is None else (match[1], float(match[2]))


def _called(text: str) -> tuple[str, dict[str, Any]]:
    """Take ``ELU(alpha=0.5)`` apart, as PyTorch prints a module."""
    name, bracket, rest = text.strip().partition("(")
    if not bracket:
        return name, {}
    try:
        call = ast.parse(f"f({rest}", mode="eval").body
        if not isinstance(call, ast.Call):
            return text, {}
        arguments = {str(i): ast.literal_eval(value) for i, value in enumerate(call.args)}
        keywords = {k.arg or "**": ast.literal_eval(k.value) for k in call.keywords}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text, {}
    return name.strip(), arguments | keywords
