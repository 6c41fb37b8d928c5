"""The nominal rate of footage is estimated from its timestamps, even with dropped frames."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shotlog.media.clocks import (
    estimate_nominal_rate,
)

TICK = Fraction(1, 90_000)
NTSC_24, NTSC_30, NTSC_60 = (Fraction(n * 1000, 1001) for n in (24, 30, 60))


def told(moments: list[Fraction], base: Fraction = TICK) -> Fraction:
    return estimate_nominal_rate(
        [round(t / base) for t in moments], base, Fraction(17), variable=True
    )


def dropped(rate: Fraction, share: float, jitter: float, count: int = 400) -> list[Fraction]:
    """Return timestamps of a recorder that drops some frames and stamps others late or early."""
    chance = np.random.default_rng(4)
    slots = [n for n in range(count) if chance.random() >= share]
    return [n / rate + Fraction(chance.uniform(-jitter, jitter)) for n in slots]


@pytest.mark.parametrize("base", [TICK, Fraction(1, 1000), Fraction(1, 600)])
@pytest.mark.parametrize(
    ("rate", "grid"),
    [(NTSC_24, NTSC_60), (NTSC_24, NTSC_30), (24, 60), (24, 30), (25, 60), (25, 30), (24, 50),
     (NTSC_30, 50), (50, 60)],
)  # fmt: skip
def test_a_cadence_has_the_rate_that_it_carries(
    rate: Fraction, grid: Fraction, base: Fraction
) -> None:
    moments = [Fraction(round(n * Fraction(grid) / rate), 1) / grid for n in range(240)]
    assert told(moments, base) == rate


@pytest.mark.parametrize("rate", [NTSC_24, 24, 25, NTSC_30, 30, 50, NTSC_60, 60])
@pytest.mark.parametrize("share", [0.02, 0.06, 0.3])
def test_frames_that_were_dropped_do_not_lower_the_rate(rate: Fraction, share: float) -> None:
    assert told(dropped(Fraction(rate), share, jitter=0.001)) == rate


def test_a_pause_in_a_recording_does_not_lower_the_rate() -> None:
    before = dropped(Fraction(30), 0.1, jitter=0.001)
    assert told([*before, *(t + before[-1] + Fraction(777, 100) for t in before)]) == 30


def test_a_rate_that_is_not_usual_stays_as_it_was_measured() -> None:
    assert (
        estimate_nominal_rate([0, 1, 2, 3], Fraction(2, 25), Fraction(25, 2), variable=False)
        == 12.5
    )
    assert estimate_nominal_rate([0], TICK, Fraction(25), variable=True) == 25
    assert told(dropped(Fraction(12), 0.2, jitter=0)) == 12
    assert told(dropped(Fraction(240), 0.2, jitter=0)) == 240
