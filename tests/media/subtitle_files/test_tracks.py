"""Subtitle tracks of films are read whatever their form, on the clock of the picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.media import probe
from shotlog.media.subtitle_files import TrackText, read_subtitle_tracks, subtitle_tracks
from shotlog.schema import MediaReference, SubtitlesUnreadable
from tests.media.subtitle_files.films import Codec, Track, write_heard, write_subtitled

LINES = [(400, 1800, "A day at the sea."), (2000, 4200, "Nobody had told her\nthat it rained.")]


def read(film: Path) -> list[TrackText]:
    media = probe(MediaReference(path=str(film)))
    return list(read_subtitle_tracks(media, subtitle_tracks(media)).values())


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [("mov_text", "mp4"), ("mov_text", "mov"), ("subrip", "mkv"), ("webvtt", "mkv")],
)
def test_the_cues_of_a_track_are_read_with_their_times(
    tmp_path: Path, codec: Codec, suffix: str
) -> None:
    (text,) = read(write_subtitled(tmp_path / f"film.{suffix}", Track(codec, LINES)))
    written = [(Fraction(start, 1000), Fraction(end, 1000), line) for start, end, line in LINES]
    assert [(cue.start, cue.end, cue.text) for cue in text.cues] == written
    assert (text.script, text.damaged) == (None, 0)


def test_a_styled_track_keeps_its_styles_and_shows_no_comments(tmp_path: Path) -> None:
    cues = [(400, 1800, r"{\i1}A day{\i0}{a note}\Nat sea, at last")]
    (text,) = read(write_subtitled(tmp_path / "film.mkv", Track("ass", cues)))
    assert [(cue.text, cue.tagged) for cue in text.cues] == [("A day\nat sea, at last", True)]
    assert text.script is not None
    assert text.script.styles["Default"].marginl == 16


def test_braces_and_signs_of_other_forms_are_text(tmp_path: Path) -> None:
    cues = [(400, 1800, "{A} & <b>day</b>")]
    (text,) = read(write_subtitled(tmp_path / "film.mkv", Track("subrip", cues)))
    assert text.cues[0].text == "{A} & day"


def test_times_count_from_the_first_picture(tmp_path: Path) -> None:
    film = write_subtitled(tmp_path / "film.mkv", Track("subrip", LINES), first=10)
    (text,) = read(film)
    assert [cue.start for cue in text.cues] == [0, Fraction(8, 5)]


def test_times_of_a_film_without_a_picture_count_from_its_first_sample(tmp_path: Path) -> None:
    (text,) = read(write_heard(tmp_path / "film.mkv", (2500, 4000, "It rained."), first=1000))
    assert [(cue.start, cue.end) for cue in text.cues] == [(Fraction(3, 2), Fraction(3))]


def test_tracks_are_told_with_number_language_and_codec(tmp_path: Path) -> None:
    film = write_subtitled(
        tmp_path / "film.mkv",
        Track("subrip", LINES, "eng"),
        Track("dvd_subtitle", [(400, 1800, b"no picture")], "ger"),
        Track("ass", LINES[:1]),
    )
    media = probe(MediaReference(path=str(film)))
    found = subtitle_tracks(media)
    assert [(str(each), each.codec, each.is_text) for each in found] == [
        ("subtitle track 1 (eng)", "subrip", True),
        ("subtitle track 2 (ger)", "dvd_subtitle", False),
        ("subtitle track 3", "ass", True),
    ]
    texts = read_subtitle_tracks(media, [found[2], found[0]])
    assert [len(text.cues) for text in texts.values()] == [1, 2]


def test_a_film_without_subtitles_has_no_tracks(tmp_path: Path) -> None:
    assert read(write_subtitled(tmp_path / "film.mp4")) == []


def test_a_subtitle_that_cannot_be_decoded_is_counted_and_the_next_one_read(tmp_path: Path) -> None:
    damaged = (400, 1800, b"0,0,Default")
    (text,) = read(write_subtitled(tmp_path / "film.mkv", Track("ass", [damaged, LINES[1]])))
    assert (len(text.cues), text.damaged) == (1, 1)


def test_tracks_that_are_together_too_large_for_subtitles_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = write_subtitled(tmp_path / "film.mkv", Track("subrip", LINES), Track("ass", LINES))
    media = probe(MediaReference(path=str(film)))
    both = subtitle_tracks(media)
    monkeypatch.setattr("shotlog.media.subtitle_files.tracks.LARGEST", 150)
    assert len(read_subtitle_tracks(media, both[:1])[both[0]].cues) == 2
    with pytest.raises(SubtitlesUnreadable, match="too large"):
        read_subtitle_tracks(media, both)
