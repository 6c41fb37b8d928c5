"""Tables: what spreadsheets make of the texts in them."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import openpyxl

from shotlog_otio.exporters import EXPORTERS, ExportMarker
from tests.otio.marking import clip_range, edit_of

EDIT = edit_of(clip_range(0, 0, 100))
NAMES = ["=1+1", "+a", "-a", "@a", "a", "=cmd|' /C calc'!A0"]
MARKERS = [ExportMarker(n, 1, "RED", name, "two\nlines") for n, name in enumerate(NAMES)]


def test_a_text_in_csv_is_not_run_as_a_formula() -> None:
    content = EXPORTERS.by_name["csv"].export(MARKERS, EDIT).content.decode()
    rows = list(csv.DictReader(StringIO(content, newline="")))

    assert [row["name"] for row in rows] == ["'=1+1", "'+a", "'-a", "'@a", "a", f"'{NAMES[-1]}"]
    assert {row["note"] for row in rows} == {"two\nlines"}


def test_a_workbook_holds_every_text_as_it_is_and_none_as_a_formula_or_a_link() -> None:
    content = EXPORTERS.by_name["xlsx"].export(MARKERS, EDIT).content
    sheet = openpyxl.load_workbook(BytesIO(content))["Markers"]
    column = sheet["F"][1:]

    assert [cell.value for cell in column] == NAMES
    assert {cell.data_type for cell in column} == {"s"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_the_head_of_a_workbook_stays_and_its_colours_are_shown() -> None:
    content = EXPORTERS.by_name["xlsx"].export(MARKERS, EDIT).content
    sheet = openpyxl.load_workbook(BytesIO(content))["Markers"]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:L7"
    assert sheet["H2"].fill.fgColor.rgb == "FFFF0000"


def test_the_timecode_after_the_last_frame_is_that_of_the_next_one() -> None:
    (row,) = csv.DictReader(
        StringIO(
            EXPORTERS.by_name["csv"]
            .export([ExportMarker(23, 2, "RED", "a")], EDIT)
            .content.decode()
        )
    )
    assert (row["timecode_in"], row["timecode_out"]) == ("00:00:00:23", "00:00:01:01")
