"""A student's own backward pass, into which mistakes can be planted."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _sigmoid(z: Floats) -> Floats:
    return 1 / (1 + np.exp(-z))


@dataclass(frozen=True)
class Student:
    """A network of 4-4-4-3 or so, and what is wrong with the student's program.

    Attributes
    ----------
    mistake
        Which one is made, "" for none.
    layer
        Where, from 1; ``None`` is everywhere.
    activations
        Of the layers, the linear last one included.
    loss
        ``"mse"``, ``"cross_entropy"`` or ``"bce_with_logits"``.
    samples
        Rows of the batch.
    with_deltas
        Whether the student hands in z, a and the deltas too.
    """

    mistake: str = ""
    layer: int | None = None
    activations: tuple[str, ...] = ("sigmoid", "leaky_relu", "linear")
    loss: str = "mse"
    samples: int = 7
    with_deltas: bool = True

    def errs(self, mistake: str, layer: int) -> bool:
        """Return whether this mistake is made there."""
        return self.mistake == mistake and self.layer in (None, layer)

    def document(self) -> dict[str, Any]:
        """Return the file that the student hands in."""
        generator = np.random.default_rng(5)
        sizes = (4, 4, 4, 3)
        weights = [generator.normal(size=pair) for pair in pairwise(sizes)]
        biases = [generator.normal(size=size) for size in sizes[1:]]
        x = generator.normal(size=(self.samples, 4))
        t = np.eye(3)[generator.integers(0, 3, self.samples)]
        zs, activations = self._forward(x, weights, biases)
        loss, delta = self._loss(activations[-1], t)
        layers, gradients, dx = self._backward(x, weights, zs, activations, delta)
        batch: dict[str, Any] = {
            "X": x.tolist(),
            "T": t.tolist(),
            "loss": loss,
            "gradients": gradients,
        }
        if self.with_deltas:
            batch |= {"layers": layers, "dL_dX": dx.tolist()}
        alpha = {"alpha": 0.1}
        case = {
            "id": "student",
            "input_dim": 4,
            "architecture": [
                {"out": size, "activation": name, **(alpha if name == "leaky_relu" else {})}
                for size, name in zip(sizes[1:], self.activations, strict=True)
            ],
            "loss": self.loss,
            "parameters": _parameters(weights, biases),
            "batches": {"homework": batch},
        }
        return {"cases": [case]}

    def _forward(
        self, x: Floats, weights: list[Floats], biases: list[Floats]
    ) -> tuple[list[Floats], list[Floats]]:
        zs, activations = [], [x]
        for i, (w, b) in enumerate(zip(weights, biases, strict=True), start=1):
            matrix = w.T if self.errs("transposed forward", i) else w
            zs.append(activations[-1] @ matrix + (0 if self.errs("no bias", i) else b))
            activations.append(self._function(zs[-1], i))
        return zs, activations[1:]

    def _function(self, z: Floats, i: int) -> Floats:
        slope = 0.01 if self.errs("slope", i) else 0.1
        return {
            "sigmoid": _sigmoid(z),
            "leaky_relu": np.where(z > 0, z, slope * z),
            "linear": z,
        }[self.activations[i - 1]]

    def _slope(self, z: Floats, i: int) -> Floats:
        if self.errs("no derivative", i):
            return np.ones_like(z)
        slope = 0.01 if self.errs("slope", i) else 0.1
        a = _sigmoid(z)
        return {
            "sigmoid": a * (1 - a),
            "leaky_relu": np.where(z > 0, 1.0, slope),
            "linear": np.ones_like(z),
        }[self.activations[i - 1]]

    def _loss(self, y: Floats, t: Floats) -> tuple[float, Floats]:
        if self.loss == "mse":
            loss, delta = float(((y - t) ** 2).mean()), 2 * (y - t) / y.size
        elif self.loss == "bce_with_logits":
            loss, delta = float((np.logaddexp(0, y) - t * y).mean()), (_sigmoid(y) - t) / y.size
        else:
            p = np.exp(y) / np.exp(y).sum(axis=1, keepdims=True)
            loss, delta = float(-(t * np.log(p)).sum() / len(y)), (p - t) / len(y)
        n, k = y.shape
        factor = {"sign": -1, "no 2": 0.5, "sum": n, "sum of all": n * k}.get(self.mistake, 1)
        if self.mistake == "derivative twice":
            delta = delta * _sigmoid(y) * (1 - _sigmoid(y))
        if self.mistake == "sum everywhere":
            return loss * n, delta * n
        return loss * (n if self.mistake == "sum of losses" else 1), delta * factor

    def _backward(
        self,
        x: Floats,
        weights: list[Floats],
        zs: list[Floats],
        activations: list[Floats],
        above: Floats,
    ) -> tuple[list[Any], list[Any], Floats]:
        layers: list[Any] = []
        gradients: list[Any] = []
        for i in range(len(weights), 0, -1):
            w, z, a = weights[i - 1], zs[i - 1], activations[i - 1]
            local = self._slope(z, i)
            delta = local if self.errs("local alone", i) else above * local
            below = activations[i - 2] if i > 1 else x
            dw, db = below.T @ delta, delta.sum(axis=0)
            if self.errs("bias sum", i):
                db = db * len(x)
            if self.errs("transposed gradient", i):
                dw = dw.T
            first, second = (above, delta) if not self.errs("mixed up", i) else (delta, above)
            layers.insert(0, {"z": z, "a": a, "dL_da": first, "dL_dz": second})
            gradients.insert(0, {"W": dw.tolist(), "b": db.tolist()})
            above = delta @ (w if self.errs("transposed back", i) else w.T)
        return [{k: v.tolist() for k, v in layer.items()} for layer in layers], gradients, above


def _parameters(weights: list[Floats], biases: list[Floats]) -> list[dict[str, Any]]:
    return [{"W": w.tolist(), "b": b.tolist()} for w, b in zip(weights, biases, strict=True)]
