"""Whatever clips a timeline has, each frame shows what the timeline shows then."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shotlog.delivery.encode import H264Encoder, RenderOptions, render
from shotlog.schema import ClipRange, Edit, TimeRange
from tests.delivery.encode.films import FRAMES, RATE, clip, edit, film, numbers

FAST = RenderOptions(encoder=H264Encoder(preset="ultrafast", crf=14), threads=1)
SPEEDS = [Fraction(text) for text in ("1", "1", "1", "2", "1/2", "-1", "-1/2", "0", "3/2", "24/25")]
RATES = [Fraction(25), Fraction(30), Fraction(24000, 1001)]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film") / "film.mp4")


@st.composite
def tracks(draw: st.DrawFn, number: int) -> list[tuple[int, int, int, Fraction, bool, int]]:
    """First source frame, length, start, speed, on or off, track: of clips that do not overlap."""
    found = []
    at = 0
    for _ in range(draw(st.integers(1, 3))):
        at += draw(st.sampled_from([0, 0, 3]))
        length = draw(st.integers(1, 9))
        speed = draw(st.sampled_from(SPEEDS))
        reach = math.ceil(abs(speed) * length)
        low, high = (reach, FRAMES) if speed < 0 else (0, FRAMES - 1 - reach)
        found.append((draw(st.integers(low, high)), length, at, speed, draw(st.booleans()), number))
        at += length
    return found


def shown(clips: Sequence[ClipRange], moment: Fraction) -> int:
    """The number that a timeline shows at a moment; -1 for black."""
    seen = [c for c in clips if c.enabled and c.timeline.contains(moment)]
    if not seen:
        return -1
    top = max(seen, key=lambda each: int(each.id[1]))
    at = top.time_map.to_source(moment) * RATE
    return math.ceil(at) - 1 if top.time_map.speed < 0 else math.floor(at)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    low=tracks(1), high=tracks(2), rate=st.sampled_from(RATES), first=st.integers(0, 5)
)  # fmt: skip
def test_every_frame_shows_what_the_timeline_shows(
    source: Path, tmp_path: Path, low: list[tuple[int, int, int, Fraction, bool, int]],
    high: list[tuple[int, int, int, Fraction, bool, int]], rate: Fraction, first: int,
) -> None:  # fmt: skip
    clips = [
        clip(source, start, length, at, id=f"V{track}/{n}", speed=speed, enabled=on or n == 0)
        for n, (start, length, at, speed, on, track) in enumerate([*low, *high])
    ]
    cut: Edit = edit(*clips)
    start = min(first / RATE, cut.duration - 1 / RATE)
    span = TimeRange.between(start, cut.duration)
    assume(any(each.enabled and each.timeline.intersection(span) for each in clips))
    made = render(cut, tmp_path / "out.mp4", replace(FAST, rate=rate), span=span)
    expected = [shown(clips, start + n / rate) for n in range(made.frames)]
    assert numbers(tmp_path / "out.mp4") == expected
