"""The code of every optimiser and schedule of the tables, as the lecture writes it.

Both mappings have the keys of their tables. The variables are those of the
definitions: what the engine keeps with a constant factor taken out (see
``optimizer_rules.adam``) has the factor again here.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.spec import OptimizerSpec

Rows: TypeAlias = tuple[str, ...]


def update_rows(spec: OptimizerSpec, parameter: str) -> Rows:
    """Return the code that updates one array of parameters.

    Parameters
    ----------
    spec
        The optimiser.
    parameter
        Name of the variable, such as ``"W1"``.
    """
    rows, gradient = _prepared(spec, parameter)
    rows += OPTIMIZER_CODE[spec.name](spec, parameter, gradient)
    if spec.trains_biases or not parameter.startswith("b"):
        return rows
    # What the optimiser carries goes on all the same.
    kept = (
        row for row in rows if not row.startswith((f"{parameter} = ", "mean_hat", "square_hat"))
    )
    return (*kept, f"{parameter} = {parameter}  # biases are held")


def common_rows(spec: OptimizerSpec, parameters: Rows) -> Rows:
    """Return the code that an update begins with: what all parameters have in common."""
    rows = list(SCHEDULE_CODE[spec.schedule.name])
    if rows:
        rows.append("schedule_step = schedule_step + 1")
    if spec.clip_norm is not None:
        gradients = ", ".join(f"dloss_{name}" for name in parameters)
        rows.append(f"gradient_norm = np.sqrt(sum((g**2).sum() for g in ({gradients})))")
        rows.append("clip_factor = min(1, clip_norm / (gradient_norm + 1e-6))")
    if spec.name == "sgd" and spec.momentum and spec.dampening:
        rows.append("share = 1 if step == 0 else 1 - dampening")
    if has_count(spec):
        rows.append("step = step + 1")
    return tuple(rows)


def has_count(spec: OptimizerSpec) -> bool:
    """Return whether the rule counts its updates."""
    is_dampened = spec.name == "sgd" and bool(spec.momentum and spec.dampening)
    return is_dampened or spec.name in ("adam", "adamw")


def state_factor(spec: OptimizerSpec, state: str) -> float:
    """Return by what the engine's state is multiplied to be that of the definition."""
    if spec.name not in ("adam", "adamw"):
        return 1.0
    return {"mean": 1 - spec.beta1, "square": 1 - spec.beta2}.get(state, 1.0)


def settings_of(spec: OptimizerSpec) -> dict[str, float | int | None]:
    """Return everything that a person set, by the name that the code gives it."""
    is_constant = spec.schedule.name == "constant"
    return {
        "learning_rate" if is_constant else "base_rate": spec.learning_rate,
        "schedule_steps": spec.schedule.steps,
        "schedule_factor": spec.schedule.factor,
        "momentum": spec.momentum,
        "dampening": spec.dampening,
        "smoothing": spec.smoothing,
        "beta1": spec.beta1,
        "beta2": spec.beta2,
        "epsilon": spec.resolved_epsilon,
        "weight_decay": spec.resolved_weight_decay,
        "clip_norm": spec.clip_norm,
        "clip_value": spec.clip_value,
    }


def _prepared(spec: OptimizerSpec, p: str) -> tuple[Rows, str]:
    """Return what is done to a gradient before the rule, and the name of what comes out."""
    rows, gradient = [], f"dloss_{p}"
    if spec.clip_norm is not None:
        rows.append(f"grad_{p} = clip_factor * {gradient}")
        gradient = f"grad_{p}"
    if spec.clip_value is not None:
        rows.append(f"grad_{p} = np.clip({gradient}, -clip_value, clip_value)")
        gradient = f"grad_{p}"
    if spec.resolved_weight_decay and not OPTIMIZERS[spec.name].decays_by_itself:
        rows.append(f"grad_{p} = {gradient} + weight_decay * {p}")
        gradient = f"grad_{p}"
    return tuple(rows), gradient


