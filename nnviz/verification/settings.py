"""What the options of an activation or a loss mean to the engine."""

from collections.abc import Mapping
from dataclasses import dataclass

from nnviz.core.losses import LOSSES
from nnviz.verification.document import CaseError, Node
from nnviz.verification.layout import LayerEntry
from nnviz.verification.torch_names import ACTIVATION_NAMES, LOSS_NAMES, NOT_KNOWN, Named

# PyTorch's, where a file does not say.
_DEFAULT_SLOPE = 0.01
_DEFAULT_ALPHA = 1.0
_WITHOUT_EFFECT = ("inplace", "dim")


@dataclass(frozen=True, slots=True)
class ResolvedActivation:
    """Key of ``ACTIVATIONS`` (or a softmax) and its alpha."""

    activation: str
    alpha: float | None = None


@dataclass(frozen=True, slots=True)
class LossSetting:
    """A loss in the engine's terms.

    Attributes
    ----------
    name
        Key of ``LOSSES``.
    scale, target_scale
        What outputs and targets are multiplied by.
    factor
        What the loss is multiplied by.
    is_sum
        Whether it is a sum over the batch instead of a mean.
    label_smoothing
        Share of the targets that is spread over all classes.
    """

    name: str
    scale: float = 1.0
    target_scale: float = 1.0
    factor: float = 1.0
    is_sum: bool = False
    label_smoothing: float = 0.0

    def factor_for(self, samples: int, outputs: int) -> float:
        """Return what the engine's mean is multiplied by."""
        if not self.is_sum:
            return self.factor
        # Of the losses with means over the entries, the hinge of several classes adds its row up.
        whole = LOSSES[self.name].per_element and self.name != "multi_class_hinge"
        return self.factor * samples * (outputs if whole else 1)


def resolved_activation(entry: LayerEntry) -> ResolvedActivation:
    """Return what an activation and its options are to the engine.

    Raises
    ------
    CaseError
        If there is none of that name, or an option that cannot be followed.
    """
    named = entry.activation
    if named.name == NOT_KNOWN:
        raise CaseError(
            f"{named.path}: the activation {named.given!r} is not known to this version; known "
            f"are {_known(ACTIVATION_NAMES)}"
        )
    options = {name: node for name, node in named.options.items() if name not in _WITHOUT_EFFECT}
    if named.name == "leaky_relu":
        slope = _take(options, ("negative_slope", "slope", "alpha"), _DEFAULT_SLOPE)
        return _sloped(named, slope, options)
    if named.name == "elu":
        return _sloped(named, _take(options, ("alpha",), _DEFAULT_ALPHA), options)
    if named.name == "softplus":
        _only(options, "beta", 1.0)
    if named.name == "gelu":
        form = options.pop("approximate", None)
        if form is not None and form.value != "none":
            raise CaseError(
                f"{form.path}: GELU is known in its exact form alone: export it with "
                "approximate='none'"
            )
    # Some files have an alpha everywhere; here it means nothing.
    for name in ("alpha", "threshold"):
        options.pop(name, None)
    _refuse_rest(named, options)
    return ResolvedActivation(named.name)


def loss_setting(named: Named) -> LossSetting:
    """Return what a loss and its options are to the engine.

    Raises
    ------
    CaseError
        If there is none of that name, or an option that cannot be followed.
    """
    if named.name == NOT_KNOWN:
        raise CaseError(
            f"{named.path}: the loss {named.given!r} is not known to this version; known are "
            f"{_known(LOSS_NAMES)}"
        )
    options = dict(named.options)
    reduction = options.pop("reduction", None)
    if reduction is not None and reduction.value not in ("mean", "sum"):
        raise CaseError(f"{reduction.path}: the reduction must be 'mean' or 'sum'")
    is_sum = reduction is not None and reduction.value == "sum"
    if named.name in ("huber", "smooth_l1"):
        width = _above_zero(options, ("delta", "beta"))
        factor = width * width if named.name == "huber" else width
        setting = LossSetting("huber", 1 / width, 1 / width, factor, is_sum)
    elif named.name in ("hinge", "multi_class_hinge"):
        margin = _above_zero(options, ("margin",))
        _only(options, "p", 1.0)
        setting = LossSetting(named.name, 1 / margin, 1.0, margin, is_sum)
    elif named.name in ("softmax_cross_entropy", "nll"):
        smoothing = options.get("label_smoothing")
        share = _take(options, ("label_smoothing",), 0.0)
        if smoothing is not None and not 0 <= share <= 1:
            raise CaseError(f"{smoothing.path}: label_smoothing must be from 0 to 1")
        _only(options, "ignore_index", -100.0)
        setting = LossSetting("softmax_cross_entropy", is_sum=is_sum, label_smoothing=share)
    else:
        setting = LossSetting(named.name, is_sum=is_sum)
    _refuse_rest(named, options)
    return setting


def _sloped(named: Named, slope: float, options: dict[str, Node]) -> ResolvedActivation:
    for name in ("alpha", "threshold"):
        options.pop(name, None)
    _refuse_rest(named, options)
    if slope < 0:
        raise CaseError(f"{named.path}: a slope of {slope:g} is not known: it must not be negative")
    # With a slope of 0 either of them is the ReLU.
    return ResolvedActivation(named.name, slope) if slope else ResolvedActivation("relu")


def _take(options: dict[str, Node], names: tuple[str, ...], default: float) -> float:
    """Take a number out of the options."""
    found = [options.pop(name) for name in names if name in options]
    return found[0].number() if found else default


def _above_zero(options: dict[str, Node], names: tuple[str, ...]) -> float:
    where = [options[name].path for name in names if name in options]
    value = _take(options, names, 1.0)
    if value <= 0:
        raise CaseError(f"{where[0]}: must be above 0, not {value:g}")
    return value


def _only(options: dict[str, Node], name: str, value: float) -> None:
    """Refuse any other value of an option than the one that the engine has."""
    node = options.pop(name, None)
    if node is not None and node.number() != value:
        raise CaseError(f"{node.path}: {name} is known as {value:g} alone in this version")


def _refuse_rest(named: Named, options: Mapping[str, Node]) -> None:
    for name, node in options.items():
        raise CaseError(
            f"{node.path}: the option {name!r} of {named.given} is not known to this version"
        )


def _known(names: Mapping[str, str]) -> str:
    return ", ".join(sorted(set(names.values())))
