"""Title cards: pictures with the name of a group, as stills of a new timeline."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from shotlog.engine import ProbeCache
from shotlog.schema import MediaReference, TimeRange
from shotlog_otio import MediaPiece

_SIZE = (1920, 1080)
"""Width and height in pixels: programs scale a still to their frame."""
_FONT = cv2.FONT_HERSHEY_DUPLEX
_WIDEST = 0.8
"""Share of the width that a line of text may fill."""


@dataclass(frozen=True)
class TitleCard:
    """A title card.

    Attributes:
        path: Its file, which need not exist yet.
        picture: Content of that file, a PNG.
        piece: The card as a part of a timeline.
    """

    path: Path
    picture: bytes
    piece: MediaPiece


def make_card(
    path: Path, lines: Sequence[str], length: int, rate: Fraction, probe_cache: ProbeCache
) -> TitleCard:
    """Make a title card.

    Args:
        path: The file that it will be.
        lines: Its text; its first line is large.
        length: The time for which it is shown, in frames of the timeline.
        rate: Frames per second of the timeline.
        probe_cache: Probes the picture.
    """
    picture = draw_card(lines)
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        drawn = Path(folder) / path.name
        drawn.write_bytes(picture)
        media = probe_cache.get(MediaReference(path=str(drawn)))
    assert media.video is not None  # noqa: S101  # it is a picture
    # A still has no rate of its own: at that of the timeline the clips after it begin on frames.
    video = media.video.model_copy(update={"rate": rate})
    placed = media.model_copy(update={"path": str(path.absolute()), "video": video})
    shown = TimeRange(start=Fraction(0), duration=length / rate)
    return TitleCard(path, picture, MediaPiece(placed, shown, " · ".join(lines)))


def draw_card(lines: Sequence[str]) -> bytes:
    """Return a PNG of white text on black, in the middle; letters beyond ASCII become ``?``."""
    canvas = np.zeros((_SIZE[1], _SIZE[0], 3), np.uint8)
    for number, line in enumerate(lines):
        text = line.encode("ascii", "replace").decode()
        scale = 5.0 if number == 0 else 2.0
        (width, height), _ = cv2.getTextSize(text, _FONT, scale, int(2 * scale))
        scale *= min(1.0, _WIDEST * _SIZE[0] / max(1, width))
        (width, height), _ = cv2.getTextSize(text, _FONT, scale, int(2 * scale))
        place = ((_SIZE[0] - width) // 2, _SIZE[1] // 2 + height // 2 + 180 * number)
        cv2.putText(canvas, text, place, _FONT, scale, (255, 255, 255), int(2 * scale), cv2.LINE_AA)
    done, encoded = cv2.imencode(".png", canvas)
    assert done  # noqa: S101  # OpenCV writes every picture of 8 bits as PNG
    return encoded.tobytes()
