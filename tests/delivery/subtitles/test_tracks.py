"""The track of a film is a source of subtitles: its cues are taken, and what cannot be is told."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.delivery.subtitles import SUBTITLE_SOURCES, SubtitleSource
from shotlog.schema import MediaMissing, SubtitleSourceError
from tests.delivery.subtitles.films import film_at
from tests.media.subtitle_files.films import Track, write_subtitled

ENGLISH = Track("subrip", [(400, 1800, "<i>A day</i> at sea."), (2000, 4200, "It rained.")], "eng")
PICTURES = Track("dvd_subtitle", [(400, 1800, b"no picture")], "ger")
DAMAGED = Track("ass", [(400, 1800, b"0,0,Default"), (2000, 4200, "It rained.")])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "talk.mkv"
    return write_subtitled(path, PICTURES, ENGLISH, DAMAGED)


def track(film: Path, number: int, encoding: str = "") -> SubtitleSource:
    return SUBTITLE_SOURCES.make("file", file=str(film), track=number, encoding=encoding)


def test_the_cues_of_a_track_come_with_their_times_and_lost_tags_are_told(film: Path) -> None:
    told = track(film, 2).read(film_at(Fraction(25)), "")
    assert [(each.start, each.end, each.text) for each in told.cues] == [
        (Fraction(2, 5), Fraction(9, 5), "A day at sea."),
        (2, Fraction(21, 5), "It rained."),
    ]
    assert told.notes == ("italics, positions and other tags of 1 cue(s) were left out",)


def test_a_subtitle_that_cannot_be_decoded_is_left_out_and_told(film: Path) -> None:
    told = track(film, 3).read(film_at(Fraction(25)), "")
    assert [each.text for each in told.cues] == ["It rained."]
    assert told.notes == ("1 cue(s) of subtitle track 3 cannot be decoded, and were left out",)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (1, "subtitle track 1 (ger) is dvd_subtitle, which is not read as text"),
        (4, "this film has 3 subtitle track(s), and no track 4"),
    ],
)
def test_a_track_that_is_not_text_or_not_there_is_refused_and_others_named(
    film: Path, number: int, fault: str
) -> None:
    with pytest.raises(SubtitleSourceError) as caught:
        track(film, number).read(film_at(Fraction(25)), "")
    assert caught.value.problem.message == fault
    assert caught.value.problem.hint == "Choose subtitle track 2 (eng) or subtitle track 3."


def test_a_film_without_a_track_is_refused_and_the_option_named(film: Path) -> None:
    with pytest.raises(SubtitleSourceError, match="this is a film") as caught:
        track(film, 0).require()
    assert "--track 1" in caught.value.problem.hint


def test_an_encoding_of_a_track_and_a_film_that_is_missing_are_told(film: Path) -> None:
    with pytest.raises(SubtitleSourceError, match="no encoding to choose"):
        track(film, 2, "cp1252").require()
    with pytest.raises(MediaMissing):
        track(film.with_name("other.mkv"), 1).read(film_at(Fraction(25)), "")
