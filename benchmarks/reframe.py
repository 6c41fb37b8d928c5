"""Reframing: crops of real clips beside boxes set by eye, the middle, and smoothed detections.

    python -m benchmarks.reframe --data DIR [--json]

Crops are the largest of 9:16, on twelve clips (``benchmarks.subject_labels``), at ten moments a
second. Where a clip has several subjects, that one counts which its crop follows best.

``reframe_iou``: intersection over union of the crop with the best crop: the largest 9:16 whose
middle is the box's, moved into the picture. ``reframe_iou_box``: with the box itself, which has
another shape, so even the best crop is below 1 (``reframe_iou_box_best``). ``_center`` is the
middle of the picture. ``_ema`` is the largest face of each frame, smoothed by an exponential moving
average with a weight of 0.1, from the middle on; where no face is found it stays. Means of clips.
``face_cut``: share of moments at which the crop has a part of a labelled face and not all of it, of
those at which the whole face would fit; ``face_missed`` where it has nothing of any.
``reframe_keys_per_minute``: key frames; EMA has one for each frame.
``reframe_jerk``: mean size of the third derivative of the crop's middle, in widths of the picture
per cubic second, frame by frame.
``reframe_still``: how far the crop leaves the middle where nothing is to be followed, in widths.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from benchmarks.figures import print_figures
from benchmarks.render import edit_of, video_of
from benchmarks.subject_labels import Box, LabelledClip, agreement, box_at, iou, read_labels
from shotlog.delivery.reframe import ReframeOptions, SeenShot, SubjectReframer, reframe, see_shots
from shotlog.engine import Cache
from shotlog.media import content_id, probe
from shotlog.schema import Edit, MediaReference, largest_crop

_ASPECT = Fraction(9, 16)
_ALPHA = 0.1
_MOMENTS = 10
"""Moments a second at which crops are compared."""

Crop = Callable[[float], Box]
"""The crop of a clip at a second, in shares of its picture."""


def _faces(shot: SeenShot, moment: float) -> list[tuple[float, ...]]:
    """Return centre, width and height of each face of a shot at a second of its media."""
    span, where = shot.view.shot.source, np.array([moment])
    if not float(span.start) <= moment < float(span.end):
        return []
    return [tuple(map(float, t.at(where)[0])) for t in shot.tracks if t.present(where)[0]]


class Cropped:
    """A clip with its crops: of the reframer, the middle, and the smoothed detections."""

    def __init__(self, clip: LabelledClip, data: Path, cache: Cache) -> None:
        path = data / "video" / clip.file
        if content_id(str(path)) != clip.content:
            raise SystemExit(f"{path} is not the film that was labelled")
        media = probe(MediaReference(path=str(path)))
        video = video_of(media)
        self.clip = clip
        self.rate = float(video.intended_rate)
        width, height = largest_crop(video.width, video.height, _ASPECT)
        self._size = (width / video.width, height / video.height)
        edit = edit_of(media, max(clip.end, 1))
        options = ReframeOptions(aspect=_ASPECT, backend=SubjectReframer())
        self.reframing = reframe(edit, cache, options)
        (self.path,) = self.reframing.paths
        smoothed = self._smoothed(edit, cache)
        self.crops: dict[str, Crop] = {
            "": self._followed,
            "_center": lambda second: self.around(0.5),
            "_ema": lambda second: self.around(smoothed[round(second * self.rate)]),
        }

    def around(self, middle: float) -> Box:
        """Return the largest crop around a place, moved into the picture."""
        width, height = self._size
        left = min(max(middle - width / 2, 0), 1 - width)
        return Box(left, (1 - height) / 2, left + width, (1 + height) / 2)

    def _followed(self, second: float) -> Box:
        left, top, width, height = self.reframing.box(self.path, Fraction(second))
        across, down = self.path.width, self.path.height
        return Box(left / across, top / down, (left + width) / across, (top + height) / down)

    def _smoothed(self, edit: Edit, cache: Cache) -> list[float]:
        shots = see_shots(edit, cache)
        places = [0.5]
        for frame in range(round(float(edit.duration) * self.rate) + 1):
            faces = [face for shot in shots for face in _faces(shot, frame / self.rate)]
            seen = max(faces, key=lambda face: face[2] * face[3])[0] if faces else places[-1]
            places.append(places[-1] + _ALPHA * (seen - places[-1]))
        return places[1:]

    def moments(self) -> Sequence[float]:
        """Return the moments at which crops are compared."""
        first, last = self.clip.start, self.clip.end
        return [float(at) for at in np.arange(first * _MOMENTS, last * _MOMENTS) / _MOMENTS]

    def score(self, crop: Crop, *, best: bool) -> float:
        """Return the IoU of a crop with the best crop, or with the box, of the subject it follows.

        A subject counts while it is in the picture.
        """
        scores = []
        for boxes in self.clip.subjects.values():
            seen = [(at, box) for at in self.moments() if (box := box_at(boxes, at))]
            scores.append(mean(iou(crop(at), self.best(box) if best else box) for at, box in seen))
        return max(scores)

    def best(self, box: Box) -> Box:
        """Return the best crop for a box."""
        return self.around((box.left + box.right) / 2)

    def best_score(self) -> float:
        """Return the IoU with the box of the subject that the best crop can reach."""
        return max(
            mean(iou(self.best(box), box) for at in self.moments() if (box := box_at(boxes, at)))
            for boxes in self.clip.subjects.values()
        )

    def faces(self, crop: Crop) -> tuple[list[bool], list[bool]]:
        """Return of each moment with labelled faces: one of them is cut; none is in the crop."""
        cut, missed = [], []
        for at in self.moments():
            seen = [face for boxes in self.clip.faces.values() if (face := box_at(boxes, at))]
            box = crop(at)
            inside = [
                (min(face.right, box.right) - max(face.left, box.left)) / (face.right - face.left)
                for face in seen
                if face.right - face.left <= self._size[0]
            ]
            if inside:
                cut.append(any(0 < share < 0.999 for share in inside))
                missed.append(max(inside) <= 0)
        return cut, missed

    def jerk(self, crop: Crop) -> float:
        """Return the mean jerk of a crop, frame by frame."""
        frames = range(round(self.clip.end * self.rate))
        middles = [(box.left + box.right) / 2 for box in (crop(at / self.rate) for at in frames)]
        return float(np.abs(np.diff(middles, 3)).mean() * self.rate**3)


def measure(data: Path) -> dict[str, Any]:
    """Return all figures."""
    labels = read_labels()
    with Cache(None) as cache:
        clips = [Cropped(clip, data, cache) for clip in labels]
    followed = [clip for clip in clips if clip.clip.subjects]
    figures: dict[str, Any] = {"subjects_agreement": round(agreement(labels), 3)}
    for name in ("", "_center", "_ema"):
        each = {clip.clip.file: clip.score(clip.crops[name], best=True) for clip in followed}
        figures[f"reframe_iou{name}"] = round(mean(each.values()), 3)
        figures[f"reframe_iou_by_clip{name}"] = {key: round(each[key], 2) for key in each}
        boxes = [clip.score(clip.crops[name], best=False) for clip in followed]
        figures[f"reframe_iou_box{name}"] = round(mean(boxes), 3)
        faces = [clip.faces(clip.crops[name]) for clip in clips]
        cut = [moment for each_cut, _ in faces for moment in each_cut]
        missed = [moment for _, each_missed in faces for moment in each_missed]
        figures[f"face_cut{name}"] = round(mean(cut), 3)
        figures[f"face_missed{name}"] = round(mean(missed), 3)
        figures[f"reframe_jerk{name}"] = round(
            mean(clip.jerk(clip.crops[name]) for clip in clips), 2
        )
    figures["reframe_iou_box_best"] = round(mean(clip.best_score() for clip in followed), 3)
    seconds = sum(max(clip.clip.end, 1) for clip in clips)
    keys = sum(len(clip.path.keys) for clip in clips)
    figures["reframe_keys_per_minute"] = round(keys * 60 / seconds, 1)
    still = [clip for clip in clips if not clip.clip.subjects]
    leaving = [abs(key.x - 0.5) for clip in still for key in clip.path.keys]
    figures["reframe_still"] = round(max(leaving), 3)
    return figures


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled footage")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    print_figures(measure(asked.data), as_json=asked.json)


if __name__ == "__main__":
    main()
