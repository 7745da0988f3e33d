"""What is wrong with a training, as sentences with their numbers.

Pure functions: from the state of the layers at one step to findings. Which change
might help is another matter (:mod:`nnviz.training.remedies`).
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.layout import ParameterLayout
from nnviz.core.spec import NetworkSpec
from nnviz.core.vitals import Finding, LossPair, Severity, Vitals

# A unit in two without any gradient: the layer is half as wide as it seems.
HALF_DEAD = 0.5
# Glorot and Bengio (2010) call a layer saturated when most of its units are at the ends.
MUCH_SATURATED, MOST_SATURATED = 0.5, 0.8
# Three orders of magnitude between first and last layer: one of them stands still.
FADED, GONE = 1e-3, 1e-6
# Updates of about 1e-3 of the weights are usual; a hundred times that overwrites.
LARGE_UPDATE, VERY_LARGE_UPDATE, SMALL_UPDATE = 0.1, 1.0, 1e-6
# Validation loss above its best, while the training loss is this much below its value then.
RISEN, RISEN_FAR = 1.1, 1.5
# Below this ratio of validation to training loss the two are as good as equal.
GAP = 1.5
# From this ratio on one says "times" instead of "%".
_MANY = 10.0
# Weights that differ by less than this share of their size are the same but for rounding.
SAME = 1e-9


def findings_of(vitals: Vitals, losses: Sequence[LossPair] = ()) -> tuple[Finding, ...]:
    """Return all findings, the worst first."""
    found = [
        *_symmetry(vitals),
        *_dead(vitals),
        *_saturated(vitals),
        *_over_fitting(losses),
    ]
    if vitals.has_stepped:
        if not np.any(vitals.gradients):
            found.append(_no_gradient())
        else:
            is_cut = any(
                len(units) == layer.size
                for units, layer in zip(vitals.dead[:-1], vitals.spec.layers, strict=False)
            )
            # Behind a dead layer nothing vanishes bit by bit, and no rate is to blame.
            found += [*([] if is_cut else _first_to_last(vitals)), *_updates(vitals, is_cut)]
    return tuple(sorted(found, key=lambda finding: -finding.severity))


def _no_gradient() -> Finding:
    return Finding(
        "no_gradient",
        Severity.BAD,
        0.0,
        "every gradient of the last step is exactly 0: no step can change anything",
    )


def _symmetry(vitals: Vitals) -> Iterator[Finding]:
    layout = ParameterLayout(vitals.spec)
    for number, block in enumerate(layout.blocks, start=1):
        # The outputs differ by what is asked of them.
        if number == len(layout.blocks) or block.fan_out < 2:
            continue
        matrix = block.matrix(vitals.parameters.astype(np.float64))
        columns = matrix.reshape(len(matrix), block.pieces, block.fan_out)
        groups = _equal_units(columns.reshape(-1, block.fan_out))
        if not groups:
            continue
        same = sum(len(group) for group in groups)
        is_all = len(groups) == 1 and same == block.fan_out
        which = f"all {same} units" if is_all else f"{same} of {block.fan_out} units"
        yield Finding(
            "symmetry",
            Severity.BAD if is_all else Severity.WARNING,
            float(same),
            f"{which} of {layer_words(vitals.spec, number)} are the same as others: their weights "
            "are equal, and as long as they are, so are their gradients",
            number,
            () if is_all else tuple(unit for group in groups for unit in group),
        )


def _equal_units(columns: FloatArray) -> list[tuple[int, ...]]:
    """Return the groups of columns that are equal but for rounding."""
    if not np.isfinite(columns).all():
        return []
    tolerance = SAME * max(1.0, float(np.abs(columns).max(initial=0.0)))
    order = np.lexsort(columns[::-1])
    ordered = columns[:, order]
    is_next_same = np.all(np.abs(np.diff(ordered, axis=1)) <= tolerance, axis=0)
    groups: list[tuple[int, ...]] = []
    group = [int(order[0])]
    for place, is_same in enumerate(is_next_same.tolist(), start=1):
        if not is_same:
            groups.append(tuple(sorted(group)))
            group = []
        group.append(int(order[place]))
    groups.append(tuple(sorted(group)))
    return [each for each in groups if len(each) > 1]


def _dead(vitals: Vitals) -> Iterator[Finding]:
    for number, units in enumerate(vitals.dead, start=1):
        if not units:
            continue
        size = vitals.spec.layers[number - 1].size
        cut = ", so no layer before it learns" if len(units) == size and number > 1 else ""
        yield Finding(
            "dead",
            Severity.BAD if len(units) >= HALF_DEAD * size else Severity.WARNING,
            float(len(units)),
            f"{len(units)} of {size} units of {layer_words(vitals.spec, number)} are dead: none of "
            f"{vitals.rows:,} training rows sends a gradient through them{cut}",
            number,
            units,
        )


def _saturated(vitals: Vitals) -> Iterator[Finding]:
    for number, layer in enumerate(vitals.layers, start=1):
        share = layer.saturated_fraction
        # A sure answer at the output is what training is for.
        if share is None or number == len(vitals.layers) or not share > MUCH_SATURATED:
            continue
        yield Finding(
            "saturated",
            Severity.BAD if share > MOST_SATURATED else Severity.WARNING,
            share,
            f"{100 * share:.0f} % of the activations of {layer_words(vitals.spec, number)} are "
            f"where the curve is flat, over {vitals.rows:,} training rows",
            number,
        )


def _first_to_last(vitals: Vitals) -> Iterator[Finding]:
    if len(vitals.layers) < 3:
        return
    blocks = ParameterLayout(vitals.spec).blocks
    first, last = (
        vitals.layers[place].gradient_norm / math.sqrt(blocks[place].stop - blocks[place].start)
        for place in (0, -1)
    )
    ratio = first / last if last else math.nan
    if ratio < FADED:
        size = f"{short(ratio)} times as large as" if ratio else "exactly 0, unlike"
        yield Finding(
            "vanishing",
            Severity.BAD if ratio < GONE else Severity.WARNING,
            ratio,
            f"the gradients of the first layer are {size} those of the last (root mean square): "
            "they vanish on their way back",
            1,
        )
    elif ratio > 1 / FADED:
        yield Finding(
            "exploding",
            Severity.BAD if ratio > 1 / GONE else Severity.WARNING,
            ratio,
            f"the gradients of the first layer are {short(ratio)} times as large as those of the "
            "last (root mean square): they explode on their way back",
            1,
        )


def _updates(vitals: Vitals, is_cut: bool) -> Iterator[Finding]:
    ratios = [(layer.update_ratio, place) for place, layer in enumerate(vitals.layers, start=1)]
    known = [(ratio, place) for ratio, place in ratios if math.isfinite(ratio)]
    if not known:
        return
    largest, place = max(known)
    if largest > LARGE_UPDATE:
        yield Finding(
            "large_updates",
            Severity.BAD if largest > VERY_LARGE_UPDATE else Severity.WARNING,
            largest,
            f"the last step changed the weights of {layer_words(vitals.spec, place)} by "
            f"{part_of(largest)} their size; about 0.1 % is usual",
            place,
        )
    elif largest < SMALL_UPDATE and not is_cut:
        yield Finding(
            "small_updates",
            Severity.NOTE,
            largest,
            f"the last step changed no layer's weights by more than {short(100 * largest)} % of "
            "their size; about 0.1 % is usual",
            place,
        )


def _over_fitting(losses: Sequence[LossPair]) -> Iterator[Finding]:
    fair = [pair for pair in losses if math.isfinite(pair.validation) and math.isfinite(pair.train)]
    if len(fair) < 3:
        return
    best, now = min(fair, key=lambda pair: pair.validation), fair[-1]
    is_gap = now.validation > GAP * now.train
    if best.validation <= 0 or now.train >= best.train or not is_gap:
        return
    rise = now.validation / best.validation
    if rise > RISEN:
        yield Finding(
            "over_fitting",
            Severity.BAD if rise > RISEN_FAR else Severity.WARNING,
            rise,
            f"the validation loss is {short(now.validation)}, {short(rise)} times its best "
            f"({short(best.validation)} at step {best.step:,}), while the training loss fell from "
            f"{short(best.train)} to {short(now.train)}",
            step=best.step,
        )


def layer_words(spec: NetworkSpec, number: int) -> str:
    """Return what to call a layer in a sentence."""
    return "the output layer" if number == len(spec.layers) else f"hidden layer {number}"


def short(value: float) -> str:
    """Write a number with three significant digits and a true minus, such as 1.84e3."""
    mantissa, _, exponent = f"{value:.3g}".partition("e")
    text = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return text.replace("-", "\N{MINUS SIGN}")


def part_of(ratio: float) -> str:
    """Write a ratio as a percentage, or as so many times, as in "18.4 times" their size."""
    return f"{short(100 * ratio)} % of" if ratio < _MANY else f"{short(ratio)} times"
