"""Subtitles beside a film: what breaks a rule is told with its cue, and what keeps them is not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.delivery.qc import Defect, check_file, load_checks
from shotlog.schema import TimeRange
from tests.delivery.qc.films import write_film

GOOD = """1
00:00:00,400 --> 00:00:01,800
A day at the sea.

2
00:00:02,000 --> 00:00:04,200
Nobody had told her
that it would rain.
"""


(CHECK,) = [check for check in load_checks() if check.name == "subtitles"]


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


STYLED = """[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 180

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,12,&H00FFFFFF,&H00FFFFFF,&H00101010,&H80000000,\
0,0,0,0,100,100,0,0,1,3,1,2,16,16,9,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.40,0:00:01.80,Default,,0,0,0,,A day at the sea.
"""


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
    text = STYLED.replace(was, now) if was else STYLED
    messages = [defect.message for defect in told(film, text, ".ass")]
    expected = ["cut.ass: subtitle 1 is outside the safe area of the picture"] if outside else []
    assert messages == expected
