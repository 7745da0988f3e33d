"""The code of every activation, loss and penalty of the tables, as the lecture writes it.

Each of the mappings has the keys of its table. The code is made to be read and
to be right: where the shortest expression would take nearly equal numbers from
one another, the one written here is as short as an exact one can be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ActivationCode:
    """One activation.

    Attributes
    ----------
    function, derivative
        Rows of code with the fields ``{z}``, ``{a}`` and ``{g}`` for the three
        variables, ``{alpha}`` and the layer's number ``{l}``; ``{float}`` is the
        type of the numbers.
    helper
        Functions that the rows call, or "".
    """

    function: tuple[str, ...]
    derivative: tuple[str, ...]
    helper: str = ""


@dataclass(frozen=True, slots=True)
class LossCode:
    """One loss.

    Attributes
    ----------
    value, gradient
        Rows of code with the fields ``{out}`` for the network's outputs,
        ``{grad}`` for the gradient by them, and ``{float}`` as above.
    """

    value: tuple[str, ...]
    gradient: tuple[str, ...]


_NORMAL_HELPER = '''\
def normal_share(z):
    """Share of the standard normal distribution that lies below z."""
    return np.vectorize(math.erfc, otypes=[{float}])(-z / math.sqrt(2)) / 2


def normal_density(z):
    """Density of the standard normal distribution at z."""
    return np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
'''

ACTIVATION_CODE: Mapping[str, ActivationCode] = MappingProxyType(
    {
        "linear": ActivationCode(("{a} = {z}",), ("{g} = np.ones_like({z})",)),
        "step": ActivationCode(
            ("{a} = np.heaviside({z}, 1)",),
            ("{g} = np.zeros_like({z})",),
        ),
        "sigmoid": ActivationCode(
            ("{a} = 1 / (1 + np.exp(-{z}))",),
            ("{g} = {a} / (1 + np.exp({z}))  # {a} * (1 - {a})",),
        ),
        "tanh": ActivationCode(("{a} = np.tanh({z})",), ("{g} = 1 - {a}**2",)),
        "relu": ActivationCode(
            ("{a} = np.maximum({z}, 0)",),
            ("{g} = ({z} > 0).astype({float})",),
        ),
        "leaky_relu": ActivationCode(
            ("{a} = np.where({z} > 0, {z}, {alpha} * {z})",),
            ("{g} = np.where({z} > 0, np.ones_like({z}), {alpha})",),
        ),
        "elu": ActivationCode(
            ("{a} = np.where({z} > 0, {z}, {alpha} * np.expm1(np.minimum({z}, 0)))",),
            ("{g} = np.where({z} > 0, 1.0, {alpha} * np.exp(np.minimum({z}, 0)))",),
        ),
        "softplus": ActivationCode(
            ("{a} = np.logaddexp(0, {z})",),
            ("{g} = 1 / (1 + np.exp(-{z}))",),
        ),
        "silu": ActivationCode(
            ("sigmoid{l} = 1 / (1 + np.exp(-{z}))", "{a} = {z} * sigmoid{l}"),
            ("{g} = sigmoid{l} * (1 + {z} / (1 + np.exp({z})))",),
        ),
        "gelu": ActivationCode(
            ("{a} = {z} * normal_share({z})",),
            ("{g} = normal_share({z}) + {z} * normal_density({z})",),
            _NORMAL_HELPER,
        ),
        "maxout": ActivationCode(
            ("{a} = {z}.max(axis=0)",),
            (
                "winners{l} = ({z} == {a}).astype({float})",
                "{g} = winners{l} / winners{l}.sum(axis=0)",
            ),
        ),
    }
)

_PREDICTION = "prediction = {out}"

LOSS_CODE: Mapping[str, LossCode] = MappingProxyType(
    {
        "mean_squared_error": LossCode(
            (_PREDICTION, "loss = ((prediction - t) ** 2).mean()"),
            ("{grad} = 2 * (prediction - t) / t.size",),
        ),
        "half_mean_squared_error": LossCode(
            (_PREDICTION, "loss = ((prediction - t) ** 2).mean() / 2"),
            ("{grad} = (prediction - t) / t.size",),
        ),
        "half_sum_of_squares": LossCode(
            (_PREDICTION, "loss = ((prediction - t) ** 2).sum() / 2 / len(t)"),
            ("{grad} = (prediction - t) / len(t)",),
        ),
        "mean_absolute_error": LossCode(
            (_PREDICTION, "loss = np.abs(prediction - t).mean()"),
            ("{grad} = np.sign(prediction - t) / t.size",),
        ),
        "huber": LossCode(
            (
                _PREDICTION,
                "limited = np.clip(prediction - t, -1, 1)",
                "loss = (limited * (prediction - t - limited / 2)).mean()",
            ),
            ("{grad} = limited / t.size",),
        ),
        "binary_cross_entropy": LossCode(
            (
                "prediction = 1 / (1 + np.exp(-{out}))",
                "loss = (t * np.logaddexp(0, -{out}) + (1 - t) * np.logaddexp(0, {out})).mean()",
            ),
            (
                "# prediction - t, exact where they are close",
                "{grad} = ((1 - t) * prediction - t / (1 + np.exp({out}))) / t.size",
            ),
        ),
        "softmax_cross_entropy": LossCode(
            (
                "shifted = {out} - {out}.max(axis=1, keepdims=True)",
                "powers = np.exp(shifted)",
                "prediction = powers / powers.sum(axis=1, keepdims=True)",
                "# log(sum of powers), exact where it is small: the targets add up to 1",
                "logarithms = np.log1p((powers - t).sum(axis=1))",
                "loss = (logarithms - (t * shifted).sum(axis=1)).mean()",
            ),
            ("{grad} = (prediction - t) / len(t)",),
        ),
        "binary_cross_entropy_of_probabilities": LossCode(
            (
                _PREDICTION,
                "log_yes = np.maximum(np.log(prediction), -100)",
                "log_no = np.maximum(np.log1p(-prediction), -100)",
                "loss = -(t * log_yes + (1 - t) * log_no).mean()",
            ),
            (
                "spread = np.maximum(prediction * (1 - prediction), 1e-12)",
                "{grad} = (prediction - t) / spread / t.size",
            ),
        ),
        "hinge": LossCode(
            (_PREDICTION, "loss = np.maximum(1 - t * prediction, 0).mean()"),
            ("{grad} = -t * (t * prediction <= 1) / t.size",),
        ),
        "multi_class_hinge": LossCode(
            (
                _PREDICTION,
                "right = (t * prediction).sum(axis=1, keepdims=True)",
                "margins = np.maximum(prediction - right + 1, 0) * (1 - t)",
                "loss = margins.mean()",
            ),
            (
                "within = (margins > 0).astype({float})",
                "{grad} = (within - t * within.sum(axis=1, keepdims=True)) / t.size",
            ),
        ),
    }
)

# Value, with all weights in {weights}, and what is added to the gradient by {W}.
PENALTY_CODE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "l1": ("l1 * sum(np.abs(W).sum() for W in {weights})", "l1 * np.sign({W})"),
        "l2": ("l2 / 2 * sum((W**2).sum() for W in {weights})", "l2 * {W}"),
    }
)
