"""How each row of the tables reads with numbers in it.

A pattern is a pair: plain text and TeX, with ``«name»`` where a number goes (see
:func:`nnviz.core.notation.from_pattern`). Functions with a kink tell the branch
that was taken. The numbers themselves come from the trace, never from here.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

Pattern: TypeAlias = tuple[str, str]


def _same(text: str) -> Pattern:
    return text, text.replace("·", r"\cdot").replace("−", "-")


def _branch(text: str, condition: str) -> Pattern:
    tex = condition.replace("≥", r"\geq").replace("≤", r"\leq")
    return f"{text}, since {condition}", _same(text)[1] + rf"\quad ({tex})"


ACTIVATION_PATTERNS: Mapping[str, Callable[[float, float], Pattern]] = MappingProxyType(
    {
        "linear": lambda z, alpha: _same("«z»"),
        "step": lambda z, alpha: _branch("1", "«z» ≥ 0") if z >= 0 else _branch("0", "«z» < 0"),
        "sigmoid": lambda z, alpha: ("1 / (1 + exp(−«(z)»))", r"\frac{1}{1 + e^{-«(z)»}}"),
        "tanh": lambda z, alpha: ("tanh(«z»)", r"\tanh(«z»)"),
        "relu": lambda z, alpha: ("max(0, «z»)", r"\max(0, «z»)"),
        "leaky_relu": lambda z, alpha: (
            _branch("«z»", "it is > 0") if z > 0 else _same(f"{alpha:g} · «(z)»")
        ),
        "elu": lambda z, alpha: (
            _branch("«z»", "it is > 0")
            if z > 0
            else (f"{alpha:g} · (exp(«z») − 1)", rf"{alpha:g} \cdot (e^{{«z»}} - 1)")
        ),
        "softplus": lambda z, alpha: ("log(1 + exp(«z»))", r"\log(1 + e^{«z»})"),
        "silu": lambda z, alpha: ("«(z)» · σ(«z»)", r"«(z)» \cdot \sigma(«z»)"),
        "gelu": lambda z, alpha: ("«(z)» · Φ(«z»)", r"«(z)» \cdot \Phi(«z»)"),
        # The pieces have names of their own: z1, z2, ...
        "maxout": lambda z, alpha: ("max(«pieces»)", r"\max(«pieces»)"),
    }
)

DERIVATIVE_PATTERNS: Mapping[str, Callable[[float, float], Pattern]] = MappingProxyType(
    {
        "linear": lambda z, alpha: _same("1"),
        "step": lambda z, alpha: _same("0"),
        "sigmoid": lambda z, alpha: ("«a» · (1 − «(a)»)", r"«a» \cdot (1 - «(a)»)"),
        "tanh": lambda z, alpha: ("1 − «(a)»²", r"1 - «(a)»^2"),
        "relu": lambda z, alpha: _branch("1", "«z» > 0") if z > 0 else _branch("0", "«z» ≤ 0"),
        "leaky_relu": lambda z, alpha: (
            _branch("1", "«z» > 0") if z > 0 else _branch(f"{alpha:g}", "«z» ≤ 0")
        ),
        "elu": lambda z, alpha: (
            _branch("1", "«z» > 0")
            if z > 0
            else (f"{alpha:g} · exp(«z»)", rf"{alpha:g} \cdot e^{{«z»}}")
        ),
        "softplus": lambda z, alpha: ("σ(«z»)", r"\sigma(«z»)"),
        "silu": lambda z, alpha: (
            "σ(«z») · (1 + «(z)» · (1 − σ(«z»)))",
            r"\sigma(«z») (1 + «(z)» (1 - \sigma(«z»)))",
        ),
        "gelu": lambda z, alpha: (
            "Φ(«z») + «(z)» · φ(«z»)",
            r"\Phi(«z») + «(z)» \, \varphi(«z»)",
        ),
        "maxout": lambda z, alpha: ("«z» against max «a»", r"«z» \text{ against } \max «a»"),
    }
)


def _cross_entropy(p: str, t: float) -> Pattern:
    if t == 1:
        return f"−log(«{p}»)", rf"-\log(«{p}»)"
    if t == 0:
        return f"−log(1 − «{p}»)", rf"-\log(1 - «{p}»)"
    return (
        f"−(«t» · log(«{p}») + (1 − «t») · log(1 − «{p}»))",
        rf"-(«t» \log(«{p}») + (1 - «t») \log(1 - «{p}»))",
    )


# What one output of one sample adds to the loss: (y, t) -> pattern with y, t and p.
LOSS_PATTERNS: Mapping[str, Callable[[float, float], Pattern]] = MappingProxyType(
    {
        "mean_squared_error": lambda y, t: _square(""),
        "half_mean_squared_error": lambda y, t: _square("half"),
        "half_sum_of_squares": lambda y, t: _square("half"),
        "mean_absolute_error": lambda y, t: ("|«y» − «(t)»|", r"|«y» - «(t)»|"),
        "huber": lambda y, t: (
            _square("half")
            if abs(y - t) <= 1
            else ("(|«y» − «(t)»| − ½)", r"(|«y» - «(t)»| - \tfrac{1}{2})")
        ),
        "binary_cross_entropy": lambda y, t: _cross_entropy("p", t),
        "softmax_cross_entropy": lambda y, t: (
            ("−log(«p»)", r"-\log(«p»)")
            if t == 1
            else ("−«(t)» · log(«p»)", r"-«(t)» \cdot \log(«p»)")
        ),
        "binary_cross_entropy_of_probabilities": lambda y, t: _cross_entropy("y", t),
        "hinge": lambda y, t: ("max(0, 1 − «(t)» · «(y)»)", r"\max(0, 1 - «(t)» \cdot «(y)»)"),
        "multi_class_hinge": lambda y, t: (
            "max(0, 1 − «(right)» + «(y)»)",
            r"\max(0, 1 - «(right)» + «(y)»)",
        ),
    }
)


def _square(half: str) -> Pattern:
    square, tex = "(«y» − «(t)»)²", r"(«y» - «(t)»)^2"
    return (f"½ · {square}", rf"\tfrac{{1}}{{2}} {tex}") if half else (square, tex)


# dL/dy of one output of one sample, before the division by how many the mean is over.
LOSS_GRADIENT_PATTERNS: Mapping[str, Callable[[float, float], Pattern]] = MappingProxyType(
    {
        "mean_squared_error": lambda y, t: ("2 · («y» − «(t)»)", r"2 («y» - «(t)»)"),
        "half_mean_squared_error": lambda y, t: _same("(«y» − «(t)»)"),
        "half_sum_of_squares": lambda y, t: _same("(«y» − «(t)»)"),
        "mean_absolute_error": lambda y, t: (
            "sign(«y» − «(t)»)",
            r"\operatorname{sign}(«y» - «(t)»)",
        ),
        "huber": lambda y, t: (
            "max(−1, min(1, «y» − «(t)»))",
            r"\max(-1, \min(1, «y» - «(t)»))",
        ),
        "binary_cross_entropy": lambda y, t: _same("(«p» − «(t)»)"),
        "softmax_cross_entropy": lambda y, t: _same("(«p» − «(t)»)"),
        "binary_cross_entropy_of_probabilities": lambda y, t: (
            "(«y» − «t») / («y» · (1 − «y»))",
            r"\frac{«y» - «t»}{«y» (1 - «y»)}",
        ),
        "hinge": lambda y, t: ("−«(t)»", "-«(t)»") if t * y <= 1 else ("0 · «t»", r"0 \cdot «t»"),
        "multi_class_hinge": lambda y, t: ("«count»", "«count»"),
    }
)
