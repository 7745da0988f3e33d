"""FileOptions: what to decide about a table that a person has opened."""

from pathlib import Path

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.data.prepared import PreparedData
from nnviz.data.request import DataSpec
from nnviz.data.tables import read_columns
from nnviz.gui.panels.section import FieldColumn
from nnviz.gui.widgets.check_box import CheckBox
from nnviz.gui.widgets.combo import Combo


class FileOptions(FieldColumn):
    """The target column, and whether rows with missing cells are left out.

    Signals
    -------
    data_chosen
        The DataSpec that a person wants instead.
    """

    data_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = DataSpec()
        self._columns_of: str | None = None
        self.target = Combo("target_column", "Target column", self)
        self.target.setToolTip("The column that the network learns to predict")
        self.leave_out = CheckBox("drop_incomplete_rows", "Leave incomplete rows out", self)
        self.leave_out.setToolTip("Train without the rows that have missing or unreadable cells")
        self._target_field = self.add_field("Target column", self.target)
        self.column.addWidget(self.leave_out)
        self.target.key_chosen.connect(lambda name: self._choose(target=name))
        self.leave_out.clicked.connect(
            lambda: self._choose(drop_incomplete_rows=self.leave_out.isChecked())
        )
        self.hide()

    def show_data(self, spec: DataSpec, data: PreparedData) -> None:
        """Show the choices about the file in use; nothing when it is a data set."""
        self._spec = spec
        self.setVisible(spec.file is not None)
        self._target_field.show()
        if spec.file is not None:
            self._offer_columns(spec.file, data.raw.target_name)
            self.target.show_key(data.raw.target_name)
            self.leave_out.setChecked(spec.drop_incomplete_rows)

    def offer_again(self, refused: DataSpec) -> None:
        """Offer to leave rows out of a file that was refused."""
        self._spec = refused
        self.leave_out.setChecked(False)
        self._target_field.hide()
        self.show()

    def _offer_columns(self, file: str, target: str) -> None:
        if file == self._columns_of:
            return
        try:
            columns = read_columns(Path(file))
        except ValueError:
            # The file was readable a moment ago and is held in memory: what it
            # was trained on is still true, only there is nothing else to choose.
            columns = (target,)
        self._columns_of = file
        self.target.set_entries((name, name) for name in columns)

    def _choose(self, **changes: object) -> None:
        self.data_chosen.emit(msgspec.structs.replace(self._spec, **changes))
