"""What a TeX compiler would complain of, found without one."""

import re

# Of the commands that LaTeX, amsmath and amssymb have, those that a trace uses.
KNOWN_COMMANDS = frozenset(
    {
        "Phi",
        "alpha",
        "begin",
        "beta",
        "bmatrix",
        "cases",
        "cdot",
        "cdots",
        "clip",
        "documentclass",
        "ell",
        "emph",
        "end",
        "epsilon",
        "eta",
        "footnotesize",
        "frac",
        "geq",
        "hat",
        "infty",
        "lambda",
        "langle",
        "rangle",
        "ldots",
        "left",
        "leq",
        "log",
        "mathrm",
        "max",
        "min",
        "mu",
        "neq",
        "odot",
        "operatorname",
        "par",
        "parindent",
        "partial",
        "phi",
        "pi",
        "quad",
        "raggedright",
        "rho",
        "right",
        "section",
        "setcounter",
        "setlength",
        "sigma",
        "sign",
        "small",
        "sqrt",
        "subsection",
        "sum",
        "tanh",
        "tau",
        "text",
        "textasciicircum",
        "textasciitilde",
        "textbackslash",
        "texttt",
        "tfrac",
        "theta",
        "times",
        "usepackage",
        "varphi",
    }
)


def assert_is_sound_tex(page: str) -> None:
    """Check signs, commands, braces, environments, and that mathematics stays in its place."""
    # In a listing nothing means anything; only its end does.
    page = re.sub(r"\\begin\{verbatim\}.*?\\end\{verbatim\}", "", page, flags=re.DOTALL)
    assert page.isascii()
    commands = set(re.findall(r"\\([A-Za-z]+)", page.replace(r"\\", " ")))
    assert commands - KNOWN_COMMANDS == set()
    bare = re.sub(r"\\[\\{}$_%&#, !;]", "", page)
    assert_braces_match(bare)
    assert_environments_match(page)
    assert bare.count("$") % 2 == 0
    body = bare[bare.index(r"\begin{document}") :]
    # Subscripts and superscripts are for mathematics alone, and none goes unfinished.
    outside = re.sub(r"\\\[.*?\\\]|\$[^$]*\$", "", body, flags=re.DOTALL)
    assert not set(outside) & set("_^$")
    assert r"\[" not in outside
    assert r"\]" not in outside
    for formula in re.findall(r"\\\[(.*?)\\\]", body, flags=re.DOTALL):
        assert formula.strip()
        # An empty line ends a paragraph, which a formula must not.
        assert "\n\n" not in formula


def assert_braces_match(text: str) -> None:
    """Check that every brace is closed."""
    depth = 0
    for sign in text:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


def assert_environments_match(text: str) -> None:
    """Check that every environment is ended, the last one first."""
    stack: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", text):
        if kind == "begin":
            stack.append(name)
        else:
            assert stack.pop() == name
    assert stack == []
