"""The numbers of a scaling, as the Setup panel shows them."""

from nnviz.data.prepared import PreparedData

SCALINGS = (
    ("none", "None"),
    ("standardise", "Standardise"),
    ("min_max", "Min–max to 0 … 1"),
)
_SHOWN = 6


def scaling_lines(data: PreparedData) -> list[str]:
    """Return one line per input column (and target) that was scaled, with its numbers."""
    lines = _lines(data.raw.feature_names, data.scaling)
    if not data.is_classification:
        lines += _lines((data.raw.target_name,), data.target_scaling)
    return lines


def shortened(lines: list[str]) -> str:
    """Return the first lines, and how many were left out."""
    left_out = len(lines) - _SHOWN
    if left_out <= 1:
        return "\n".join(lines)
    return "\n".join([*lines[:_SHOWN], f"and {left_out} more columns (see the tip)"])
