"""Where only every second frame was measured, all frames of what may be a change are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import cv2
import numpy as np

from shotlog.media.cuts import (
    BuiltinCuts,
    CutMeasure,
    CutView,
    ExactCutMeasure,
    doubtful_ranges,
    replace_rows,
)
from shotlog.schema import Picture, Pixels, Series, TimeRange, VideoStream, union

TICK = Fraction(1, 24)
LENGTH = 72
WHOLE = TimeRange(start=Fraction(0), duration=LENGTH * TICK)
FILM = VideoStream(
    index=0, codec="prores", width=64, height=36, rate=1 / TICK, tick=TICK, frames=LENGTH,
    duration=WHOLE.duration, origin=0, stands_alone=True,
)  # fmt: skip


def pictures() -> Pixels:
    """Return two slow pans of noise with a dissolve of three mixed frames, 34 to 36."""
    draw = np.random.default_rng(3)
    scenes = []
    for colour in ((60, 90, 150), (190, 150, 70)):
        grain = np.clip(draw.normal(0, 45, (18, 64, 3)) + np.array(colour), 0, 255)
        wide = cv2.resize(grain.astype(np.uint8), (256, 72)).astype(np.float32)
        scenes.append(np.stack([wide[18:54, n : n + 64] for n in range(LENGTH)]))
    share = np.clip((np.arange(LENGTH) - 33) / 4, 0, 1)[:, None, None, None]
    return np.asarray(scenes[0] * (1 - share) + scenes[1] * share, dtype=np.uint8)


def measured(frames: Sequence[int]) -> Series:
    film, observer = pictures(), CutMeasure().observer()
    rows = [row for n in frames for row in observer.see(Picture(n, n * TICK, film[n]))]
    return CutMeasure().series(TICK, rows)


def moments(series: Series) -> list[tuple[int, int]]:
    return list(zip(series.first.tolist(), series.last.tolist(), strict=True))


def test_a_brief_dissolve_is_looked_at_and_the_pan_around_it_is_not() -> None:
    ranges = union(doubtful_ranges(measured(range(0, LENGTH, 2)), WHOLE))
    assert len(ranges) == 1
    assert ranges[0].start <= 33 * TICK
    assert ranges[0].end > 37 * TICK
    assert ranges[0].duration < LENGTH * TICK / 2
    # It begins and ends with frames that were measured, so that whole rows can be replaced.
    assert (ranges[0].start / TICK) % 2 == 0
    assert (ranges[0].end / TICK) % 2 == 1


def test_rows_are_replaced_only_between_frames_that_both_have() -> None:
    every_second = measured(range(0, 20, 2))
    mixed = replace_rows(every_second, [measured(range(4, 9)), measured(range(11, 14))])
    assert moments(mixed) == [
        (0, 2), (2, 4), (4, 5), (5, 6), (6, 7), (7, 8), (8, 10), (10, 12), (12, 14), (14, 16),
        (16, 18),
    ]  # fmt: skip


def test_the_cuts_are_those_of_all_frames_whatever_else_is_known() -> None:
    finder = BuiltinCuts()
    change, exact = CutMeasure().name, ExactCutMeasure().name
    rows = {change: measured(range(0, LENGTH, 2))}
    cuts = finder.find(CutView(WHOLE, FILM, rows))
    (request,) = finder.request(cuts, CutView(WHOLE, FILM, rows))
    asked = [
        measured(range(int(span.start / TICK), int(span.end / TICK)))
        for span in union(request.spans)
    ]
    some = ExactCutMeasure().series(TICK, ()).merged(asked)
    placed = finder.place(cuts, CutView(WHOLE, FILM, {**rows, exact: some}))
    of_all = finder.find(CutView(WHOLE, FILM, {change: measured(range(LENGTH))}))
    assert [cut.span for cut in placed] == [cut.span for cut in of_all]
    assert len(placed) == 1
    everything = {**rows, exact: measured(range(LENGTH))}
    assert finder.place(cuts, CutView(WHOLE, FILM, everything)) == placed
