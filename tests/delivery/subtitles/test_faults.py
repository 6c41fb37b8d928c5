"""Faults of a source are mended, and each is told."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.delivery.subtitles import (
    SUBTITLE_SOURCES,
    Cue,
    Rule,
    SubtitleOptions,
    Subtitles,
    load_profile,
    make_subtitles,
)
from shotlog.schema import SubtitleSourceError
from tests.delivery.subtitles.films import Given, film_at, srt

WEB = SubtitleOptions(load_profile("web"))
RATE = Fraction(25)


def cue(start: float | str, end: float | str, text: str) -> Cue:
    times = Fraction(str(start)), Fraction(str(end))
    return Cue(*times, text, told=times)


def made(*cues: Cue, end: Fraction | None = None, rate: Fraction | None = RATE) -> Subtitles:
    return make_subtitles(film_at(rate, end=end), Given(cues=cues), WEB)


def shown(subtitles: Subtitles) -> list[tuple[float, float, str]]:
    return [(float(each.start), float(each.end), each.text) for each in subtitles.cues]


def rules(subtitles: Subtitles) -> list[set[tuple[Rule, bool]]]:
    return [{(fault.rule, fault.mended) for fault in each.faults} for each in subtitles.cues]


def test_swapped_and_negative_times_are_put_right() -> None:
    subtitles = made(cue(-2, 2, "Early."), cue(6, 4, "Back."))
    assert shown(subtitles) == [(0, 2, "Early."), (4, 6, "Back.")]
    assert rules(subtitles) == [{("times", True)}, {("times", True)}]


def test_cues_come_in_order_of_time() -> None:
    subtitles = made(cue(5, 6, "Second."), cue(1, 2, "First."))
    assert [each.text for each in subtitles.cues] == ["First.", "Second."]
    assert ("order", True) in rules(subtitles)[0]


def test_of_two_cues_at_once_the_earlier_one_ends_two_frames_before_the_later_one() -> None:
    subtitles = made(cue(1, 4, "One man speaks."), cue(3, 5, "Another one begins."))
    assert shown(subtitles) == [(1, 2.92, "One man speaks."), (3, 5, "Another one begins.")]
    assert ("overlap", True) in rules(subtitles)[0]


def test_two_cues_that_begin_together_become_two_lines() -> None:
    subtitles = made(cue(1, 4, "One man speaks."), cue(1, 3, "Another one too."))
    assert shown(subtitles) == [(1, 4, "Another one too.\nOne man speaks.")]


def test_empty_repeated_and_late_cues_are_left_out_and_counted() -> None:
    cues = (cue(1, 2, " \n "), cue(3, 4, "Here."), cue(3, 4, "Here."), cue(70, 71, "Late."))
    subtitles = made(*cues, end=Fraction(60))
    assert [each.text for each in subtitles.cues] == ["Here."]
    assert subtitles.notes[:3] == (
        "1 cue(s) without text were left out",
        "1 cue(s) after the end of the film were left out",
        "1 cue(s) that repeat another one were left out",
    )


def test_a_cue_stays_longer_so_that_it_can_be_read_and_no_longer_than_half_a_second() -> None:
    # 40 characters at 20 a second take 2 s; 60 take 3 s, of which only 0.5 s may be added.
    readable, long = "These are forty characters, no more nor.", "word " * 12
    subtitles = made(cue(1, 2.5, readable), cue(10, 11.5, long.strip()))
    assert shown(subtitles)[0][:2] == (1, 3)
    assert subtitles.cues[1].end == 12
    assert rules(subtitles) == [{("speed", True)}, {("speed", False)}]


def test_a_cue_is_shown_for_five_sixths_of_a_second_at_least_and_seven_at_most() -> None:
    subtitles = made(cue(1, 1.1, "No."), cue(10, 30, "Well."))
    assert shown(subtitles) == [(1, 1.84, "No."), (10, 17, "Well.")]  # 21 frames, 175 frames
    assert rules(subtitles) == [{("duration", True), ("speed", True)}, {("duration", True)}]


def test_cues_that_leave_each_other_no_time_become_one() -> None:
    subtitles = made(cue(1, 1.4, "Oh,"), cue(1.4, 3, "there you are."))
    assert shown(subtitles) == [(1, 3, "Oh, there you are.")]


def test_of_two_speakers_who_leave_no_time_each_has_a_line() -> None:
    subtitles = made(cue(1, 1.4, "- Who is it?"), cue(1.4, 3, "- It is me."))
    assert shown(subtitles) == [(1, 3, "- Who is it?\n- It is me.")]


def test_what_cannot_be_mended_is_told_as_broken() -> None:
    long = "A sentence that takes up a whole line of it and then another one, too, my friend."
    subtitles = made(*(cue(1 + n * 0.4, 1.4 + n * 0.4, long[: 80 - n]) for n in range(3)))
    assert subtitles.report().broken["duration"] >= 1
    assert subtitles.report().broken["speed"] >= 1


def test_a_cue_that_does_not_fit_is_divided_at_a_sentence_and_by_syllables() -> None:
    text = "She had been to the sea, to the lake and to the river. He had been to no place at all."
    subtitles = made(cue(0, 8, text))
    first, second = subtitles.cues
    assert second.text.startswith("He had been")
    # 15 of 24 syllables are spoken before the second sentence begins.
    assert abs(second.start - Fraction(15, 24) * 8) < Fraction(1, 2)
    assert first.faults[0].rule == "lines"


def test_times_lie_on_frames_and_a_start_is_never_late() -> None:
    rate = Fraction(24000, 1001)
    subtitles = made(cue("1.03", "2.51", "On frames."), rate=rate)
    (only,) = subtitles.cues
    assert (only.start * rate).denominator == (only.end * rate).denominator == 1
    assert only.start <= Fraction("1.03") < only.start + 1 / rate


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "50", "60000/1001"])
@pytest.mark.parametrize("precision", [100, 1000])
def test_times_that_were_written_mean_the_same_frames_again(rate: str, precision: int) -> None:
    frames = Fraction(rate)
    for number in range(100, 130):
        start, end = (
            frame / frames * precision // 1 / Fraction(precision) for frame in (number, number + 90)
        )
        (only,) = made(cue(str(start), str(end), "Again."), rate=frames).cues
        assert (only.start * frames, only.end * frames) == (Fraction(number), Fraction(number + 90))


def test_ten_thousand_cues_are_made(tmp_path: Path) -> None:
    path = tmp_path / "long.srt"
    lines = (f"Line {n} of the talk, which goes on." for n in range(10_000))
    path.write_text(srt(*((n * 2.0, n * 2 + 2.2, line) for n, line in enumerate(lines))), "utf-8")
    source = SUBTITLE_SOURCES.make("file", file=str(path))
    subtitles = make_subtitles(film_at(RATE), source, WEB)
    assert len(subtitles.cues) == 10_000
    assert all(a.end < b.start for a, b in zip(subtitles.cues, subtitles.cues[1:], strict=False))


def test_a_source_without_a_cue_in_the_film_is_told() -> None:
    with pytest.raises(SubtitleSourceError, match="no subtitle in it that belongs to the film"):
        made(cue(70, 71, "Late."), end=Fraction(60))
