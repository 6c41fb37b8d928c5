"""Subtitles beside a film and in it: a rule that is broken is told with the cue, and only that."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.delivery.qc import QUALITY_CHECKS, Defect, QualityCheck, check_file
from shotlog.schema import TimeRange
from tests.delivery.qc.films import write_film
from tests.media.subtitle_files.films import STYLED, Codec, Track, write_subtitled

GOOD = """1
00:00:00,400 --> 00:00:01,800
A day at the sea.

2
00:00:02,000 --> 00:00:04,200
Nobody had told her
that it would rain.
"""


CHECKS = dict(QUALITY_CHECKS.by_name)
CHECK = CHECKS["subtitles"]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("film") / "cut.mov")


def told(film: Path, text: str, suffix: str = ".srt", **limits: str) -> list[Defect]:
    beside = film.with_suffix(suffix)
    beside.write_text(text, encoding="utf-8")
    try:
        return list(check_file(film, [CHECK.model_copy(update=limits)]).defects)
    finally:
        beside.unlink()


def test_subtitles_that_keep_the_rules_and_a_film_without_any_pass(film: Path) -> None:
    assert told(film, GOOD) == []
    assert check_file(film, [CHECK]).defects == ()


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ("00:00:01,800", "00:00:02,400", "subtitle 1 overlaps the next one"),
        ("00:00:01,800", "00:00:01,960", "subtitle 1 is 1 frames before the next one, not 2"),
        ("00:00:01,800", "00:00:00,900", "subtitle 1 is shown 0.50 s, less than 0.83"),
        ("00:00:01,800", "00:00:00,200", "subtitle 1 ends before it begins"),
        ("00:00:04,200", "00:00:06,000", "subtitle 2 ends after the film"),
        ("00:00:04,200", "00:00:10,000", "subtitle 2 is shown 8.00 s, more than 7"),
        ("that it would rain.", "that\nit would rain.", "subtitle 2 has 3 lines, more than 2"),
        ("A day at the sea.", "A day " * 12, "characters, more than 42"),
        ("A day at the sea.", "A day at the sea, and one more", "21 characters a second"),
    ],
)
def test_a_rule_that_is_broken_is_told_with_the_cue(
    film: Path, was: str, now: str, fault: str
) -> None:
    messages = [defect.message for defect in told(film, GOOD.replace(was, now))]
    assert any(f"cut.srt: {fault}" in message or fault in message for message in messages), messages


def test_a_defect_stands_where_the_cue_is(film: Path) -> None:
    (defect,) = told(film, GOOD.replace("that it would rain.", "that\nit would rain."))
    assert defect.range == TimeRange(start=Fraction(2), duration=Fraction(11, 5))


def test_another_profile_of_subtitles_has_other_rules(film: Path) -> None:
    text = GOOD.replace("A day at the sea.", "A day at the sea, and more.")
    assert told(film, text) == []
    assert told(film, text, rules="broadcast")


def test_a_file_that_holds_no_subtitles_is_told(film: Path) -> None:
    (defect,) = told(film, "no times at all")
    assert defect.message.startswith("cut.srt: these are no subtitles")


SCRIPT = STYLED + "Dialogue: 0,0:00:00.40,0:00:01.80,Default,,0,0,0,,A day at the sea.\n"


@pytest.mark.parametrize(
    ("was", "now", "outside"),
    [
        ("", "", False),
        (",,0,0,0,,", ",,2,0,0,,", True),
        (",16,16,9,", ",16,16,4,", True),
        ("A day", r"{\pos(160,170)}A day", False),
        ("A day", r"{\pos(160,178)}A day", True),
        ("A day", r"{\pos(4,90)}A day", True),
    ],
)
def test_styled_text_outside_the_safe_area_is_told(
    film: Path, was: str, now: str, outside: bool
) -> None:
    text = SCRIPT.replace(was, now) if was else SCRIPT
    messages = [defect.message for defect in told(film, text, ".ass")]
    expected = ["cut.ass: subtitle 1 is outside the safe area of the picture"] if outside else []
    assert messages == expected


LINES = [(400, 1800, "A day at the sea."), (2000, 4200, "Nobody had told her\nthat it rained.")]
OUTSIDE = [(400, 1800, r"{\pos(4,90)}A day at the sea.")]
WIDE = (320, 180)


def in_film(
    film: Path, *tracks: Track, check: QualityCheck = CHECK
) -> list[tuple[str, str, TimeRange | None]]:
    """Return severity, message and range of the defects of a film with subtitle tracks."""
    found = check_file(write_subtitled(film, *tracks, size=WIDE), [check])
    assert found.problem is None
    return [(each.severity, each.message, each.range) for each in found.defects]


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [
        ("mov_text", "mp4"),
        ("mov_text", "mov"),
        ("subrip", "mkv"),
        ("webvtt", "mkv"),
        ("ass", "mkv"),
    ],
)
def test_a_track_in_the_film_keeps_the_rules_of_a_file(
    tmp_path: Path, codec: Codec, suffix: str
) -> None:
    lines = [(start, end, text.replace("\n", r"\N")) for start, end, text in LINES]
    good = lines if codec == "ass" else LINES
    bad = [(400, 2400, good[0][2]), good[1]]
    film = tmp_path / f"cut.{suffix}"
    assert in_film(film, Track(codec, good, "eng")) == []
    # MP4 shows one subtitle after another: there the first one ends where the next one begins.
    fault = (
        "is 0 frames before the next one, not 2" if codec == "mov_text" else "overlaps the next one"
    )
    ((severity, message, span),) = in_film(
        film, Track(codec, good, "ger"), Track(codec, bad, "eng")
    )
    assert (severity, message) == ("error", f"subtitle track 2 (eng): subtitle 1 {fault}")
    assert span is not None
    assert span.start == Fraction(2, 5)


def test_styled_text_of_a_track_stays_in_the_safe_area(tmp_path: Path) -> None:
    told = in_film(tmp_path / "cut.mkv", Track("ass", OUTSIDE), Track("ass", LINES[:1]))
    message = "subtitle track 1: subtitle 1 is outside the safe area of the picture"
    assert [each[1] for each in told] == [message]


def test_a_track_of_pictures_passes_with_a_warning(tmp_path: Path) -> None:
    pictures = Track("dvd_subtitle", [(400, 1800, b"no picture")], "eng")
    message = (
        "subtitle track 1 (eng) was not checked: it is dvd_subtitle, which is not read as text"
    )
    assert in_film(tmp_path / "cut.mkv", pictures) == [("warning", message, None)]


def test_a_subtitle_of_a_track_that_cannot_be_decoded_is_told(tmp_path: Path) -> None:
    damaged = Track("ass", [(400, 1800, b"0,0,Default")], "eng")
    message = "subtitle track 1 (eng): 1 of its subtitles cannot be decoded"
    assert in_film(tmp_path / "cut.mkv", damaged) == [("error", message, None)]


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        ({"subtitles": 2, "subtitle_languages": ("eng", "ger")}, []),
        ({"subtitles": 3}, ["missing subtitles: 2 subtitle tracks, not 3"]),
        ({"subtitles": 1}, ["extra subtitles: 2 subtitle tracks, not 1"]),
        (
            {"subtitle_languages": ("ger", "fre")},
            ["missing subtitles: there is no track in 'fre'"],
        ),
    ],
)
def test_the_tracks_that_were_asked_for_are_there(
    tmp_path: Path, asked: dict[str, object], faults: list[str]
) -> None:
    check = CHECKS["streams"].model_copy(update={"tracks": 0, **asked})
    tracks = (Track("mov_text", LINES, "eng"), Track("mov_text", LINES, "ger"))
    told = in_film(tmp_path / "cut.mp4", *tracks, check=check)
    assert [message for _, message, _ in told] == faults
