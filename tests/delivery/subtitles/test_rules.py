"""Rules that finished subtitles keep, whatever the cues were."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from shotlog.delivery.subtitles import (
    Cue,
    SubtitleOptions,
    graphemes,
    is_wide,
    load_profile,
    make_subtitles,
    width,
)
from shotlog.schema import TimeRange
from tests.delivery.subtitles.films import Given, film_at

RATES = [Fraction(24000, 1001), Fraction(25), Fraction(60), None]
LIMITS = {"web": (42, 22, 32), "broadcast": (37, 22, 32)}
WORDS = st.sampled_from(
    ["and", "the", "a", "Well,", "yes.", "no", "-", "- What?", "\n", "\n- Here!", "«", "»", "?",
     "well-known", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", "日本語の字幕です。",
     "「テスト」ー", "مرحبا", "بالعالم،", "한국어", "👨‍👩‍👧‍👦", "e\u0301te\u0301", "नमस्ते",
     "{\\k}", "<b>"]
)  # fmt: skip
# A few letters of every kind that matters: to draw of all of Unicode takes half a minute.
LETTERS = (
    "aZéß0%$ ,.?!-–—\"'«»()[]{}<>&\\|/\n\t\r\x00\x1b\x7f\u00a0\u00ad\u0301\u200b\u200d\u200f\u2028"
    "\u2060\ufe0f\ufeff日本かカーッ。、「」！한ㅎاعב٣नกé👍👩🇩🇪"
)
TEXTS = st.one_of(
    st.text(LETTERS, max_size=60),
    st.lists(WORDS, max_size=40).map(" ".join),
    st.lists(WORDS, max_size=20).map("".join),
)
MOMENTS = st.fractions(-5, 60, max_denominator=1000)


@st.composite
def any_cue(draw: st.DrawFn) -> Cue:
    text, start, end = draw(TEXTS), draw(MOMENTS), draw(MOMENTS)
    offsets = sorted(draw(st.sets(st.integers(0, len(text)), max_size=5)))
    marks = tuple((at, draw(MOMENTS)) for at in offsets)
    return Cue(start, end, text, marks, told=(start, end))


def said(cue: Cue) -> str:
    return letters([cue])


def letters(cues: Sequence[Cue]) -> str:
    """Return what is seen of cues, without spaces and control characters."""
    seen = "".join(cue.text for cue in cues)
    return "".join(re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]", "", seen).split())


@given(
    st.lists(any_cue().filter(said), min_size=1, max_size=12, unique_by=said),
    st.sampled_from(RATES),
    st.sampled_from(sorted(LIMITS)),
    st.booleans(),
    st.lists(st.fractions(0, 60, max_denominator=100), max_size=12, unique=True),
)
@example([Cue(Fraction(0), Fraction(0), "a " * 400)], Fraction(25), "web", True, [])
@example([Cue(Fraction(1), Fraction(1), "日" * 90)], None, "web", False, [])
def test_lines_gaps_and_frames_hold_for_any_cues_and_no_letter_is_lost(
    cues: list[Cue],
    rate: Fraction | None,
    profile: str,
    narrow: bool,
    edges: list[Fraction],
) -> None:
    ordered = sorted(edges)
    speech = [TimeRange.between(a, b) for a, b in zip(ordered[::2], ordered[1::2], strict=False)]
    options = SubtitleOptions(load_profile(profile), narrow)
    shown = make_subtitles(film_at(rate, speech), Given(cues=tuple(cues)), options).cues

    wide, tall, full = LIMITS[profile]
    unit, gap = (1 / rate, 2 / rate) if rate else (Fraction(1, 100), Fraction(2, 25))
    for cue in shown:
        lines = cue.text.split("\n")
        limit = tall if narrow else wide
        if is_wide(cue.text):
            limit = min(limit, full)
        assert 1 <= len(lines) <= 2
        assert all(line and line == line.strip() for line in lines)
        assert max(map(width, lines)) <= limit
        assert (cue.start / unit).denominator == (cue.end / unit).denominator == 1
        assert 0 <= cue.start < cue.end <= cue.start + 7
        assert all(cue.start <= moment <= cue.end for _, moment in cue.marks)
    for before, after in pairwise(shown):
        assert before.end + gap <= after.start
    assert Counter(letters(shown)) == Counter(letters(cues))


@given(TEXTS.filter(lambda text: letters([Cue(Fraction(0), Fraction(9), text)])))
def test_no_visible_character_is_divided(text: str) -> None:
    cue = Cue(Fraction(0), Fraction(9), " ".join(text.split()))
    options = SubtitleOptions(load_profile("web"), narrow=True)
    shown = make_subtitles(film_at(Fraction(25)), Given(cues=(cue,)), options).cues
    found = "".join(each.text for each in shown)
    if "".join(found.split()) == "".join(text.split()):  # without control characters
        assert [each for each in graphemes(found) if each.strip()] == [
            each for each in graphemes(cue.text) if each.strip()
        ]
