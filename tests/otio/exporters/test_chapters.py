"""Chapters: WebVTT, FFmpeg's metadata, and YouTube's description."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import av
import imageio_ffmpeg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.schema import Edit
from shotlog_otio.exporters import EXPORTERS, Export, ExportMarker
from tests.otio.exporters.reading_texts import read_ffmetadata, read_webvtt, read_youtube
from tests.otio.marking import clip_range, edit_of


def edit(seconds: int, rate: Fraction = Fraction(24)) -> Edit:
    return edit_of(clip_range(0, 0, seconds), rate=rate)


def at(seconds: Fraction | float, name: str = "a", length: int = 1, note: str = "") -> ExportMarker:
    return ExportMarker(int(Fraction(seconds) * 24), length, "RED", name, note)


def exported(kind: str, markers: list[ExportMarker], of: Edit) -> Export:
    return EXPORTERS.by_name[kind].export(markers, of)


@pytest.mark.parametrize(
    ("kind", "read"), [("webvtt", read_webvtt), ("ffmetadata", read_ffmetadata)]
)
def test_a_chapter_ends_where_the_next_begins_or_the_film_does_and_that_is_told(
    kind: str, read: object
) -> None:
    markers = [at(0, "shot", 240), at(2, "move", 24), at(5, "last", 2000)]
    content, notes = exported(kind, markers, edit(10))

    assert callable(read)
    told = [(m.frame, m.duration, m.name) for m in read(content, edit(10))]
    assert told == [(0, 48, "shot"), (48, 24, "move"), (120, 120, "last")]
    assert notes == ("2 chapters ended where the next one, or the film, does",)


def test_a_chapter_without_a_name_has_the_first_line_of_its_note() -> None:
    content, _ = exported("webvtt", [at(0, "", note="one\ntwo"), at(1, "")], edit(10))

    assert [m.name for m in read_webvtt(content, edit(10))] == ["one", "Shot"]


def test_ffmpeg_writes_the_chapters_into_a_film(tmp_path: Path) -> None:
    """As the help of the command says."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    rate = Fraction(24000, 1001)
    film, out = tmp_path / "film.mp4", tmp_path / "out.mp4"
    run = [ffmpeg, "-v", "error", "-y"]
    subprocess.run(
        [*run, "-f", "lavfi", "-i", "color=s=32x32:r=24000/1001:d=10", str(film)], check=True
    )
    markers = [at(0, "a=b;#\\", 24), at(2, "Größe", 48)]
    path = tmp_path / "cut.ffmeta"
    path.write_bytes(exported("ffmetadata", markers, edit(10, rate)).content)
    told = EXPORTERS.by_name["ffmetadata"].imported.partition("ffmpeg ")[2]
    places = {"film.mp4": str(film), "FILE": str(path), "out.mp4": str(out)}
    subprocess.run([*run, *(places.get(part, part) for part in told.split())], check=True)

    with av.open(out) as container:
        told_of = [
            (chapter["start"] * (chapter["time_base"] or 0), chapter["metadata"]["title"])
            for chapter in container.chapters()
        ]
        assert container.metadata["title"] == "edit"
    assert told_of == [(0, "a=b;#\\ "), (48 / rate, "Größe")]


# ---- YouTube


def test_a_chapter_start_is_put_at_the_beginning_where_no_marker_stands_there() -> None:
    content, notes = exported("youtube", [at(20), at(40), at(60)], edit(100))

    assert content.decode() == "0:00 Start\n0:20 a\n0:40 a\n1:00 a\n"
    assert notes == ("a chapter Start put at 0:00, where YouTube wants the first",)


def test_chapters_of_less_than_ten_seconds_are_left_out_also_at_the_end() -> None:
    markers = [at(0, "a"), at(9.9, "b"), at(10.5, "c"), at(19.9, "d"), at(20, "e"), at(31, "f")]
    content, notes = exported("youtube", markers, edit(40))

    assert content.decode() == "0:00 a\n0:10 c\n0:20 e\n"
    assert notes == ("3 markers left out: a chapter has 10 seconds or more",)


def test_two_chapters_are_too_few_and_that_is_told() -> None:
    _, notes = exported("youtube", [at(0), at(30)], edit(100))

    assert notes == ("YouTube shows chapters from 3 on, and there are only 2",)


def test_times_of_an_hour_and_more_have_hours() -> None:
    content, _ = exported("youtube", [at(0), at(3599), at(3661), at(36_000)], edit(40_000))

    assert content.decode().split("\n")[:4] == ["0:00 a", "59:59 a", "1:01:01 a", "10:00:00 a"]


def test_a_description_is_not_too_long() -> None:
    markers = [at(20 * n, "ä" * 60) for n in range(100)]
    content, notes = exported("youtube", markers, edit(4000))

    # A time of up to 5 characters, a blank, 120 bytes, a line end.
    assert len(content) <= 5000
    assert notes[-1] == (
        f"{100 - len(content.splitlines())} chapters at the end left out: a description has 5,000"
        " bytes at most"
    )


@given(
    st.lists(st.integers(0, 20_000), max_size=30),
    st.integers(1, 900),
    st.sampled_from([Fraction(24), Fraction(30000, 1001), Fraction(100, 3)]),
)
def test_whatever_the_markers_are_youtubes_rules_hold(
    frames: list[int], seconds: int, rate: Fraction
) -> None:
    of = edit(seconds, rate)
    content, _ = exported("youtube", [ExportMarker(n, 1, "RED", "a") for n in frames], of)

    if seconds >= 10:
        read_youtube(content, of)
