"""Pictures of widgets as files."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPoint
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from nnviz.data.whole_files import write_whole

PATTERNS = "Pictures (*.png *.svg)"


def write_picture(widget: QWidget, path: Path) -> None:
    """Write a picture of a widget: SVG if the name ends so, else PNG.

    Raises
    ------
    OSError
        If it cannot be written; an older one of that name is untouched.
    """
    content = _svg(widget) if path.suffix.lower() == ".svg" else _png(widget)
    write_whole(path, [content], "the picture")


def check_ending(path: Path) -> None:
    """Refuse a name of another format.

    Raises
    ------
    ValueError
        With a sentence.
    """
    if path.suffix.lower() not in (".png", ".svg"):
        raise ValueError("the name of a picture ends in .png or .svg")


def _png(widget: QWidget) -> bytes:
    image: QImage = widget.grab().toImage()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def _svg(widget: QWidget) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    generator.setViewBox(widget.rect())
    generator.setTitle("nnviz")
    painter = QPainter(generator)
    widget.render(painter, QPoint())
    painter.end()
    return bytes(buffer.data().data())
