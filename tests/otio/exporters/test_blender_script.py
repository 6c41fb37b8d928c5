"""The script for Blender: names within what Blender holds. ``tests/nle/clients`` runs it there."""

from __future__ import annotations

from shotlog_otio.exporters import EXPORTERS, ExportMarker
from tests.otio.exporters.reading_script import read_blender
from tests.otio.marking import clip_range, edit_of

EDIT = edit_of(clip_range(0, 0, 10))


def exported(*names: str) -> tuple[list[str], tuple[str, ...]]:
    markers = [ExportMarker(n, 1, "RED", name) for n, name in enumerate(names)]
    content, notes = EXPORTERS.by_name["blender"].export(markers, EDIT)
    return [marker.name for marker in read_blender(content, EDIT)], notes


def test_a_name_of_63_bytes_is_kept() -> None:
    name = "ü" * 31 + "x"

    assert exported(name) == ([name], ())


def test_a_longer_one_is_cut_between_characters_and_that_is_told() -> None:
    names, notes = exported("ü" * 32, "😀" * 16)

    assert names == ["ü" * 30 + "…", "😀" * 15 + "…"]
    assert notes == ("the names of 2 markers shortened to 63 bytes",)


def test_a_marker_without_a_name_bears_the_first_line_of_its_note() -> None:
    marker = ExportMarker(0, 1, "RED", "", note="by hand\nmore")
    content, _ = EXPORTERS.by_name["blender"].export([marker], EDIT)

    assert [read.name for read in read_blender(content, EDIT)] == ["by hand"]
