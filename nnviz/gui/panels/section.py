"""The skeleton of the Setup panel's parts: fields in a column, under a head."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnviz.gui.widgets.text import role_label, section_head


class FieldColumn(QWidget):
    """Fields with their labels above them.

    Attributes
    ----------
    column
        Takes further widgets below what is there.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)

    def add_field(self, words: str, field: QWidget) -> QWidget:
        """Add a field with its label above it; return both as one widget."""
        labelled = self._labelled(words, field)
        self.column.addWidget(labelled)
        return labelled

    def add_fields_in_row(self, *fields: tuple[str, QWidget]) -> tuple[QWidget, ...]:
        """Add labelled fields side by side; return each as one widget."""
        row = QHBoxLayout()
        row.setSpacing(8)
        widgets = tuple(self._labelled(words, field) for words, field in fields)
        for widget in widgets:
            row.addWidget(widget, 1)
        self.column.addLayout(row)
        return widgets

    def _labelled(self, words: str, field: QWidget) -> QWidget:
        labelled = QWidget(self)
        column = QVBoxLayout(labelled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        label = role_label(words, "label", labelled)
        label.setBuddy(field)
        column.addWidget(label)
        column.addWidget(field)
        return labelled


class Section(FieldColumn):
    """A column of fields with a small upper-case head."""

    def __init__(self, head: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column.addWidget(section_head(head, self))
