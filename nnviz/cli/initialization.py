"""``nnviz initialization``: what starting weights do to signals and gradients."""

import argparse
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.cli.errors import CommandError
from nnviz.cli.values import number, whole
from nnviz.core.activations import ACTIVATIONS
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.signal_flow import FlowMeter, FlowSetup, SignalFlow, bytes_of, free_flow
from nnviz.core.signal_theory import Prediction, predict, units_start_alike
from nnviz.core.spec import LayerSpec, NetworkSpec

_MOST_BYTES = 2 << 30

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of the table: a figure of each layer, over all starts."""

    name: str
    head: str
    values: Floats

    @property
    def band(self) -> tuple[Floats, Floats, Floats]:
        return self.values.min(axis=0), np.median(self.values, axis=0), self.values.max(axis=0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``nnviz initialization``."""
    parser.add_argument("--depth", type=whole(1, 200), default=20, help="layers (20)")
    parser.add_argument(
        "--width", type=whole(1, 4096), default=256, help="units of each layer, and inputs (256)"
    )
    parser.add_argument(
        "--activation",
        choices=ACTIVATIONS,
        default="tanh",
        metavar="NAME",
        help=f"of all layers (tanh): {', '.join(ACTIVATIONS)}",
    )
    parser.add_argument(
        "--initializer",
        choices=INITIALIZERS,
        default="glorot_normal",
        metavar="NAME",
        help=f"how the weights start (glorot_normal): {', '.join(INITIALIZERS)}",
    )
    parser.add_argument(
        "--std",
        type=number(0.0),
        help="of the normal and uniform starts, or the value of the constant one (0.1)",
    )
    parser.add_argument("--starts", type=whole(1, 1000), default=20, help="drawn starts (20)")
    parser.add_argument("--inputs", type=whole(1, 100_000), default=512, help="rows (512)")
    parser.add_argument("--seed", type=whole(0), default=0, help="of the first start (0)")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Send N(0, 1) up and down through networks that have learnt nothing; print the figures."""
    setup = _setup_of(arguments)
    meter = FlowMeter(setup)
    seeds = range(arguments.seed, arguments.seed + arguments.starts)
    flows = [meter.measure([seed])[0] for seed in seeds]
    first = flows[0]
    theory = predict(
        setup.spec, float(first.std[0]), float(first.rms[0]), float(first.gradient_rms[-1])
    )
    if arguments.json:
        document = _document(arguments, setup, flows, theory)
        print(json.dumps(document, indent=2, allow_nan=False))
    else:
        print("\n".join(_lines(arguments, flows, theory, units_start_alike(setup.spec))))
    return 0


def _setup_of(arguments: argparse.Namespace) -> FlowSetup:
    record = INITIALIZERS[arguments.initializer]
    if arguments.std is not None and not record.uses_std:
        raise CommandError(
            f"--std means nothing to {record.label}, whose spread follows from the widths; "
            "choose --initializer normal, uniform or constant",
            is_wrong_use=True,
        )
    if arguments.std is not None and not arguments.std > 0:
        raise CommandError(
            "--std must be above 0; for weights of 0 there is --initializer zeros",
            is_wrong_use=True,
        )
    layer = LayerSpec(arguments.width, arguments.activation)
    start = NetworkSpec(
        arguments.width,
        (layer,),
        initializer=arguments.initializer,
        initializer_std=arguments.std or 0.1,
    )
    setup = free_flow(arguments.depth, arguments.width, layer, start, arguments.inputs)
    if bytes_of(setup) > _MOST_BYTES:
        raise CommandError(
            f"{arguments.depth} layers of {arguments.width} units with {arguments.inputs} inputs "
            f"would take {bytes_of(setup) / 2**30:.1f} GB; choose fewer",
            is_wrong_use=True,
        )
    return setup


def _columns(flows: list[SignalFlow]) -> tuple[_Column, ...]:
    entries = (
        ("std", "std of a", [flow.std for flow in flows]),
        ("rms", "RMS of a", [flow.rms for flow in flows]),
        ("at_end", "saturated", [flow.at_end for flow in flows]),
        ("silent", "always 0", [flow.silent for flow in flows]),
        ("gradient_std", "std of dL/da", [flow.gradient_std for flow in flows]),
    )
    return tuple(_Column(name, head, np.array(values)) for name, head, values in entries)


def _lines(
    arguments: argparse.Namespace,
    flows: list[SignalFlow],
    theory: Prediction | None,
    is_alike: bool,
) -> Iterator[str]:
    columns = {column.name: column for column in _columns(flows)}
    yield (
        f"{_counted(arguments.depth, 'layer')} of {_counted(arguments.width, 'unit')}, "
        f"{ACTIVATIONS[arguments.activation].label}, "
        f"{INITIALIZERS[arguments.initializer].label}, {_counted(len(flows), 'start')}, "
        f"{_counted(arguments.inputs, 'input')} N(0, 1)"
    )
    yield (
        f"{'layer':>5}  {'std of a: median (least, most)':<32} {'predicted':>9}  {'RMS':>9}  "
        f"{'saturated':>9}  {'always 0':>8}  {'std of dL/da: median (least, most)':<34} "
        f"{'predicted':>9}"
    )
    for layer in range(len(flows[0].std)):
        at_end, silent = (columns[name].band[1][layer] for name in ("at_end", "silent"))
        yield (
            f"{layer or 'x':>5}  {_band_text(columns['std'], layer):<32} "
            f"{_figure(None if theory is None else theory.std[layer]):>9}  "
            f"{_figure(columns['rms'].band[1][layer]):>9}  {_share(at_end):>9}  "
            f"{_share(silent):>8}  {_band_text(columns['gradient_std'], layer):<34} "
            f"{_figure(None if theory is None else theory.gradient_rms[layer]):>9}"
        )
    too_large = ~np.isfinite(columns["rms"].band[1])
    if too_large.any():
        layer = int(np.argmax(too_large))
        yield f"the activations of layer {layer} are too large for a number: nothing follows them"
    if is_alike:
        yield "all units of a layer say the same: units that start alike learn the same"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _band_text(column: _Column, layer: int) -> str:
    least, middle, most = (_figure(values[layer]) for values in column.band)
    return f"{middle:>9} ({least}, {most})"


def _figure(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.4g}"


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{100 * value:.1f} %"


def _document(
    arguments: argparse.Namespace,
    setup: FlowSetup,
    flows: list[SignalFlow],
    theory: Prediction | None,
) -> dict[str, Any]:
    columns = _columns(flows)
    layers = [
        {
            "layer": layer,
            "alike": bool(flows[0].alike[layer]),
            **{column.name: _band_of(column, layer) for column in columns},
            "predicted_std": None if theory is None else _finite(theory.std[layer]),
            "predicted_rms": None if theory is None else _finite(theory.rms[layer]),
            "predicted_gradient_std": None
            if theory is None
            else _finite(theory.gradient_rms[layer]),
        }
        for layer in range(len(flows[0].std))
    ]
    return {
        "depth": arguments.depth,
        "width": arguments.width,
        "activation": arguments.activation,
        "initializer": arguments.initializer,
        "std": setup.spec.initializer_std if INITIALIZERS[arguments.initializer].uses_std else None,
        "starts": arguments.starts,
        "seed": arguments.seed,
        "inputs": arguments.inputs,
        "layers": layers,
    }


def _band_of(column: _Column, layer: int) -> dict[str, float | None] | None:
    least, middle, most = (float(values[layer]) for values in column.band)
    if math.isnan(middle) and column.name == "at_end":
        return None
    return {"min": _finite(least), "median": _finite(middle), "max": _finite(most)}


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
