"""PyTorch's names of losses and optimisers, and ours."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from nnviz.core.losses import LOSSES
from nnviz.core.spec import OptimizerSpec
from nnviz.verification.layout import CaseError

LOSS_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **{alias: record.name for record in LOSSES.values() for alias in record.aliases},
        "bce_with_logits": "binary_cross_entropy",
        # On the command line a short name for the usual form, on logits; here PyTorch's.
        "bce": "binary_cross_entropy_of_probabilities",
        "huber": "huber",
        "smooth_l1": "huber",
    }
)
_OPTIMIZERS = {
    "SGD": "sgd",
    "RMSprop": "rmsprop",
    "Adam": "adam",
    "AdamW": "adamw",
    "Adagrad": "adagrad",
}
_OPTIONS = {
    "lr": "learning_rate",
    "momentum": "momentum",
    "dampening": "dampening",
    "nesterov": "nesterov",
    "weight_decay": "weight_decay",
    "alpha": "smoothing",
    "centered": "centred",
    "eps": "epsilon",
}
_DEFAULT_RATES = {"sgd": 0.001, "rmsprop": 0.01, "adam": 0.001, "adamw": 0.001, "adagrad": 0.01}


def optimizer_spec(
    name: str, cls: str | None, config: Mapping[str, Any], where: str
) -> OptimizerSpec:
    """Return our specification of a ``torch.optim`` class and its arguments.

    Without a class, the first word of the run's name decides (``sgd``, ``adam``, ...).

    Raises
    ------
    CaseError
        If the class or an argument is not known.
    """
    where = f"{where}, optimiser {name}"
    key = _OPTIMIZERS.get(cls or "") or _by_name(name)
    if key is None:
        raise CaseError(f"{where}: {cls or name!r} is not known to this version")
    options: dict[str, Any] = {"name": key, "learning_rate": _DEFAULT_RATES[key]}
    for option, value in config.items():
        if option == "betas" and isinstance(value, list) and len(value) == 2:
            options["beta1"], options["beta2"] = value
        elif option in _OPTIONS:
            options[_OPTIONS[option]] = value
        elif option not in ("cls", "lr_decay", "amsgrad") or value:
            raise CaseError(f"{where}: the option {option!r} is not known to this version")
    options.pop("cls", None)
    try:
        return msgspec.convert(options, OptimizerSpec)
    except (ValueError, msgspec.ValidationError) as error:
        raise CaseError(f"{where}: {error}") from error


def _by_name(name: str) -> str | None:
    if name.startswith(("momentum", "nesterov")):
        return "sgd"
    word = name.split("_", maxsplit=1)[0]
    return word if word in _OPTIMIZERS.values() else None
