"""HelpDialog: the keys, the colours, and how to read the network."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLayout, QTextBrowser, QVBoxLayout, QWidget

from nnviz.gui.action_table import ACTIONS
from nnviz.gui.actions import shortcut_text
from nnviz.gui.theme import Theme

_CONTROL_KEYS = (
    ("Tab, Shift+Tab", "Walk through the controls; a ring shows where you are"),
    ("Space on a control reached by Tab", "Press the button, open the list"),
    ("Arrows on a control reached by Tab", "Move the slider, change the choice"),
)


def help_html(theme: Theme) -> str:
    """Return the whole text, with the keys from ``ACTIONS`` and the theme's colours."""
    rows = [
        (shortcut_text(record), record.tooltip) for record in ACTIONS.values() if record.shortcut
    ]
    return (
        f"<h3>Keys</h3>{_table([*rows, *_CONTROL_KEYS])}"
        f"<h3>Colours</h3>{_table(_colour_rows(theme), escaped=True)}"
        f"<h3>How to read the network</h3>{_READING}"
    )


def open_help(theme: Theme, window: QWidget) -> None:
    """Show the dialog of a window, or bring it to the front."""
    dialog = window.findChild(HelpDialog)
    if dialog is None:
        HelpDialog(theme, window).show()
    else:
        dialog.raise_()
        dialog.activateWindow()


def _table(rows: list[tuple[str, str]], escaped: bool = False) -> str:
    keep = (lambda text: text) if escaped else escape
    cells = "".join(
        f"<tr><td style='padding: 3px 22px 3px 0'><b>{keep(left)}</b></td>"
        f"<td style='padding: 3px 0'>{keep(right)}</td></tr>"
        for left, right in rows
    )
    return f"<table>{cells}</table>"


def _colour_rows(theme: Theme) -> list[tuple[str, str]]:
    meanings = (
        (theme.positive, "blue", "a positive number: weight, activation, class +1"),
        (theme.negative, "orange", "a negative number; these two mean sign and nothing else"),
        (theme.accent, "violet", "what is selected, and the curve of the activation"),
        (theme.train, "green", "loss on the training rows"),
        (theme.validation, "yellow" if theme.is_dark else "purple", "loss on the validation rows"),
        (theme.derivative, "grey", "a derivative"),
    )
    return [
        (f"<span style='color: {colour}'>■</span> {word}", escape(meaning))
        for colour, word, meaning in meanings
    ]


_READING = """
<p>Each square is a unit. With two inputs it shows the unit's response over the whole
input plane: blue where its activation is positive, orange where it is negative. With
more inputs it shows the activation for the sample that is picked.</p>
<p>Each line is a weight, from left to right. Its colour is the sign, its width the size.</p>
<p>Click a unit to select it: the strip below writes out its arithmetic with the numbers of
this very step, the activation curve marks its z and a, the matrix marks its weights.
Click a line to select one weight.</p>
<p>Round points are training rows, hollow squares are validation rows, which the network
never learns from.</p>
"""


class HelpDialog(QDialog):
    """Shows :func:`help_html`; does not block the window."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help_dialog")
        self.setWindowTitle("nnviz: keys and colours")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._browser = QTextBrowser(self)
        self._browser.setObjectName("help_text")
        self._browser.setAccessibleName("Keys and colours")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close_button = buttons.button(QDialogButtonBox.StandardButton.Close)
        close_button.setObjectName("close_help")
        close_button.setAccessibleName("Close")
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(10)
        column.addWidget(self._browser)
        column.addWidget(buttons)
        self.resize(640, 720)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Write the text in the theme's colours."""
        self._browser.setHtml(help_html(theme))
