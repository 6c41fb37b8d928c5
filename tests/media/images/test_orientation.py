"""Orientation of pictures, for every display matrix that a file may carry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import av
import pytest
from av.video.stream import VideoStream as PictureStream

from tests.media.material import opened, plain

ONE = 1 << 16
"""1 in the numbers of a display matrix, 16.16 fixed point."""


def written(path: Path, linear: Sequence[float]) -> Path:
    """Make a film whose matrix maps (x, y), y pointing down, to (a x + c y, b x + d y)."""
    a, b, c, d = (round(value * ONE) for value in linear)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        assert isinstance(stream, PictureStream)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        stream.set_display_matrix((a, b, 0, c, d, 0, 0, 0, 1 << 30))
        container.mux(stream.encode(av.VideoFrame.from_ndarray(plain(99), format="rgb24")))
        container.mux(stream.encode(None))
    return path


def turned(degrees: float, mirrored: bool) -> tuple[float, float, float, float]:
    """Return the matrix of a clockwise rotation, with or without mirroring before it."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (-cos, -sin, -sin, cos) if mirrored else (cos, sin, -sin, cos)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("off", [0, -40, 40])
def test_a_matrix_is_taken_for_the_nearest_quarter_turn(
    tmp_path: Path, rotation: int, mirrored: bool, off: int
) -> None:
    video = opened(written(tmp_path / "a.mp4", turned(rotation + off, mirrored))).video
    assert video is not None
    assert (video.rotation, video.mirrored) == (rotation, mirrored)
    size = (160, 90) if rotation % 180 == 0 else (90, 160)
    assert (video.width, video.height) == size


def test_a_picture_that_is_stretched_is_not_turned(tmp_path: Path) -> None:
    video = opened(written(tmp_path / "a.mp4", (2, 0, 0, 1))).video
    assert video is not None
    assert (video.rotation, video.mirrored) == (0, False)
