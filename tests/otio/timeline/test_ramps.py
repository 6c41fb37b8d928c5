"""Speed ramps whose key frames a timeline tells become exact maps; others are refused."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.schema import ClipRange
from shotlog_otio.dialects import KeyFrame, curve_points
from tests.otio.timelines import clip, frames_of, read, stack, timeline, track, warp

Keys = tuple[tuple[float, float], ...]

STEPPED: Keys = ((0, 0), (10, 10), (50, 20), (60, 30))
"""Frames: 10 at full speed, 40 at a quarter, 10 at full speed."""

THERE_AND_BACK: Keys = ((0, 0), (20, 20), (30, 10), (40, 20))


def ramp(keys: Keys = STEPPED, rate: float = 24) -> Any:
    """A speed ramp as DaVinci Resolve writes one, of (timeline frame, media frame)."""
    rows = [[at / rate, media / rate, False, 0.0, 0.0, 0.0, 0.0] for at, media in keys]
    return otio.schema.TimeEffect(metadata={"Resolve_OTIO": {"Key Frames": rows}})


def only(folder: Path, item: Any) -> ClipRange:
    (found,) = read(folder, timeline(track(item))).clips
    return found


def shown(ramped: ClipRange, *frames: int, rate: Fraction | int = 24) -> list[Fraction]:
    """The source frames that timeline frames show."""
    return [ramped.time_map.to_source(Fraction(n) / rate) * rate for n in frames]


def test_a_ramp_shows_what_its_key_frames_say(tmp_path: Path) -> None:
    found = only(tmp_path, clip("a", (0, 60), ramp()))
    assert found.problem is None
    assert frames_of(found) == (0, 60, 0, 30)
    assert found.speed == Fraction(1, 2)
    assert shown(found, 0, 5, 10, 30, 50, 55) == [0, 5, 10, 15, 20, 25]


@pytest.mark.parametrize("rate", [23.976, 24000 / 1001, 25.0, 29.97, 59.94, 60.0])
def test_key_frames_are_exact_at_every_rate(tmp_path: Path, rate: float) -> None:
    written = clip("a", (90000, 6000), ramp(((0, 0), (4321, 1234), (6000, 5678)), rate),
                   available=(90000, 6000), rate=rate)  # fmt: skip
    found = only(tmp_path, written)
    exact = {23.976: Fraction(24000, 1001), 29.97: Fraction(30000, 1001)}
    exact |= {24000 / 1001: Fraction(24000, 1001), 59.94: Fraction(60000, 1001)}
    counted = exact.get(rate, Fraction(rate))
    assert shown(found, 0, 4321, 6000, rate=counted) == [90000, 91234, 95678]


def test_the_last_key_frame_may_be_the_last_frame_or_the_end(tmp_path: Path) -> None:
    """Resolve writes either, and keys beyond the end of a clip that was trimmed there."""
    for last, length in ((59, 60), (60, 60), (61, 60), (90, 60)):
        keys: Keys = ((0, 0), (30, 15), (last, last - 15))
        found = only(tmp_path, clip("a", (0, length), ramp(keys)))
        assert found.problem is None, last
        assert frames_of(found) == (0, 60, 0, 45)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (clip("a", (0, 90), ramp()), "does not fit the length of the clip"),
        (clip("a", (20, 40), ramp()), "does not fit the length of the clip"),
        (clip("a", (0, 60), ramp(((1, 0), (60, 30)))), "does not begin where the clip does"),
        (clip("a", (0, 60), ramp(((0, 5), (60, 30)))), "does not begin where the clip does"),
        (clip("a", (0, 60), ramp(((0, 0),))), "does not begin where the clip does"),
        (clip("a", (0, 60), ramp(((0, 0), (60, 300)))), "shows more than its media have"),
        (clip("a", (0, 60), ramp(((0, 0), (70, 9), (60, 30)))), "turns back in time"),
    ],
)
def test_a_ramp_that_does_not_fit_its_clip_is_refused(
    tmp_path: Path, written: Any, reason: str
) -> None:
    found = only(tmp_path, written)
    assert found.problem is not None
    assert found.problem.code == "retime-unsupported"
    assert found.problem.message.startswith("it has a speed ramp of")
    assert found.problem.message.endswith(f"which {reason}")


@pytest.mark.parametrize(
    "rows",
    [
        "0123456", [], [[0, 0], [1, 1]], [[0, 0, False, 0, 0, 0, "x"]] * 2,
        [[0.0, 0.0, False, 0, 0, 0, None]], [7, 7], [[0, 0, 0, 0, 0, 0, [1]]],
    ],
)  # fmt: skip
def test_key_frames_of_another_form_are_not_guessed(tmp_path: Path, rows: Any) -> None:
    effect = otio.schema.TimeEffect(metadata={"Resolve_OTIO": {"Key Frames": rows}})
    found = only(tmp_path, clip("a", (0, 60), effect))
    assert found.problem is not None
    assert found.problem.code == "retime-unsupported"


def test_a_ramp_and_another_speed_are_refused_together(tmp_path: Path) -> None:
    same = only(tmp_path, clip("a", (0, 60), ramp(), warp(1)))
    assert same.problem is None
    for effects in ((ramp(), warp(2)), (warp(2), ramp())):
        found = only(tmp_path, clip("a", (0, 60), *effects))
        assert found.problem is not None
        assert found.problem.message == "it has a speed ramp and another speed effect"


def test_a_ramp_is_followed_through_nests_and_trims(tmp_path: Path) -> None:
    nest = stack(track(clip("a", (0, 60), ramp())), source=(5, 20), effects=(warp(2),))
    found = only(tmp_path, nest)
    # 20 frames at double speed are frames 5 to 45 of the nest: media 5 to 18.75.
    assert frames_of(found) == (0, 20, 5, Fraction(75, 4))
    quarters = [20, 28, 36, 41, 55, 75]
    assert [4 * frame for frame in shown(found, 0, 1, 2, 3, 10, 20)] == quarters
    assert found.speed == Fraction(11, 16)


def test_a_nest_may_have_a_ramp_itself(tmp_path: Path) -> None:
    nest = stack(track(clip("a", (0, 15)), clip("b", (50, 40))), source=(0, 60), effects=(ramp(),))
    edit = read(tmp_path, timeline(track(nest)))
    assert [frames_of(found) for found in edit.clips] == [(0, 30, 0, 15), (30, 60, 50, 65)]
    assert shown(edit.clips[1], 30, 50, 60) == [50, 55, 65]
    assert not any(found.problem for found in edit.clips)


def test_a_clip_that_a_nest_shows_in_pieces_is_refused_and_costs_no_other(tmp_path: Path) -> None:
    inside = track(clip("a", (0, 15)), clip("b", (50, 40)))
    nest = stack(inside, source=(0, 40), effects=(ramp(THERE_AND_BACK),))
    first, second = read(tmp_path, timeline(track(nest))).clips
    assert first.problem is not None
    assert first.problem.code == "nest-retime-unsupported"
    assert "more than once" in first.problem.message
    assert second.problem is not None


def test_a_clip_may_run_forwards_and_backwards(tmp_path: Path) -> None:
    found = only(tmp_path, clip("a", (0, 40), ramp(THERE_AND_BACK)))
    assert frames_of(found) == (0, 40, 0, 20)
    assert shown(found, 10, 20, 25, 30, 40) == [10, 20, 15, 10, 20]


def test_an_eased_ramp_follows_its_curve_as_it_was_measured(tmp_path: Path) -> None:
    """Measured on a render of DaVinci Resolve 21: 2.4 s of media at 18 s; computed there: 2.438."""
    rows = [
        [0.0, 0.0, False, 0.0, 0.0, 0.0, 0.0],
        [12.0, 1.2, True, -1.8980411225054201, -0.3796082245010841, 1.8980411225054201, 0.0],
        [24.0, 4.8, True, -1.8980411225054183, -1.5, 1.8980411225054183, 0.7592164490021673],
        [36.0, 10.8, True, -1.9, -1.14, 1.9, 1.14],
        [59.98, 29.982, False, -9.0, 5.0, 9.0, 5.0],
    ]
    effect = otio.schema.TimeEffect(metadata={"Resolve_OTIO": {"Key Frames": rows}})
    found = only(tmp_path, clip("a", (0, 3000), effect, available=(0, 1500), rate=50))
    assert found.problem is None
    at = {seconds: found.time_map.to_source(Fraction(seconds)) for seconds in (12, 18, 24, 36)}
    assert float(at.pop(18)) == pytest.approx(2.4375, abs=1 / 5000)
    assert at == {12: Fraction(12, 10), 24: Fraction(48, 10), 36: Fraction(108, 10)}


@given(st.lists(st.fractions(0, 1, max_denominator=50), min_size=4, max_size=4))
def test_an_eased_curve_is_followed_to_a_hundredth_of_a_frame(parts: list[Fraction]) -> None:
    a, b, c, d = parts
    length, content = Fraction(8), Fraction(4)
    points = curve_points(
        [
            KeyFrame(Fraction(0), Fraction(0), leave=(a * length, b * content)),
            KeyFrame(length, content, arrive=(-c * length, -d * content)),
        ]
    )
    assert not any(points[0])
    assert points[-1] == (length, content)
    moments = [at for at, _ in points]
    assert moments == sorted(set(moments))
    curve = [(0, 0), (a * length, b * content), ((1 - c) * length, (1 - d) * content), (8, 4)]
    for n in range(1, 40):
        x, y = (_bezier([float(p[axis]) for p in curve], n / 40) for axis in (0, 1))
        near = [p for p in pairwise(points) if p[0][0] <= x <= p[1][0]]
        (first, last) = near[0]
        slope = float((last[1] - first[1]) / (last[0] - first[0]))
        straight = float(first[1]) + (x - float(first[0])) * slope
        # Where the curve is nearly upright, the grid of a microsecond counts as well.
        assert straight == pytest.approx(y, abs=1 / 5000 + 2e-6 * abs(slope))


def _bezier(p: list[float], t: float) -> float:
    u = 1 - t
    return u**3 * p[0] + 3 * u * u * t * p[1] + 3 * u * t * t * p[2] + t**3 * p[3]


def test_a_curve_of_absurdly_many_pieces_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # One stretch has 4096 pieces; five of them, for the real limit, would take 9 s.
    monkeypatch.setattr("shotlog_otio.dialects.easing._MOST", 4000)
    handle = (Fraction(1), Fraction(10**6))
    keys = [KeyFrame(Fraction(n), Fraction(0), (-handle[0], handle[1]), handle) for n in range(50)]
    with pytest.raises(ValueError, match="too many"):
        curve_points(keys)
