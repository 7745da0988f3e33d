"""Section: a head, and fields under it, as every part of the Setup panel has them."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnviz.gui.widgets.text import role_label, section_head


class Section(QWidget):
    """A column of fields with a small upper-case head."""

    def __init__(self, head: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.column.addWidget(section_head(head, self))

    def add_field(self, words: str, field: QWidget) -> QWidget:
        """Add a field with its label above it; return both as one widget."""
        labelled = QWidget(self)
        column = QVBoxLayout(labelled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        label = role_label(words, "label", labelled)
        label.setBuddy(field)
        column.addWidget(label)
        column.addWidget(field)
        self.column.addWidget(labelled)
        return labelled

    def add_fields_in_row(self, *fields: tuple[str, QWidget]) -> tuple[QWidget, ...]:
        """Add labelled fields side by side; return each as one widget."""
        row = QHBoxLayout()
        row.setSpacing(8)
        widgets = []
        for words, field in fields:
            labelled = self.add_field(words, field)
            self.column.removeWidget(labelled)
            row.addWidget(labelled, 1)
            widgets.append(labelled)
        self.column.addLayout(row)
        return tuple(widgets)
