"""FactorsView: every gradient as local times downstream, and where both came from."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from nnviz.core.gradient_chain import Link, gradient_chain, saved_for_backward
from nnviz.core.looking_glass import Factor, Focus
from nnviz.core.notation import plain, symbol
from nnviz.core.partial_terms import progress
from nnviz.core.program import LineKind, Phase
from nnviz.core.trace import Trace
from nnviz.core.walk import Walk
from nnviz.gui.display import Display
from nnviz.gui.predictor import Predictor
from nnviz.gui.theme import Theme
from nnviz.gui.views.factor_tile import TileContent
from nnviz.gui.views.factors_canvas import FactorsCanvas, TileRow
from nnviz.gui.views.view import View
from nnviz.gui.views.walk_links import WELCOME, select_source
from nnviz.gui.widgets.text import wrapping_label

_HEADS = {"local": "LOCAL", "downstream": "DOWNSTREAM", "product": "PRODUCT", "saved": "SAVED"}
TIPS = {
    "local": "The local gradient: how the output of this one step changes with its input.\n"
    "It is known without looking further. Click to go where it was made.",
    "downstream": "The downstream gradient: how the loss changes with the output of this step.\n"
    "It came back from the loss. Other courses call it the upstream gradient.\n"
    "Click to go where it was made.",
    "product": "Local times downstream: how the loss changes with the input of this step.",
    "saved": "Kept for the backward pass. Click to go where it is used.",
}
_SHARE = plain("share", r"\text{share}")
_NOT_YET = {
    LineKind.LOSS: "From here the gradients go back. The first downstream gradient is that of "
    "the loss by itself: 1.",
    LineKind.PENALTY: "Its slope is added to the gradients of the weights in the backward phase.",
    LineKind.UPDATE: "Nothing is multiplied here: the update uses the gradients that the "
    "backward phase has made.",
}


class FactorsView(View):
    """Tiles: local x downstream = product, then the factors of the downstream one.

    Attributes
    ----------
    canvas
        Holds the tiles.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Local × downstream")
        self._predictor = Predictor.of(display.playback)
        self._shown: tuple[object, ...] = ()
        self.canvas = FactorsCanvas(theme, self)
        self.frame = QScrollArea(self)
        self.frame.setObjectName("factors_scroll")
        self.frame.setAccessibleName("Factors of the gradient")
        self.frame.setFrameShape(QFrame.Shape.NoFrame)
        self.frame.setWidgetResizable(True)
        self.frame.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.frame.setWidget(self.canvas)
        self.frame.viewport().setAutoFillBackground(False)
        self.canvas.setAutoFillBackground(False)
        self.welcome = wrapping_label(WELCOME, "hint", self)
        self.welcome.setContentsMargins(12, 12, 12, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.welcome)
        column.addWidget(self.frame, 1)
        self.canvas.source_hovered.connect(display.selection.hover)
        self.canvas.tile_clicked.connect(self._go_to)

    def refresh(self) -> None:
        """Show the line at the cursor."""
        playback = self.display.playback
        walk = playback.walk if playback.is_active else None
        self.welcome.setVisible(walk is None)
        self.frame.setVisible(walk is not None)
        if walk is None:
            self._shown = ()
            self.canvas.show_rows((), self.theme, TIPS)
            self.set_facts("")
            return
        self._show(walk, playback.focus)
        self.canvas.light(self.display.selection.hovered)

    def apply_theme(self) -> None:
        """Draw anew in the new colours."""
        self._shown = ()

    def _show(self, walk: Walk, focus: Focus) -> None:
        number = walk.place.line
        self._predictor.look()
        game = self._predictor.game
        state = (walk.trace, number, walk.place, focus, game.is_on, game.is_open, game.question)
        if self._shown == state:
            return
        self._shown = state
        rows = self._rows(walk, number, focus) if number else (_START,)
        self.canvas.show_rows(rows, self.theme, TIPS)
        self.set_facts(_facts(walk.trace, number))

    def _rows(self, walk: Walk, number: int, focus: Focus) -> tuple[TileRow, ...]:
        trace = walk.trace
        line = trace.lines[number - 1]
        if line.phase is not Phase.BACKWARD:
            return (_saved_row(trace, number, focus),)
        is_done = progress(trace, walk.place, focus).is_done
        links = gradient_chain(trace, number, focus)
        return tuple(self._link_row(link, index, is_done) for index, link in enumerate(links))

    def _link_row(self, link: Link, index: int, is_done: bool) -> TileRow:
        factors, result = link.factors, link.equation.numbers[-1]
        hides = self._predictor.hides(result.source, result.value) or not (index or is_done)
        heading = link.title if not index else f"Its downstream factor: {_lower(link.title)}"
        note = factors.note
        if hides and note:
            note = f"{note.rpartition(': ')[0]}: ?"
        product = _tile(
            "product", factors.product, hides and (not note or not is_done), link.line_number
        )
        if note.startswith("added over"):
            # One product of a sum is not yet the gradient: it may not bear its name.
            product = replace(product, head="SHARE", symbol=_SHARE)
            note = f"{factors.product.symbol.text} is {note}"
        tiles = (_tile("local", factors.local), _tile("downstream", factors.downstream), product)
        return TileRow(heading, tiles, ("×", "="), note)

    def _go_to(self, content: TileContent) -> None:
        """Select what a tile belongs to, and go to its line."""
        playback = self.display.playback
        if playback.trace is None:
            return
        if content.source is not None:
            layers = len(playback.trace.spec.layers)
            select_source(self.display.selection, content.source, layers)
        if content.target != playback.position:
            playback.go_to(content.target)


_START = TileRow("The step begins here. Press → to go on to its first line.", ())


def _tile(role: str, factor: Factor, is_hidden: bool = False, line_number: int = 0) -> TileContent:
    target = factor.source.position if factor.source is not None else 0
    if role == "product":
        target = line_number
    return TileContent(
        role,
        _HEADS[role],
        factor.symbol,
        factor.value,
        factor.source,
        factor.meaning.removeprefix(f"{role} gradient: "),
        target,
        is_hidden,
    )


def _saved_row(trace: Trace, number: int, focus: Focus) -> TileRow:
    """Return what a line of the other phases keeps for the backward one."""
    kind = trace.lines[number - 1].line.kind
    if kind in _NOT_YET:
        return TileRow("No gradient is made in this line.", (), note=_NOT_YET[kind])
    saved = saved_for_backward(trace, number, focus)
    tiles = tuple(
        TileContent(
            "saved",
            f"{_HEADS['saved']}, USED IN LINE {one.used_in}",
            one.symbol,
            one.value,
            one.source,
            one.meaning,
            one.used_in,
        )
        for one in saved
    )
    if not tiles:
        return TileRow("Nothing of this line is a local gradient later.", ())
    return TileRow("Saved for the backward pass", tiles)


def _facts(trace: Trace, number: int) -> str:
    if number == 0:
        return ""
    line = trace.lines[number - 1].line
    if line.local is None or line.downstream is None or line.downstream == "1":
        return f"line {number} of {len(trace.lines)}"
    made = symbol(line.writes[0]).text
    local, downstream = symbol(line.local).text, symbol(line.downstream).text
    return f"{made} from {local} and {downstream}"


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]
