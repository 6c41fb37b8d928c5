"""The contract of an exporter; it runs over every exporter that is installed.

An exporter of another kind of file adds a function that reads one to ``FORMS``, strictly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.markers import PALETTES, colour_in, place_markers, split_tag
from shotlog.schema import Edit, Marker, MarkerFamily, OutputNotWritable
from shotlog_otio.exporters import (
    EXPORTERS,
    Crowd,
    Exporter,
    ExportMarker,
    export_markers,
    find_exporter,
    to_export,
)
from tests.otio.exporters.reading import MarkerRead, read_edl, read_lua
from tests.otio.exporters.reading_script import read_blender
from tests.otio.exporters.reading_texts import (
    read_avid_txt,
    read_csv,
    read_ffmetadata,
    read_json,
    read_kdenlive,
    read_webvtt,
    read_xlsx,
    read_youtube,
)
from tests.otio.exporters.reading_xml import (
    read_avid_xml,
    read_fcpxml,
    read_shotcut,
    read_xmeml,
)
from tests.otio.marking import clip_range, edit_of, marker


@dataclass(frozen=True)
class Form:
    """A reader of an exporter's files, and what they keep."""

    read: Callable[[bytes, Edit], list[MarkerRead]]
    colours: int = 4
    """Number of colours of the four kinds of markers."""
    lengths: bool = True
    exact: bool = True
    """False where moments are whole seconds."""
    joined: bool = False
    """True where name and note are one text."""


FORMS = {
    "avid-txt": Form(read_avid_txt, joined=True),
    "avid-xml": Form(read_avid_xml, joined=True),
    "blender": Form(read_blender, colours=1, lengths=False),
    "csv": Form(read_csv),
    "fcpxml": Form(read_fcpxml, colours=3),
    "ffmetadata": Form(read_ffmetadata, colours=1),
    "json": Form(read_json),
    "kdenlive-json": Form(read_kdenlive, joined=True),
    "premiere-xml": Form(read_xmeml),
    "resolve-edl": Form(read_edl),
    "resolve-lua": Form(read_lua),
    "shotcut": Form(read_shotcut, joined=True),
    "webvtt": Form(read_webvtt, colours=1),
    "xlsx": Form(read_xlsx),
    "youtube": Form(read_youtube, colours=1, lengths=False, exact=False),
}
EDIT = edit_of(clip_range(0, 0, 200))
APART = 360
"""Frames between markers: 15 seconds, as chapters on YouTube last 10 at least."""

each = pytest.mark.parametrize(
    "exporter", EXPORTERS.installed, ids=lambda exporter: str(exporter.name)
)
exact = pytest.mark.parametrize(
    "exporter",
    [exporter for exporter in EXPORTERS.installed if FORMS[exporter.name].exact],
    ids=lambda exporter: str(exporter.name),
)

ODD_TEXTS = (
    "", " ", "|", "a |C:ResolveColorRed |M:b |D:9", '"', "\\", '"); os.execute("reboot") --',
    "]]", "\n", "a\r\nb", "1st", "001  001      V     C        00:00:00:00 00:00:00:01", "* a",
    "TITLE: b", "\\n", "\u2028", "Größe · 87 %", "\x00\x1a", "--[[", "9\n9", "a\tb", "a --> b",
    "<b>&amp;</b>", "]]>", "<!DOCTYPE a>", "=1+1", "@SUM(A1)", '=HYPERLINK("http://a")', "-1",
    "http://a.example", "WEBVTT", "[CHAPTER]", "title=a;#", "a\\\nb", "\ufffe", "_x000D_", "0:05 a",
    "'", "a,b", "\x85", "\ufeff",
    "a\\", "\\\\",
)  # fmt: skip
"""Texts that mean something in one form or another."""

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(ODD_TEXTS)


def told(markers: Sequence[Marker], exporter: Exporter, edit: Edit = EDIT) -> list[ExportMarker]:
    clips = {clip.id: clip.name for clip in edit.clips}
    return [to_export(each, exporter, clips) for each in markers]


def read_back(exporter: Exporter, markers: Sequence[Marker], edit: Edit) -> list[MarkerRead]:
    content = exporter.export(told(markers, exporter, edit), edit).content
    return FORMS[exporter.name].read(content, edit)


def apart(number: int, **facts: Any) -> list[Marker]:
    return [marker(n, frame=APART * n, **facts) for n in range(number)]


def test_the_exporters_that_shotlog_brings_are_installed() -> None:
    assert set(FORMS) <= {exporter.name for exporter in EXPORTERS.installed}


def test_a_suffix_has_one_owner() -> None:
    owned = [exporter.suffix for exporter in EXPORTERS.installed if exporter.owns_suffix]
    assert len(set(owned)) == len(owned)
    assert {exporter.suffix for exporter in EXPORTERS.installed} == set(owned)


