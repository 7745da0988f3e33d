"""Formulas: the small TeX of the numbers, and the pictures that ziamath makes."""

import pytest
from PySide6.QtGui import QFontInfo
from pytestqt.qtbot import QtBot

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.equation import explain
from nnviz.core.looking_glass import Focus
from nnviz.core.losses import LOSSES
from nnviz.core.notation import Piece, Source, number, plain
from nnviz.gui.views.equation_rows import wrapped
from nnviz.gui.views.tex_boxes import Box
from nnviz.gui.views.tex_fonts import FAMILY, formula_font
from nnviz.gui.views.tex_nodes import (
    Fraction,
    Gap,
    Hat,
    Kind,
    Number,
    Root,
    Scripts,
    Sign,
    UnknownTexError,
    read_pieces,
)
from nnviz.gui.views.tex_setting import Typesetter, rooms
from nnviz.gui.views.typesetting import FormulaKey, FormulaStore
from tests.gui_room.walks import spec_of, trace_of

VALUE = number(-0.5, Source("z1", (0, 0), 1))


def read(tex: str) -> tuple[object, ...]:
    return read_pieces((Piece(tex, tex),))


def texts(box: Box) -> list[str]:
    return [run.text for run in box.runs]


def test_that_the_small_tex_is_read() -> None:
    (fraction,) = read(r"\frac{1}{n}")
    assert isinstance(fraction, Fraction)
    assert not fraction.is_small
    (root,) = read(r"\sqrt{s}")
    assert isinstance(root, Root)
    (hat,) = read(r"\hat{m}")
    assert isinstance(hat, Hat)
    (scripts,) = read("{z^{(1)}}^T_{2}")
    assert isinstance(scripts, Scripts)
    assert [node.text for node in scripts.raised if isinstance(node, Sign)] == [
        "(",
        "1",
        ")",
        "\N{MATHEMATICAL ITALIC CAPITAL T}",
    ]
    assert read(r"\operatorname{ELU}(") == (
        Sign("ELU", Kind.OPERATOR, is_word=True),
        Sign("(", Kind.OPENING),
    )
    (prime,) = read("f'")
    assert isinstance(prime, Scripts)


def test_that_numbers_and_gaps_are_leaves() -> None:
    nodes = read_pieces((VALUE, plain(" + ", "+"), Piece("… 3 more …", r"\ldots"), VALUE), {3})
    assert nodes[0] == Number(VALUE)
    assert nodes[2] == Gap("… 3 more …", 0)
    assert nodes[3] == Number(VALUE, is_pending=True)


def test_that_a_number_may_stand_inside_a_fraction() -> None:
    pieces = (plain("1 / (1 + exp(−", r"\frac{1}{1 + e^{-"), VALUE, plain("))", "}}"))
    (fraction,) = read_pieces(pieces)
    assert isinstance(fraction, Fraction)
    scripts = fraction.below[-1]
    assert isinstance(scripts, Scripts)
    assert scripts.raised[-1] == Number(VALUE)


def test_that_more_of_tex_is_refused_in_words() -> None:
    with pytest.raises(UnknownTexError, match="not part of the small TeX"):
        read(r"\begin{cases}")


def test_that_a_minus_between_two_things_has_room_and_a_sign_has_none() -> None:
    assert rooms(read_pieces((Piece("", "a - b"),))) == [0.0, 4 / 18, 4 / 18]
    assert rooms(read_pieces((Piece("", "(-b"),))) == [0.0, 0.0, 0.0]
    assert rooms(read_pieces((Piece("", "a = -b"),))) == [0.0, 5 / 18, 5 / 18, 0.0]


def test_that_the_typeface_of_formulas_is_found(qtbot: QtBot) -> None:
    assert FAMILY in QFontInfo(formula_font(16)).family()


def test_that_a_power_of_ten_belongs_to_its_number(qtbot: QtBot) -> None:
    small = number(1.5e-7, Source("z1", (0, 0), 1))
    box = Typesetter(16).row(read_pieces((small,)))
    assert "".join(texts(box)).replace("\u2009", "") == "1.5·10−7"
    (area,) = box.areas
    assert area.owner == small
    assert area.width == pytest.approx(box.width)


def test_that_zero_has_no_sign(qtbot: QtBot) -> None:
    assert texts(Typesetter(16).row(read_pieces((number(-0.0),)))) == ["0"]


def test_that_a_hidden_number_shows_neither_digits_nor_colour(qtbot: QtBot) -> None:
    box = Typesetter(16, lambda piece: True).row(read_pieces((VALUE,)))
    assert texts(box) == ["?"]
    assert box.runs[0].owner is None
    assert box.areas[0].is_hidden


def test_that_long_equations_go_on_in_the_next_line(qtbot: QtBot) -> None:
    pieces = (VALUE, *(part for _ in range(8) for part in (plain(" + ", "+"), VALUE)))
    setter = Typesetter(16)
    nodes = read_pieces(pieces)
    one, many = wrapped(nodes, 10_000, setter), wrapped(nodes, 200, setter)
    assert many.width <= 200 < one.width
    assert many.descent > one.descent
    assert texts(one) == texts(many)
    assert len({run.y for run in many.runs}) > 1
    # A single number is never torn apart.
    assert wrapped(nodes, 1, setter).width > 1


def test_that_no_two_numbers_overlap(qtbot: QtBot) -> None:
    trace = trace_of()
    for line in trace.lines:
        for equation in explain(trace, line.number, Focus()).scalar:
            areas = wrapped(read_pieces(equation.numbers), 300, Typesetter(16)).areas
            for index, area in enumerate(areas):
                for other in areas[index + 1 :]:
                    apart_x = area.x + area.width <= other.x + 0.01 or other.x < area.x
                    apart_y = area.y + area.height <= other.y + 0.01
                    assert apart_x or apart_y


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_that_the_numbers_of_every_table_row_can_be_set(
    qtbot: QtBot, activation: str, loss: str
) -> None:
    trace = trace_of(spec_of(activation, loss), optimizer=None)
    setter = Typesetter(16)
    for line in trace.lines:
        for equation in explain(trace, line.number, Focus(1, 1, 1, 1)).scalar:
            box = setter.row(read_pieces(equation.numbers))
            shown = [area.owner for area in box.areas]
            assert shown == [piece for piece in equation.numbers if piece.value is not None]


def test_that_ziamath_sets_every_formula_of_the_losses(qtbot: QtBot) -> None:
    store = FormulaStore()
    for record in LOSSES.values():
        for tex in (record.formula, record.gradient_formula):
            key = FormulaKey(tex, 17.0, "#000000")
            assert store.formula(key) is None
            store.finish()
            formula = store.formula(key)
            assert formula is not None
            # Nothing runs wild: a line of text, or two in braces.
            assert 10 < formula.ascent + formula.descent < 70
            assert 20 < formula.width < 600


def test_that_formulas_come_while_nothing_else_happens(qtbot: QtBot) -> None:
    store = FormulaStore()
    keys = [FormulaKey(tex, 17.0, "#000000") for tex in ("z_1", "z_2")]
    with qtbot.waitSignal(store.formulas_ready):
        assert [store.formula(key) for key in keys] == [None, None]
    assert all(store.formula(key) is not None for key in keys)


def test_that_forgotten_formulas_are_not_set(qtbot: QtBot) -> None:
    store = FormulaStore()
    store.formula(FormulaKey("z_1", 17.0, "#000000"))
    store.forget_wishes()
    store.work()
    assert store.formula(FormulaKey("z_1", 17.0, "#000000")) is None
