"""Worksheets as PDF: A4, with page numbers, and nothing cut in two."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QPageSize, QPainter, QPdfWriter

from nnviz import __version__
from nnviz.core.worksheet import Worksheet
from nnviz.gui.fonts import load_fonts, ui_font
from nnviz.gui.worksheet_blocks import TITLE, blocks
from nnviz.gui.worksheet_page import FOOT, MARGIN, PAGE_HEIGHT, QUIET, WIDTH, Block

_RESOLUTION = 1200
Page = list[tuple[float, Block]]


def write_worksheet(path: Path, sheet: Worksheet, has_answers: bool) -> None:
    """Write a worksheet with blanks, or one with every number in its place.

    Needs a QGuiApplication.

    Raises
    ------
    OSError
        If the file cannot be written; an older one of that name is untouched.
    """
    load_fonts()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    _print(buffer, sheet, has_answers)
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(bytes(buffer.data().data()))
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise OSError(
            f"the worksheet {path} could not be written: {error.strerror}; "
            "is the folder there, and is there room?"
        ) from error


def _print(device: QIODevice, sheet: Worksheet, has_answers: bool) -> None:
    writer = QPdfWriter(device)
    writer.setResolution(_RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(f"{TITLE}: {sheet.title}")
    writer.setCreator(f"nnviz {__version__}")
    pages = paginated(blocks(sheet, has_answers))
    painter = QPainter(writer)
    painter.scale(_RESOLUTION / 96, _RESOLUTION / 96)
    for number, page in enumerate(pages, start=1):
        if number > 1:
            writer.newPage()
        for y, block in page:
            block.paint(painter, MARGIN, y)
        _paint_foot(painter, sheet.title, f"{number} / {len(pages)}")
    painter.end()


def paginated(content: Iterable[Block]) -> list[Page]:
    """Stack blocks on pages, each with its y; headings stay with what they head."""
    pages: list[Page] = [[]]
    y, end = MARGIN, PAGE_HEIGHT - MARGIN
    for block in content:
        if y + block.height + block.follows > end and pages[-1]:
            pages.append([])
            y = MARGIN
        pages[-1].append((y, block))
        y += block.height
    return pages


def _paint_foot(painter: QPainter, title: str, number: str) -> None:
    painter.setFont(ui_font(10))
    painter.setPen(QColor(QUIET))
    area = QRectF(MARGIN, PAGE_HEIGHT - FOOT, WIDTH, 16)
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft, f"nnviz · {title}")
    painter.drawText(area, Qt.AlignmentFlag.AlignRight, number)
