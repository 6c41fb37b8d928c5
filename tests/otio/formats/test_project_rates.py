"""Markers in projects at every rate: each comes back on its frame, whatever the frame."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shotlog_otio.formats import find_format
from tests.otio.marking import marker
from tests.otio.mlt.projects import entry, kdenlive, producer, prop, shotcut
from tests.otio.openshot.projects import clip as openshot_clip
from tests.otio.openshot.projects import project as openshot_project
from tests.otio.xges.projects import clip as xges_clip
from tests.otio.xges.projects import layer
from tests.otio.xges.projects import project as xges_project

LENGTH = 500_000
"""Frames of the timelines: at 23.976 nearly six hours."""

RATES = [
    Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30),
    Fraction(100, 3), Fraction(48), Fraction(50), Fraction(60000, 1001), Fraction(60),
]  # fmt: skip


def _shotcut(rate: Fraction) -> str:
    services = [producer(0, length=LENGTH)]
    return shotcut(services, [entry(0, 0, LENGTH - 1)], rate=rate.as_integer_ratio())


def _kdenlive(rate: Fraction) -> str:
    services = [producer(0, prop("kdenlive:id", 2), length=LENGTH)]
    return kdenlive(services, [entry(0, 0, LENGTH - 1)], rate=rate.as_integer_ratio())


def _xges(rate: Fraction) -> str:
    ratio = f"{rate.numerator}/{rate.denominator}"
    return xges_project(layer(0, xges_clip("a", 0, LENGTH, rate=rate)), rate=ratio)


def _openshot(rate: Fraction) -> str:
    clip = openshot_clip("a", 0, 0, float(LENGTH / rate))
    return json.dumps(openshot_project(clip, rate=rate.as_integer_ratio()))


@pytest.mark.parametrize(
    ("suffix", "make"),
    [(".mlt", _shotcut), (".kdenlive", _kdenlive), (".xges", _xges), (".osp", _openshot)],
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rate=st.sampled_from(RATES),
    frames=st.lists(st.integers(0, LENGTH - 10), min_size=1, max_size=8, unique=True),
)
def test_markers_come_back_on_their_frames(
    tmp_path: Path,
    suffix: str,
    make: Callable[[Fraction], str],
    rate: Fraction,
    frames: list[int],
) -> None:
    path = tmp_path / f"cut{suffix}"
    path.write_text(make(rate), encoding="utf-8")
    format_, before = find_format(path), path.read_bytes()
    edit = format_.read(path)
    assert edit.rate == rate
    assert edit.duration * rate == LENGTH
    markers = [marker(n, frame=frame, rate=rate) for n, frame in enumerate(sorted(frames))]
    format_.write_markers(path, path, markers, edit)

    found = format_.read_markers(path)
    assert [m.range.start * rate for m in found] == sorted(frames)
    assert [m.range.duration * rate for m in found] == [5] * len(frames)
    assert not any(m.edited for m in found)
    assert not format_.write_markers(path, path, markers, edit).changed
    format_.clear_markers(path, path)
    assert path.read_bytes() == before
