"""VariedSetting: one row of the form, a setting and the values that it takes."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from nnviz.gui.views.sweep_choices import SWEEP_SETTINGS
from nnviz.gui.widgets.buttons import IconButton
from nnviz.gui.widgets.combo import Combo
from nnviz.sweeps.errors import SweepError
from nnviz.sweeps.spec import Setting, parse_values, value_text

NOTHING = ""


class VariedSetting(QWidget):
    """A list of settings, a field for values, and a menu of usual ones.

    Parameters
    ----------
    number
        1 or 2.

    Signals
    -------
    changed
        A person has chosen another setting or other values.
    """

    changed = Signal()

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ordinal = ("First", "Second")[number - 1]
        self.choice = Combo(f"sweep_setting_{number}", f"{ordinal} setting that varies")
        self.choice.setToolTip(f"{ordinal} setting that varies, or none")
        self._offer(NOTHING)
        self.choice.show_key(NOTHING)
        self.values = QLineEdit()
        self.values.setObjectName(f"sweep_values_{number}")
        self.values.setAccessibleName(f"Values of the {ordinal.lower()} setting")
        self.values.setToolTip("Values with commas between them, such as 0.01, 0.1, 1")
        self.values.setPlaceholderText("values, with commas")
        self.menu_button = IconButton(
            f"sweep_menu_{number}",
            f"Choose from usual values of the {ordinal.lower()} setting",
            "chevron-down",
            26,
        )
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.values, 1)
        row.addWidget(self.menu_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.choice)
        column.addLayout(row)
        self.choice.key_chosen.connect(self._choose)
        self.values.textEdited.connect(lambda _: self.changed.emit())
        self.menu_button.clicked.connect(self._open_menu)
        self._show_state()

    @property
    def name(self) -> str:
        """The dotted name of the setting, ``""`` for none."""
        return self.choice.currentData() or NOTHING

    def setting(self) -> Setting | None:
        """Return the setting with its values, ``None`` if nothing varies.

        Raises
        ------
        SweepError
            If the values make no sense.
        """
        if not self.name:
            return None
        try:
            return Setting(self.name, parse_values(self.name, self.values.text()))
        except ValueError as error:
            raise SweepError(str(error)) from error

    def show_setting(self, setting: Setting | None) -> None:
        """Show a setting, one of a file perhaps, without reporting it."""
        name = NOTHING if setting is None else setting.name
        self._offer(name)
        self.choice.show_key(name)
        values = () if setting is None else setting.values
        self._show_values(map(value_text, values))
        self._show_state()

    def mark(self, is_wrong: bool) -> None:
        """Say with a frame that the values make no sense, or that they do."""
        self.values.setProperty("wrong", is_wrong)
        self.values.style().unpolish(self.values)
        self.values.style().polish(self.values)

    def menu_of_values(self) -> QMenu:
        """Return the usual values, those that are typed with a tick."""
        menu = QMenu(self)
        menu.setObjectName("sweep_values_menu")
        typed = self._typed()
        for value in SWEEP_SETTINGS[self.name].choices if self.name in SWEEP_SETTINGS else ():
            action = menu.addAction(value)
            action.setCheckable(True)
            action.setChecked(value in typed)
            action.triggered.connect(lambda _, value=value: self._toggle(value))
        return menu

    def _offer(self, name: str) -> None:
        rows = [(row.name, row.label) for row in SWEEP_SETTINGS.values()]
        if name not in (NOTHING, *SWEEP_SETTINGS):
            rows.append((name, name))
        self.choice.set_entries([(NOTHING, "Nothing varies"), *rows])

    def _choose(self, name: str) -> None:
        row = SWEEP_SETTINGS.get(name)
        self._show_values([row.proposed] if row is not None else [])
        self._show_state()
        self.changed.emit()

    def _show_values(self, words: Iterable[str]) -> None:
        self.values.setText(", ".join(words))
        self.values.setCursorPosition(0)

    def _show_state(self) -> None:
        self.values.setEnabled(bool(self.name))
        self.menu_button.setEnabled(self.name in SWEEP_SETTINGS)
        self.mark(False)

    def _typed(self) -> list[str]:
        return [word for word in (each.strip() for each in self.values.text().split(",")) if word]

    def _toggle(self, value: str) -> None:
        words = self._typed()
        if value in words:
            words.remove(value)
        else:
            words.append(value)
        order = SWEEP_SETTINGS[self.name].choices
        words.sort(key=lambda word: order.index(word) if word in order else len(order))
        self._show_values(words)
        self.changed.emit()

    def _open_menu(self) -> None:
        menu = self.menu_of_values()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))
