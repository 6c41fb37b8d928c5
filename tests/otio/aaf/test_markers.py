"""Markers in AAF files, as Media Composer, DaVinci Resolve and others write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.otio.aaf.making import Film, make
from tests.otio.aaf.reading import inspect


def marked(tmp_path: Path, build: Any) -> Any:
    """The inspection of a sequence of 100 frames with markers that a function adds."""

    def whole(film: Film) -> None:
        mob = film.sequence()
        slot = film.track(mob, film.clip(film.master("a"), 0, 100))
        build(film, mob, slot)

    return inspect(make(tmp_path / "cut.aaf", whole))


def test_points_are_events_of_any_track(tmp_path: Path) -> None:
    def build(film: Film, mob: Any, slot: Any) -> None:
        film.markers(mob, slot, film.marker("one", 3), film.marker("two", 7, 12))
        film.markers(mob, slot, film.marker("on a track that is not there", 5), number=9)

    found = marked(tmp_path, build)
    assert [(m.frame, m.duration_frames, m.name, m.on) for m in found.markers] == [
        (3, 0, "one", "timeline"),
        (5, 0, "on a track that is not there", "timeline"),
        (7, 12, "two", "timeline"),
    ]
    assert not any(m.ours for m in found.markers)


def test_ranges_lie_among_filler(tmp_path: Path) -> None:
    def build(film: Film, mob: Any, slot: Any) -> None:
        parts = (
            film.filler(10, "DescriptiveMetadata"),
            film.marker("range", length=15),
            film.filler(5, "DescriptiveMetadata"),
            film.marker("second", length=1),
        )
        film.markers(mob, slot, *parts, ranged=True)

    found = marked(tmp_path, build)
    assert [(m.frame, m.duration_frames, m.name) for m in found.markers] == [
        (10, 15, "range"),
        (30, 1, "second"),
    ]


def test_a_colour_is_avids_name_or_its_rgb(tmp_path: Path) -> None:
    def build(film: Film, mob: Any, slot: Any) -> None:
        film.markers(
            mob,
            slot,
            film.marker("name", 0, colour="Forest", rgb=(1, 2, 3)),
            film.marker("avid's cyan", 1, rgb=(13107, 52428, 52428)),
            film.marker("16 bits", 2, rgb=(0xE100, 0x7F7F, 0)),
            film.marker("8 bits", 3, rgb=(0xE1, 0x7F, 0)),
            film.marker("none", 4),
        )

    colours = [m.color for m in marked(tmp_path, build).markers]
    assert colours == ["Forest", "Cyan", "#e17f00", "#e17f00", ""]


def test_a_name_is_the_first_line_of_a_comment_or_what_resolve_has_there(tmp_path: Path) -> None:
    def build(film: Film, mob: Any, slot: Any) -> None:
        film.markers(
            mob,
            slot,
            film.marker("Größe 大\nsecond line\nthird", 0, user="editor"),
            film.marker("", 1, user="only a user"),
            film.marker("a note", 2, user="Marker 1", avid=False),
        )

    found = marked(tmp_path, build).markers
    assert [(m.name, m.note) for m in found] == [
        ("Größe 大", "second line\nthird"),
        ("only a user", ""),
        ("Marker 1", "a note"),
    ]


def test_markers_of_master_clips_are_not_those_of_the_sequence(tmp_path: Path) -> None:
    def build(film: Film, mob: Any, slot: Any) -> None:
        master = film.master("b")
        film.markers(master, next(iter(master.slots)), film.marker("of the clip", 0))
        film.markers(mob, slot, film.marker("of the sequence", 0))

    assert [m.name for m in marked(tmp_path, build).markers] == ["of the sequence"]


def test_a_marker_past_the_end_is_hidden(tmp_path: Path) -> None:
    def build(film: Film, mob: Any, slot: Any) -> None:
        film.markers(mob, slot, film.marker("last", 99), film.marker("late", 100))

    found = marked(tmp_path, build)
    assert ([m.name for m in found.markers], found.hidden_markers) == (["last"], 1)


def test_a_damaged_track_of_markers_costs_itself_alone(tmp_path: Path) -> None:
    def build(film: Film, mob: Any, slot: Any) -> None:
        bad = film.markers(mob, slot, film.marker("lost", 1))
        bad["EditRate"].value = "0/1"
        film.markers(mob, slot, film.marker("kept", 2))

    found = marked(tmp_path, build)
    assert [m.name for m in found.markers] == ["kept"]
    assert "one of its tracks cannot be read" in found.problems[0].message
