"""Three-dimensional scenes of textured boards, seen by a camera that moves as it is told.

Axes and units are those of :mod:`shotlog.synthetic.camera`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.synthetic import Camera

Grey = npt.NDArray[np.uint8]
Vector = npt.NDArray[np.float64]

NEAR = 0.2
"""Nothing nearer than this is drawn."""


@dataclass(frozen=True, eq=False)
class Board:
    """A flat textured thing.

    Attributes:
        corner: Where the texture's top left corner is.
        across: From there to the top right corner.
        down: From there to the bottom left corner.
        texture: (h, w) grey levels.
        mask: (h, w) 255 where it is solid, or None where all of it is.
        endless: Whether the texture goes on for ever, each tile the mirror of its neighbour.
        clear: The distance beyond which an endless board fades into what is behind it.
    """

    corner: Vector
    across: Vector
    down: Vector
    texture: Grey
    mask: Grey | None = None
    endless: bool = False
    clear: float | None = None


@dataclass(frozen=True, eq=False)
class Actor:
    """Something that moves before the camera, in the picture's own plane.

    Attributes:
        texture: (h, w) grey levels.
        mask: (h, w) 255 where it is solid.
        width: In picture widths.
        path: At a time in seconds: x and y of its middle in picture widths from the centre, its
            turn in radians and its growth.
    """

    texture: Grey
    mask: Grey
    width: float
    path: Callable[[float], tuple[float, float, float, float]]


@dataclass(frozen=True, eq=False)
class Stream:
    """A part of the picture whose texture flows, such as water before a tripod.

    Attributes:
        texture: (h, w) grey levels.
        mask: (h, w) 255 where it flows; stretched over the whole picture.
        flow: Speed to the right and down, in picture widths per second.
        wave: Height and length of its waves in picture widths, and how many pass in a second.
    """

    texture: Grey
    mask: Grey
    flow: tuple[float, float]
    wave: tuple[float, float, float] = (0.0, 1.0, 0.0)


@dataclass(frozen=True, eq=False)
class Scene:
    """What there is to see: boards from far to near, streams before them, then actors."""

    boards: tuple[Board, ...]
    actors: tuple[Actor, ...] = ()
    sky: int = 128
    path: Callable[[float], Camera] = field(default=lambda _: Camera())
    streams: tuple[Stream, ...] = ()

    def through(self, path: Callable[[float], Camera]) -> Scene:
        """The same scene, seen by a camera that goes another way."""
        return replace(self, path=path)

    def picture(self, moment: float, width: int = 384, height: int = 216) -> Grey:
        """What the camera sees at a moment (seconds): (height, width) grey levels."""
        camera = self.path(moment)
        picture = np.full((height, width), self.sky, np.uint8)
        for board in self.boards:
            _draw_board(picture, board, camera)
        for stream in self.streams:
            _draw_stream(picture, stream, moment)
        for actor in self.actors:
            _draw_actor(picture, actor, moment)
        return picture


def _draw_board(picture: Grey, board: Board, camera: Camera) -> None:
    height, width = picture.shape
    rows, columns = board.texture.shape
    frame = camera.plane(board.corner, board.across / columns, board.down / rows)
    if abs(np.linalg.det(frame)) < 1e-12:  # the plane goes through the lens: seen edge on
        return
    to_picture = camera.intrinsics(width, height) @ frame
    if board.endless:
        _draw_endless(picture, board, np.asarray(np.linalg.inv(to_picture), np.float64))
        return
    corners = frame @ np.array([[0, columns, 0, columns], [0, 0, rows, rows], [1, 1, 1, 1]])
    if corners[2].min() < NEAR:
        return
    outline = to_picture @ np.array([[0, columns, 0, columns], [0, 0, rows, rows], [1, 1, 1, 1]])
    left, top = np.floor((outline[:2] / outline[2]).min(axis=1)).astype(int).clip(0)
    right, bottom = np.ceil((outline[:2] / outline[2]).max(axis=1)).astype(int) + 1
    part = picture[top : max(bottom, 0), left : max(right, 0)]
    if not part.size:
        return
    to_part = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]]) @ to_picture
    size = part.shape[::-1]
    mask = np.full_like(board.texture, 255) if board.mask is None else board.mask
    seen = cv2.warpPerspective(mask, to_part, size)
    drawn = cv2.warpPerspective(board.texture, to_part, size, borderMode=cv2.BORDER_REPLICATE)
    np.copyto(part, drawn, where=seen > 127)


def _draw_endless(picture: Grey, board: Board, to_texture: Vector) -> None:
    """Draws an endless board where it lies before the camera (1 / depth is above 0)."""
    height, width = picture.shape
    x = np.arange(width, dtype=np.float32)
    y = np.arange(height, dtype=np.float32)[:, None]
    ahead = to_texture[2, 0] * x + to_texture[2, 1] * y + to_texture[2, 2]
    drawn = cv2.warpPerspective(
        board.texture,
        to_texture,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT,
    )
    if board.clear is not None:
        clear = np.clip(ahead * board.clear, 0, 1)
        drawn = (picture + clear * (drawn.astype(np.float32) - picture)).astype(np.uint8)
    np.copyto(picture, drawn, where=ahead > 0)


def _draw_stream(picture: Grey, stream: Stream, moment: float) -> None:
    height, width = picture.shape
    high, length, beat = stream.wave
    y, x = (axis.astype(np.float32) / width for axis in np.mgrid[:height, :width])
    passed = 2 * np.pi * beat * moment
    from_x = x - stream.flow[0] * moment + high * np.sin(2 * np.pi * y / length + passed)
    from_y = y - stream.flow[1] * moment + high * np.sin(2 * np.pi * x / length + passed)
    scale = np.float32(stream.texture.shape[1])
    drawn = cv2.remap(
        stream.texture,
        np.asarray(scale * from_x, np.float32),
        np.asarray(scale * from_y, np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    np.copyto(picture, drawn, where=cv2.resize(stream.mask, (width, height)) > 127)


def _draw_actor(picture: Grey, actor: Actor, moment: float) -> None:
    height, width = picture.shape
    rows, columns = actor.texture.shape
    x, y, turn, growth = actor.path(moment)
    scale = actor.width * growth * width / columns
    c, s = scale * math.cos(turn), scale * math.sin(turn)
    mx, my = (columns - 1) / 2, (rows - 1) / 2
    tx = x * width + (width - 1) / 2 - c * mx + s * my
    ty = y * width + (height - 1) / 2 - s * mx - c * my
    matrix = np.array([[c, -s, tx], [s, c, ty]])
    outline = matrix @ np.array([[0, columns, 0, columns], [0, 0, rows, rows], [1, 1, 1, 1]])
    left, top = np.floor(outline.min(axis=1)).astype(int).clip(0)
    right, bottom = np.ceil(outline.max(axis=1)).astype(int) + 1
    part = picture[top : max(bottom, 0), left : max(right, 0)]
    if not part.size:
        return
    matrix[:, 2] -= left, top
    size = part.shape[::-1]
    mask = cv2.warpAffine(actor.mask, matrix, size)
    drawn = cv2.warpAffine(actor.texture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    np.copyto(part, drawn, where=mask > 127)
