"""From the targets of a shot to key frames on the frames of the timeline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.delivery.reframe.contract import Reframer, SeenShot, Target
from shotlog.delivery.reframe.path import smooth_path, thin
from shotlog.schema import CropKey, LostSubject, TimeRange

Numbers = npt.NDArray[np.float64]

_STEP: Final = Fraction(1, 5)
"""Seconds of the timeline between samples of a path."""
_MOST: Final = 600
"""Samples of one path: the linear programme of 600 takes a quarter of a second."""
_TOLERANCE: Final = 0.01
"""Largest error of thinning, as a share of the crop's sides: 11 pixels of 1080."""
_AROUND: Final = 3.0
"""Sides of an enlarged crop over those of a face: head and shoulders (a medium close-up)."""
_ONE: Final = 1 / 4
"""Way between two subjects up to which they are one, as a share of the crop's sides."""
_THIRD: Final = 1 / 6
"""Distance from the middle within which a subject may wander, as a share of the crop's side: up to
the lines of the rule of thirds."""
_ROUGH: Final = 1 / 3
"""The same for something whose size is not known: its place is known roughly as well."""


class FoundKeys(NamedTuple):
    """Key frames of a shot, and stretches of the timeline without a subject."""

    keys: list[CropKey]
    lost: list[LostSubject]


class _Stretch(NamedTuple):
    """A target on the timeline: its first frame, the frame after its last, and its points."""

    first: int
    end: int
    points: list[tuple[int, float, float]]
    scale: float


def crop_keys(
    shot: SeenShot, targets: Sequence[Target], rate: Fraction, backend: Reframer
) -> FoundKeys:
    """Return the key frames of a shot, in order of time.

    Each target has a path of its own; between two the crop jumps, by keys on neighbouring frames.

    Args:
        shot: The shot.
        targets: What is followed, in order of media time.
        rate: Frames per second of the timeline.
        backend: Its margin and zoom.
    """
    stretches, lost = [], []
    for target in _joined_targets(targets, shot.crop):
        for span in _shown(shot, target):
            first, end = _frames(span, shot.view.shot.timeline, rate)
            if end <= first:
                continue
            stretches.append(_stretch(shot, target, first, end, rate, backend))
            if target.lost is not None:
                shown = TimeRange.between(first / rate, end / rate)
                lost.append(LostSubject(range=shown, reason=target.lost))
    stretches.sort(key=lambda stretch: stretch.first)
    return FoundKeys(
        list(_joined(stretches, rate)), sorted(lost, key=lambda each: each.range.start)
    )


def _joined_targets(targets: Sequence[Target], crop: tuple[float, float]) -> list[Target]:
    """Return the targets with those joined that follow each other at nearly one place.

    A face that was lost and found again is one subject, whose path goes on without a jump.
    """
    joined: list[Target] = []
    for target in targets:
        last = joined[-1] if joined else None
        if last is None or last.lost or target.lost or not _is_near(last, target, crop):
            joined.append(target)
            continue
        joined[-1] = Target(
            TimeRange.between(last.range.start, target.range.end),
            np.concatenate([last.moments, target.moments]),
            np.concatenate([last.boxes, target.boxes]),
        )
    return joined


def _is_near(before: Target, after: Target, crop: tuple[float, float]) -> bool:
    way = np.abs(before.boxes[-1, :2] - after.boxes[0, :2])
    return before.range.end == after.range.start and bool((way <= np.array(crop) * _ONE).all())


def _shown(shot: SeenShot, target: Target) -> list[TimeRange]:
    """Return the stretches of the timeline that show a target."""
    view = shot.view
    if view.clip.time_map.is_freeze:
        still = view.clip.time_map.source_start
        inside = target.range.contains(still) or target.range.end == view.shot.source.end
        return [view.shot.timeline] if inside else []
    return view.clip.time_map.find(target.range, view.shot.timeline)


def _frames(span: TimeRange, shot: TimeRange, rate: Fraction) -> tuple[int, int]:
    """Return the first frame of a stretch and the one after its last."""
    end = math.ceil(shot.end * rate) if span.end == shot.end else math.ceil(span.end * rate)
    return math.ceil(span.start * rate), end


def _stretch(
    shot: SeenShot, target: Target, first: int, end: int, rate: Fraction, backend: Reframer
) -> _Stretch:
    step = max(1, round(rate * _STEP), math.ceil((end - first) / _MOST))
    frames = [*range(first, end - 1, step), end - 1]
    time_map = shot.view.clip.time_map
    media = np.array([float(time_map.to_source(frame / rate)) for frame in frames])
    boxes = np.stack(
        [np.interp(media, target.moments, target.boxes[:, n]) for n in range(4)], axis=1
    )
    scale = _scale(boxes, shot.crop, backend)
    sides = np.array(shot.crop) * scale
    bars = (shot.bars.horizontal, shot.bars.vertical)
    centres = [
        _path(boxes[:, n], boxes[:, 2 + n], sides[n], bars[n], backend.margin) for n in range(2)
    ]
    # In crops, so that one tolerance serves both axes.
    points = np.stack([np.array(frames, np.float64), *centres], axis=1) / [1, *sides]
    kept = thin(points, _TOLERANCE)
    few = [(frames[n], float(centres[0][n]), float(centres[1][n])) for n in kept]
    return _Stretch(first, end, few, scale * shot.scale)


def _scale(boxes: Numbers, crop: tuple[float, float], backend: Reframer) -> float:
    """Return the scale of a crop: as small as zoom allows, never smaller than its subject.

    A subject without extent is shown as large as everything else: nothing says how large it is.
    """
    sizes = boxes[:, 2:].max(axis=0) * (1 + 2 * backend.margin) * _AROUND
    if not sizes.any():
        return 1.0
    return float(np.clip((sizes / np.array(crop)).max(), 1 / backend.zoom, 1))


def _path(centres: Numbers, sides: Numbers, crop: float, bar: float, margin: float) -> Numbers:
    """Return the centres of a crop along an axis, for a subject with its sides there."""
    room, inside = (np.maximum((crop - sides * whole) / 2, 0) for whole in (1, 1 + 2 * margin))
    wander = crop * np.where(sides > 0, _THIRD, _ROUGH)
    low = bar + crop / 2
    return smooth_path(centres, room, np.minimum(inside, wander), low, 1 - low)


def _joined(stretches: Sequence[_Stretch], rate: Fraction) -> Iterator[CropKey]:
    """Yield the keys of successive stretches; those that change nothing are left out."""
    last: CropKey | None = None
    for stretch in stretches:
        keys = [
            CropKey(at=frame / rate, x=_share(x), y=_share(y), scale=stretch.scale)
            for frame, x, y in stretch.points
        ]
        still = all(_alike(key, keys[0]) for key in keys)
        if still and last is not None and _alike(last, keys[0]):
            continue
        if last is not None and last.at < stretch.first / rate - 1 / rate:
            # It stands still up to the frame before the jump.
            yield last.model_copy(update={"at": (stretch.first - 1) / rate})
        if still:
            keys = keys[:1]
        yield from keys
        last = keys[-1]


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _alike(a: CropKey, b: CropKey) -> bool:
    near = abs(a.x - b.x) < _SAME and abs(a.y - b.y) < _SAME
    return near and abs(a.scale - b.scale) < _SAME


_SAME: Final = 1e-4
"""Difference that nobody sees: a fifth of a pixel of 1920."""