@each
def test_it_is_found_by_its_name_and_if_it_owns_its_suffix_by_that(exporter: Exporter) -> None:
    assert EXPORTERS.by_name[exporter.name] is exporter
    assert exporter.suffix == exporter.suffix.lower()
    found = find_exporter(Path(f"a.markers{exporter.suffix.upper()}"))
    assert (found is exporter) == exporter.owns_suffix


@each
def test_it_tells_which_program_reads_it_in_one_line(exporter: Exporter) -> None:
    assert ": " in exporter.imported
    assert "\n" not in exporter.imported
    assert exporter.palette in PALETTES


@pytest.mark.parametrize("name", ["markers", "markers.doc", "a.edl.bak"])
def test_a_file_of_another_suffix_is_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(OutputNotWritable, match=r"\.edl \(a marker EDL.*\.lua"):
        find_exporter(Path(name))


@each
def test_every_marker_comes_back_on_its_frame(exporter: Exporter) -> None:
    form, read = FORMS[exporter.name], read_back(exporter, apart(9), EDIT)

    lengths = 5 if form.lengths else 1
    note = ": Größe: 87 % / By builtin.size 3" if form.joined else ""
    assert [(m.frame, m.duration, split_tag(m.name)[0]) for m in read] == [
        (APART * n, lengths, f"MS · pan {n}{note}") for n in range(9)
    ]


@each
def test_every_kind_has_a_colour_of_its_own_as_far_as_the_format_has_them(
    exporter: Exporter,
) -> None:
    read = read_back(exporter, apart(len(MarkerFamily)), EDIT)

    assert len({m.colour for m in read}) == FORMS[exporter.name].colours


@each
def test_every_colour_of_the_program_and_of_opentimelineio_can_be_written(
    exporter: Exporter,
) -> None:
    names = [*(c.name for c in PALETTES[exporter.palette].colours), *PALETTES["otio"].for_otio]
    markers = [
        ExportMarker(n * APART, 1, colour, "a", id="1", family="shot")
        for n, colour in enumerate(names)
    ]
    edit = edit_of(clip_range(0, 0, 15 * len(names)))

    read = FORMS[exporter.name].read(exporter.export(markers, edit).content, edit)
    assert len(read) == len(names)


@each
def test_markers_on_one_frame_stay_move_or_become_one_and_that_is_told(exporter: Exporter) -> None:
    markers = [marker(n, frame=0) for n in range(3)]
    told_of = exporter.export(told(markers, exporter), EDIT)
    read = FORMS[exporter.name].read(told_of.content, EDIT)

    frames = [m.frame for m in read]
    if exporter.crowd is Crowd.MOVE:
        assert frames == [p.frame for p in place_markers(markers, EDIT)] == [0, 1, 2]
        assert "2 markers moved to the next free frame: one on each" in told_of.notes
    elif exporter.crowd is Crowd.MERGE:
        assert frames == [0]
        assert read[0].name == "MS · pan 0 / MS · pan 1 / MS · pan 2"
        assert "2 markers merged with another on the same frame" in told_of.notes
    else:
        assert frames == [0, 0, 0]
        assert told_of.notes == ()


@each
def test_nothing_is_told_where_nothing_was_changed(exporter: Exporter) -> None:
    assert exporter.export(told(apart(4), exporter), EDIT).notes == ()


@each
def test_long_texts_are_cut_and_that_is_told(exporter: Exporter) -> None:
    long = apart(4, name="n" * 500, note="n" * 5000)
    content, notes = exporter.export(told(long, exporter), EDIT)

    limits = exporter.limits
    assert notes == (
        f"the texts of 4 markers shortened to {limits.name} characters of name"
        f" and {limits.note} of note",
    )
    read = FORMS[exporter.name].read(content, EDIT)
    assert all(m.name.startswith("n" * (limits.name - 1) + "…") for m in read)


@each
def test_a_marker_before_the_timeline_is_left_out_and_that_is_told(exporter: Exporter) -> None:
    early = [replace(m, frame=m.frame - 1) for m in told(apart(1), exporter)]
    content, notes = exporter.export([*early, *told(apart(4), exporter)], EDIT)

    assert len(FORMS[exporter.name].read(content, EDIT)) == 4
    assert notes == ("1 marker before the timeline's first frame left out",)


@each
def test_a_file_without_markers_is_one_that_can_be_read(exporter: Exporter) -> None:
    assert FORMS[exporter.name].read(exporter.export([], EDIT).content, EDIT) == []


@each
def test_twice_gives_the_same_bytes(exporter: Exporter) -> None:
    markers = told(apart(4), exporter)

    first, second = (exporter.export(markers, EDIT) for _ in range(2))
    assert first == second