def _sgd(spec: OptimizerSpec, p: str, g: str) -> Rows:
    if spec.momentum == 0:
        return (f"{p} = {p} - learning_rate * {g}",)
    share = "share * " if spec.dampening else ""
    velocity = f"velocity_{p} = momentum * velocity_{p} + {share}{g}"
    ahead = f"({g} + momentum * velocity_{p})" if spec.nesterov else f"velocity_{p}"
    return (velocity, f"{p} = {p} - learning_rate * {ahead}")


def _rmsprop(spec: OptimizerSpec, p: str, g: str) -> Rows:
    rows = [f"square_{p} = smoothing * square_{p} + (1 - smoothing) * {g}**2"]
    spread = f"square_{p}"
    if spec.centred:
        rows.append(f"mean_{p} = smoothing * mean_{p} + (1 - smoothing) * {g}")
        spread = f"square_{p} - mean_{p}**2"
    quotient = f"{g} / (np.sqrt({spread}) + epsilon)"
    if spec.momentum == 0:
        return (*rows, f"{p} = {p} - learning_rate * {quotient}")
    return (
        *rows,
        f"velocity_{p} = momentum * velocity_{p} + {quotient}",
        f"{p} = {p} - learning_rate * velocity_{p}",
    )


def _adam(spec: OptimizerSpec, p: str, g: str) -> Rows:
    return (
        f"mean_{p} = beta1 * mean_{p} + (1 - beta1) * {g}",
        f"square_{p} = beta2 * square_{p} + (1 - beta2) * {g}**2",
        f"mean_hat = mean_{p} / (1 - beta1**step)",
        f"square_hat = square_{p} / (1 - beta2**step)",
        f"{p} = {p} - learning_rate * mean_hat / (np.sqrt(square_hat) + epsilon)",
    )


def _adamw(spec: OptimizerSpec, p: str, g: str) -> Rows:
    return (f"{p} = (1 - learning_rate * weight_decay) * {p}", *_adam(spec, p, g))


def _adagrad(spec: OptimizerSpec, p: str, g: str) -> Rows:
    return (
        f"total_{p} = total_{p} + {g}**2",
        f"{p} = {p} - learning_rate * {g} / (np.sqrt(total_{p}) + epsilon)",
    )


# (spec, parameter, its gradient) -> rows.
OPTIMIZER_CODE: Mapping[str, Callable[[OptimizerSpec, str, str], Rows]] = MappingProxyType(
    {
        "sgd": _sgd,
        "rmsprop": _rmsprop,
        "adam": _adam,
        "adamw": _adamw,
        "adagrad": _adagrad,
    }
)

# What makes the learning rate of this update; a constant one is there already.
SCHEDULE_CODE: Mapping[str, Rows] = MappingProxyType(
    {
        "constant": (),
        "step": (
            "learning_rate = base_rate * schedule_factor ** (schedule_step // schedule_steps)",
        ),
        "cosine": (
            "share_done = min(schedule_step, schedule_steps) / schedule_steps",
            "half_wave = (1 + math.cos(math.pi * share_done)) / 2",
            "learning_rate = base_rate * (schedule_factor + (1 - schedule_factor) * half_wave)",
        ),
        "warm_up": (
            "share_done = min(schedule_step, schedule_steps) / schedule_steps",
            "learning_rate = base_rate * (schedule_factor + (1 - schedule_factor) * share_done)",
        ),
        "one_cycle": (
            "peak, last = 0.3 * schedule_steps - 1, schedule_steps - 1",
            "if schedule_step <= peak:",
            "    start, end, share_done = 1 / 25, 1, schedule_step / peak",
            "else:",
            "    start, end = 1, 1 / 250_000",
            "    share_done = min(1, (schedule_step - peak) / (last - peak))",
            "half_wave = (1 + math.cos(math.pi * share_done)) / 2",
            "learning_rate = base_rate * (end + (start - end) * half_wave)",
        ),
    }
)
