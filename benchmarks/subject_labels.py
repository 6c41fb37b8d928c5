"""Subjects of real clips, set by eye as boxes: the truth of ``benchmarks.reframe``.

``tests/data/subjects.json`` has numbers alone. The boxes were read off pictures with a grid, one a
second. ``again`` is a second reading of every other second, off larger pictures with another grid,
by the same reader within the hour and not blind to the first. So their agreement tells how well a
box can be read, not whether somebody else would choose the same subject.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import numpy as np
from pydantic import TypeAdapter

from shotlog.schema import Model

LABELS = Path(__file__).parents[1] / "tests" / "data" / "subjects.json"


class Box(NamedTuple):
    """A box in a picture, in shares of its width and height."""

    left: float
    top: float
    right: float
    bottom: float


Boxes = dict[int, Box]
"""Boxes by second of the film."""


class LabelledClip(Model):
    """A range of a film and what is to be seen in it."""

    file: str
    """Its place in ``video`` of the labelled footage."""
    content: str
    """Identity of its content: see :func:`shotlog.media.content_id`."""
    what: str
    """The subject, for people."""
    start: int
    """First labelled second."""
    end: int
    """Last labelled second."""
    subjects: dict[str, Boxes]
    """Subjects, any of which is a right choice; none in a landscape."""
    again: dict[str, Boxes]
    """The second reading, every two seconds."""
    faces: dict[str, Boxes]
    """Faces of subjects of the same name, from forehead to chin; none where none is seen."""


def read_labels() -> tuple[LabelledClip, ...]:
    """Return the labelled clips."""
    clips = TypeAdapter(tuple[LabelledClip, ...])
    return clips.validate_python(json.loads(LABELS.read_text(encoding="utf-8")))


def box_at(boxes: Boxes, second: float) -> Box | None:
    """Return a box between labelled seconds; None more than a second away from one of them."""
    before = max((at for at in boxes if at <= second), default=None)
    after = min((at for at in boxes if at >= second), default=None)
    if before is None or after is None or after - before > 1:
        return None
    share, edges = second - before, zip(boxes[before], boxes[after], strict=True)
    return Box(*(first + (last - first) * share for first, last in edges))


def iou(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the intersection over the union of two boxes (left, top, right, bottom)."""
    first, second = np.asarray(one), np.asarray(other)
    common = np.minimum(first[2:], second[2:]) - np.maximum(first[:2], second[:2])
    shared = np.prod(np.maximum(common, 0))
    areas = np.prod(first[2:] - first[:2]) + np.prod(second[2:] - second[:2])
    return float(shared / (areas - shared))


def agreement(clips: Sequence[LabelledClip]) -> float:
    """Return the mean IoU of the boxes of both readings."""
    return mean(
        iou(clip.subjects[name][second], box)
        for clip in clips
        for name, boxes in clip.again.items()
        for second, box in boxes.items()
    )
