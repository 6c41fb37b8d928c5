"""The contract of an exporter; it runs over every exporter that is installed.

An exporter of another kind of file adds a function that reads one to ``READERS``, strictly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.markers import place_markers
from shotlog.schema import Edit, Marker, MarkerFamily, OutputNotWritable
from shotlog_otio.exporters import Exporter, export_markers, find_exporter, load_exporters
from tests.otio.exporters.reading import MarkerRead, read_edl, read_lua
from tests.otio.marking import clip_range, edit_of, marker

EXPORTERS = load_exporters()
READERS: dict[str, Callable[[bytes, Edit], list[MarkerRead]]] = {
    "marker-edl": read_edl,
    "resolve-lua": read_lua,
}
EDIT = edit_of(clip_range(0, 0, 100))

each = pytest.mark.parametrize("exporter", EXPORTERS, ids=lambda exporter: str(exporter.name))

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from([
    "", " ", "|", "a |C:ResolveColorRed |M:b |D:9", '"', "\\", '"); os.execute("reboot") --',
    "]]", "\n", "a\r\nb", "1st", "001  001      V     C        00:00:00:00 00:00:00:01", "* a",
    "TITLE: b", "\\n", "\u2028", "Größe · 87 %", "\x00\x1a", "--[[", "9\n9",
])  # fmt: skip


def markers_with(*texts: tuple[str, str]) -> list[Marker]:
    return [marker(n, name=name, note=note) for n, (name, note) in enumerate(texts)]


def read_back(exporter: Exporter, markers: Sequence[Marker], edit: Edit) -> list[MarkerRead]:
    return READERS[exporter.name](exporter.export(place_markers(markers, edit), edit), edit)


def test_the_exporters_that_shotlog_brings_are_installed_and_share_no_suffix() -> None:
    assert {"marker-edl", "resolve-lua"} <= {exporter.name for exporter in EXPORTERS}
    assert len({exporter.suffix for exporter in EXPORTERS}) == len(EXPORTERS)


@each
def test_it_is_found_by_its_suffix_in_any_case(exporter: Exporter) -> None:
    assert exporter.suffix == exporter.suffix.lower()
    assert find_exporter(Path(f"a.markers{exporter.suffix.upper()}")) is exporter


@pytest.mark.parametrize("name", ["markers", "markers.txt", "a.edl.bak"])
def test_a_file_of_another_suffix_is_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(OutputNotWritable, match=r"\.edl \(a marker EDL.*\.lua"):
        find_exporter(Path(name))


@each
def test_every_marker_comes_back_on_its_frame(exporter: Exporter) -> None:
    markers = [marker(n) for n in range(9)]
    read = read_back(exporter, markers, EDIT)

    assert [(m.frame, m.duration, m.name) for m in read] == [
        (10 * n, 5, f"MS · pan {n}") for n in range(9)
    ]


@each
def test_every_kind_has_a_colour_of_its_own(exporter: Exporter) -> None:
    read = read_back(exporter, [marker(n) for n in range(4)], EDIT)

    assert len({m.colour for m in read}) == len(MarkerFamily)


@each
def test_no_two_markers_share_a_frame_and_they_are_the_ones_of_the_bridge(
    exporter: Exporter,
) -> None:
    markers = [marker(n, frame=7) for n in range(3)]
    read = read_back(exporter, markers, EDIT)

    assert [m.frame for m in read] == [p.frame for p in place_markers(markers, EDIT)] == [7, 8, 9]


@each
def test_a_file_without_markers_is_one_that_can_be_read(exporter: Exporter) -> None:
    assert READERS[exporter.name](exporter.export([], EDIT), EDIT) == []


@each
def test_twice_gives_the_same_bytes(exporter: Exporter) -> None:
    markers = [marker(n) for n in range(4)]

    first, second = (exporter.export(place_markers(markers, EDIT), EDIT) for _ in range(2))
    assert first == second


@each
@given(texts=st.lists(st.tuples(TEXTS, TEXTS), max_size=4), name=TEXTS)
def test_no_text_changes_the_form_of_the_file(
    exporter: Exporter, texts: list[tuple[str, str]], name: str
) -> None:
    edit = EDIT.model_copy(update={"name": name})
    read = read_back(exporter, markers_with(*texts), edit)

    assert [(m.frame, m.duration) for m in read] == [(10 * n, 5) for n in range(len(texts))]


@each
@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001)])
@pytest.mark.parametrize("drop", [True, False, None])
@pytest.mark.parametrize("start", [0, 1, 107_892, 86_400])
def test_a_timeline_that_starts_anywhere_keeps_its_frames(
    exporter: Exporter, rate: Fraction, drop: bool | None, start: int
) -> None:
    facts: dict[str, Any] = {"rate": rate, "start": start / rate, "drop_frame": drop}
    edit = EDIT.model_copy(update=facts)
    # Around the labels that drop-frame skips: minute 1, minute 10.
    frames = [0, 1798, 1799, 1800, 1801, 17_981, 17_982, 17_983]
    markers = [marker(n, frame=frame, rate=rate) for n, frame in enumerate(frames)]

    read = read_back(exporter, markers, edit)
    assert [m.frame for m in read] == frames


@each
def test_more_markers_than_a_file_takes_go_into_further_files(exporter: Exporter) -> None:
    edit = edit_of(clip_range(0, 0, 1000))
    markers = [marker(n) for n in range(2100)]
    files = export_markers(Path(f"cut{exporter.suffix}"), markers, edit)

    parts = [READERS[exporter.name](content, edit) for content in files.values()]
    assert [m.frame for part in parts for m in part] == [10 * n for n in range(2100)]
    assert all(len(part) <= (exporter.most or 2100) for part in parts)
    names = [path.name for path in files]
    assert names == ["cut.edl", "cut-2.edl", "cut-3.edl"][: len(names)] or names == ["cut.lua"]
