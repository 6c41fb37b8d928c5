"""Frames of shots with the faces that were found in them, and the crops."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

import cv2
import numpy as np

from shotlog.delivery.reframe import SeenShot
from shotlog.media import FrameReader
from shotlog.schema import CropBox, FrameNeed, Pixels, Reframing, TimeRange

_NEED: Final = FrameNeed(width=960, height=960, pixels="rgb")
"""Pictures of this size show boxes well, and take a third of a megabyte."""
_INSTANT: Final = Fraction(1, 10**6)
"""Seconds of a range that is read for one moment; shorter than any frame."""
_CROP: Final = (64, 255, 64)
_FACES: Final = ((255, 200, 0), (0, 160, 255), (255, 64, 160), (160, 96, 255))
"""Colours in RGB: of the crop, and of faces, the most prominent first; they are used in turn."""
_LINE: Final = 2
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX

FaceBox = tuple[float, float, float, float]
"""Centre, width and height of a face, in shares of the picture."""


class DrawnFrame(NamedTuple):
    """A frame with boxes.

    Attributes:
        number: Number of the frame on the timeline, from 0.
        png: The picture, as a PNG file.
    """

    number: int
    png: bytes


def draw_boxes(
    pixels: Pixels, faces: Sequence[FaceBox | None], crop: CropBox | None, size: tuple[int, int]
) -> Pixels:
    """Return a copy of a picture with numbered faces, and a crop whose surroundings are darkened.

    Args:
        pixels: (h, w, 3) RGB.
        faces: The faces, in the order of their tracks; None for one that is not seen now.
        crop: The crop, in pixels of the picture at its full size; None draws none.
        size: Width and height of the picture at its full size.
    """
    height, width = pixels.shape[:2]
    drawn = pixels.copy()
    if crop is not None:
        x, y = width / size[0], height / size[1]
        left, top = round(crop.left * x), round(crop.top * y)
        right = min(round((crop.left + crop.width) * x), width) - 1
        bottom = min(round((crop.top + crop.height) * y), height) - 1
        drawn //= 2
        inside = np.s_[top : bottom + 1, left : right + 1]
        drawn[inside] = pixels[inside]
        cv2.rectangle(drawn, (left, top), (right, bottom), _CROP, _LINE)
    for number, face in enumerate(faces):
        if face is not None:
            _draw_face(drawn, face, number)
    return drawn


def draw_frames(
    shot: SeenShot, reframing: Reframing, rate: Fraction, every: int
) -> Iterator[DrawnFrame]:
    """Yield the first frame of a shot, and each whose number is a multiple of ``every``.

    One frame is in memory at a time.

    Args:
        shot: The shot; its clip is found in the reframing by its id.
        reframing: The crops.
        rate: Frames per second of the timeline.
        every: Frames of the timeline from one picture to the next.

    Raises:
        MediaError: The media cannot be read any more.
    """
    path = reframing.path(shot.view.clip.id)
    for number, pixels in _read(shot, _numbers(shot.view.shot.timeline, rate, every), rate):
        moment = number / rate
        crop = None if path is None else reframing.box(path, moment)
        faces = _faces_at(shot, float(_source(shot, moment)))
        drawn = draw_boxes(pixels, faces, crop, shot.size)
        done, encoded = cv2.imencode(".png", cv2.cvtColor(drawn, cv2.COLOR_RGB2BGR))
        assert done  # noqa: S101  # OpenCV writes every picture of 8 bits as PNG
        yield DrawnFrame(number, encoded.tobytes())


def _numbers(shown: TimeRange, rate: Fraction, every: int) -> list[int]:
    first, end = math.ceil(shown.start * rate), math.ceil(shown.end * rate)
    return [n for n in range(first, end) if n == first or n % every == 0]


def _read(shot: SeenShot, numbers: Sequence[int], rate: Fraction) -> Iterator[tuple[int, Pixels]]:
    """Yield the pictures that are shown at frames of the timeline, in order of media time."""
    wanted = sorted((_source(shot, number / rate), number) for number in numbers)
    ranges = [TimeRange(start=moment, duration=_INSTANT) for moment, _ in wanted]
    for frame in FrameReader(shot.view.media, ranges):
        while wanted and wanted[0][0] < frame.end:
            moment, number = wanted.pop(0)
            if moment >= frame.start:
                yield number, frame.pixels(_NEED)


def _source(shot: SeenShot, moment: Fraction) -> Fraction:
    """Return the moment of the media that is shown; backwards it begins at the end of the range."""
    source = shot.view.shot.source
    mapped = shot.view.clip.time_map.to_source(moment)
    return max(source.start, min(mapped, source.end - _INSTANT))


def _faces_at(shot: SeenShot, moment: float) -> list[FaceBox | None]:
    where = np.array([moment])
    return [
        (box[0], box[1], box[2], box[3]) if track.present(where)[0] else None
        for track in shot.tracks
        for box in track.at(where).tolist()
    ]


def _draw_face(drawn: Pixels, face: FaceBox, number: int) -> None:
    height, width = drawn.shape[:2]
    x, y, wide, high = face
    left, top = round((x - wide / 2) * width), round((y - high / 2) * height)
    right, bottom = round((x + wide / 2) * width), round((y + high / 2) * height)
    colour = _FACES[number % len(_FACES)]
    cv2.rectangle(drawn, (left, top), (right, bottom), colour, _LINE)
    place = (max(left, 0), max(top - 6, 18))
    cv2.putText(drawn, str(number + 1), place, _FONT, 0.6, colour, _LINE, cv2.LINE_AA)