@each
@given(texts=st.lists(st.tuples(TEXTS, TEXTS), max_size=4), name=TEXTS)
def test_no_text_changes_the_form_of_the_file(
    exporter: Exporter, texts: list[tuple[str, str]], name: str
) -> None:
    edit = EDIT.model_copy(update={"name": name})
    markers = [
        marker(n, frame=APART * n, name=title, note=note) for n, (title, note) in enumerate(texts)
    ]
    read = read_back(exporter, markers, edit)

    length = 5 if FORMS[exporter.name].lengths else 1
    assert [(m.frame, m.duration) for m in read] == [(APART * n, length) for n in range(len(texts))]


@each
def test_no_odd_text_changes_the_form_of_the_file(exporter: Exporter) -> None:
    edit = edit_of(clip_range(0, 0, 15 * len(ODD_TEXTS)))
    markers = [marker(n, frame=APART * n, name=text, note=text) for n, text in enumerate(ODD_TEXTS)]
    read = read_back(exporter, markers, edit)

    assert [m.frame for m in read] == [APART * n for n in range(len(ODD_TEXTS))]


@exact
@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001)])
@pytest.mark.parametrize("drop", [True, False, None])
@pytest.mark.parametrize("start", [0, 1, 107_892, 86_400])
def test_a_timeline_that_starts_anywhere_keeps_its_frames(
    exporter: Exporter, rate: Fraction, drop: bool | None, start: int
) -> None:
    facts: dict[str, Any] = {
        "rate": rate, "start": start / rate, "drop_frame": drop, "duration": Fraction(1000),
    }  # fmt: skip
    edit = EDIT.model_copy(update=facts)
    # Around the labels that drop-frame skips: minute 1, minute 10.
    frames = [0, 1798, 1799, 1800, 1801, 17_981, 17_982, 17_983]
    markers = [marker(n, frame=frame, rate=rate) for n, frame in enumerate(frames)]

    read = read_back(exporter, markers, edit)
    assert [m.frame for m in read] == frames


RATES = [
    Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30),
    Fraction(50), Fraction(60000, 1001), Fraction(60),
]  # fmt: skip


@exact
@given(
    rate=st.sampled_from(RATES),
    drop=st.booleans(),
    start=st.integers(0, 12 * 3600 * 24),
    gaps=st.lists(st.tuples(st.integers(60, 40_000), st.integers(1, 50)), max_size=6),
)
def test_frames_and_lengths_are_exact_at_every_rate_and_start(
    exporter: Exporter, rate: Fraction, drop: bool, start: int, gaps: list[tuple[int, int]]
) -> None:
    frames = list(accumulate(gap for gap, _ in gaps))
    markers = [
        marker(n, frame=frame, duration=length, rate=rate)
        for n, (frame, (_, length)) in enumerate(zip(frames, gaps, strict=True))
    ]
    facts = {
        "rate": rate, "start": start / rate, "drop_frame": drop,
        "duration": (max(frames, default=0) + 100) / rate,
    }  # fmt: skip
    read = read_back(exporter, markers, EDIT.model_copy(update=facts))

    has_length = FORMS[exporter.name].lengths
    assert [(m.frame, m.duration) for m in read] == [
        (m.frame, m.duration if has_length else 1) for m in markers
    ]


@exact
def test_more_markers_than_a_file_takes_go_into_further_files_and_that_is_told(
    exporter: Exporter,
) -> None:
    edit = edit_of(clip_range(0, 0, 1000))
    markers = [marker(n) for n in range(2100)]
    files, notes = export_markers(Path(f"cut{exporter.suffix}"), markers, edit, exporter=exporter)

    parts = [FORMS[exporter.name].read(content, edit) for content in files.values()]
    assert [m.frame for part in parts for m in part] == [10 * n for n in range(2100)]
    assert all(len(part) <= (exporter.most or 2100) for part in parts)
    names = [path.name for path in files]
    if exporter.most == 999:
        assert names == ["cut.edl", "cut-2.edl", "cut-3.edl"]
        assert notes == ("3 files, as one holds 999 markers at most",)
    else:
        assert names == [f"cut{exporter.suffix}"]
        assert notes == ()


@each
def test_the_colours_of_the_user_are_written(exporter: Exporter) -> None:
    palette = PALETTES[exporter.palette]
    wanted = replace(told(apart(1), exporter)[0], colour="GREEN")
    ours = replace(wanted, colour=palette.for_otio["GREEN"])

    assert exporter.export([wanted], EDIT) == exporter.export([ours], EDIT)
    assert colour_in(exporter.palette, "GREEN") == colour_in(exporter.palette, ours.colour)
