"""Tables of markers: CSV, and Excel's workbook."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, ClassVar

from shotlog.markers import OTIO_COLOURS, colour_named
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import ExportMarker
from shotlog_otio.exporters.texts import timecode_at, xml_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook

COLUMNS = (
    "timecode_in", "timecode_out", "frame", "duration_frames", "start_seconds", "name", "note",
    "color", "family", "clip", "edited", "id",
)  # fmt: skip
"""The columns, with ``frame`` and ``start_seconds`` from the timeline's first frame;
``timecode_out`` is the first after the marker."""

_FORMULA = re.compile(r"[=+\-@\t\r]")
"""Beginnings of a cell that a spreadsheet takes for a formula (OWASP, "CSV injection")."""

_WIDTHS = (13, 13, 9, 9, 11, 32, 70, 10, 10, 24, 8, 20)
_MADE = datetime(2000, 1, 1)
"""Date of every workbook, so that the same markers give the same bytes."""


class CsvExporter(Exporter):
    """A table in UTF-8 with commas; notes keep their lines within quotes.

    A text that a spreadsheet would run as a formula gets a quotation mark before it.
    """

    name: ClassVar[str] = "csv"
    suffix: ClassVar[str] = ".csv"
    description: ClassVar[str] = "a table of markers as CSV"
    imported: ClassVar[str] = "Spreadsheets and databases: open it, as UTF-8 with commas"

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file."""
        text = StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        writer.writerows([_inert(cell) for cell in _row(marker, edit)] for marker in markers)
        return text.getvalue().encode("utf-8", "replace")


class XlsxExporter(Exporter):
    """A workbook of one sheet, with the markers' colours."""

    name: ClassVar[str] = "xlsx"
    suffix: ClassVar[str] = ".xlsx"
    description: ClassVar[str] = "a table of markers as an Excel workbook"
    imported: ClassVar[str] = "Excel, LibreOffice, Numbers: open it"
    most: ClassVar[int | None] = 1_048_575  # rows of a sheet, without the header

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file."""
        from xlsxwriter import Workbook  # 0.1 s, and one exporter of many needs it

        content = BytesIO()
        with Workbook(content, {"in_memory": True}) as book:
            book.set_properties({"created": _MADE, "title": xml_text(edit.name)[:255]})
            _fill_sheet(book, [_row(marker, edit) for marker in markers])
        return content.getvalue()


def _fill_sheet(book: Workbook, rows: Sequence[Sequence[str | int | float]]) -> None:
    sheet = book.add_worksheet("Markers")
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    fills = {name: book.add_format({"bg_color": _hex(name)}) for name in OTIO_COLOURS}
    for column, (title, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, bold)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if not isinstance(cell, str):
                sheet.write_number(line, column, cell, wrapped)
                continue
            form = fills[cell] if COLUMNS[column] == "color" else wrapped
            sheet.write_string(line, column, xml_text(cell), form)  # a text, whatever it looks like
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)


def _row(marker: ExportMarker, edit: Edit) -> list[str | int | float]:
    return [
        timecode_at(edit, marker.frame),
        timecode_at(edit, marker.end),
        marker.frame,
        marker.duration,
        round(float(marker.frame / edit.rate), 6),
        marker.name,
        marker.note,
        colour_named("otio", marker.colour).otio,
        marker.family,
        marker.clip,
        "yes" if marker.edited else "",
        marker.id,
    ]


def _inert(cell: str | int | float) -> str | int | float:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _hex(name: str) -> str:
    return "#{:02X}{:02X}{:02X}".format(*OTIO_COLOURS[name])
