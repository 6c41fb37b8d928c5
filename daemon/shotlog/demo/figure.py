"""Figures of people: a shaded head and a dressed body in the classic proportion of 7.5 heads.

The head is a height field (skull, jaw, sockets, nose, lips) lit by a key and a fill light, because
a face detector responds to shading, not to outlines. All lengths are in heads: crown at y = 0, chin
at y = 1, soles at y = :data:`BODY_HEADS`; x runs to the right from the middle of the face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Colour = tuple[int, int, int]
Field = npt.NDArray[np.floating[Any]]

BODY_HEADS = 7.5
"""Height of an adult in heads (Loomis, Figure Drawing, 1943)."""

HALF_WIDTH = 1.5
"""Half of the width of a figure in heads, raised arms included."""

# Unit vectors towards the lights; positions in heads; (left, right, top, bottom) of the bust.
_KEY, _FILL = (-0.50, -0.45, 0.74), (0.70, -0.10, 0.70)
_EYE_X, _EYE_Y = 0.15, 0.49
_BUST = (-0.62, 0.62, -0.1, 1.45)
_SHOES: Colour = (38, 32, 30)
_SHIRT = np.full(3, 0.72, np.float32)


@dataclass(frozen=True)
class Appearance:
    """Colours (sRGB) and hair of a person."""

    skin: Colour
    hair: Colour
    iris: Colour
    coat: Colour
    trousers: Colour
    long_hair: bool = False


@dataclass(frozen=True)
class Pose:
    """Pose of a person.

    Attributes:
        turn: Turn of the head to the right of the picture in radians; 0.4 at most.
        mouth: Opening of the mouth, 0 to 1.
        blink: True with eyes shut.
        arms: Height of the arms, 0 (hanging) to 1 (above the head).
    """

    turn: float = 0.0
    mouth: float = 0.0
    blink: bool = False
    arms: float = 0.0


def draw_figure(
    appearance: Appearance,
    pose: Pose,
    head: float,
    *,
    heads: float = BODY_HEADS,
    above: float = 0.2,
) -> npt.NDArray[np.uint8]:
    """Draw a person from ``above`` heads over the crown to ``heads`` below it.

    Args:
        appearance: Colours and hair of the person.
        pose: Pose of the person.
        head: Height of the head (crown to chin) in pixels.
        heads: End of the picture in heads below the crown; a close-up has no need of the shoes.
        above: Space over the crown in heads.

    Returns:
        (h, w, 4) uint8 RGBA with premultiplied alpha, ``2 * HALF_WIDTH`` heads wide.
    """
    easel = _headless(appearance, pose.arms, head, heads, above).copy()
    face = easel.part(-0.48, 0.48, -0.1, 1.2)
    _paint_head(face, appearance, pose)
    if appearance.long_hair:
        _paint_locks(easel.part(*_BUST), appearance)
    return easel.picture()


@lru_cache(maxsize=2)
def _headless(
    appearance: Appearance, arms: float, head: float, heads: float, above: float
) -> _Easel:
    """Return the figure without its head, cached; callers paint on a copy of it."""
    # The body stays the same while a person talks, so that only the head is drawn for each frame.
    height, width = round((heads + above) * head), round(2 * HALF_WIDTH * head)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    easel = _Easel((x + 0.5) / np.float32(head) - HALF_WIDTH, (y + 0.5) / np.float32(head) - above)
    bust = easel.part(*_BUST)
    if appearance.long_hair:
        _paint_hair_behind(bust, appearance)
    _paint_body(easel, appearance, arms)
    _paint_neck(bust, appearance)
    return easel


class _Easel:
    """A canvas in linear light, over coordinates in heads."""

    def __init__(self, x: Field, y: Field, light: Field | None = None) -> None:
        self.x, self.y = x, y
        self.pixel = float(x[0, 1] - x[0, 0]) if x.shape[0] and x.shape[1] > 1 else 1.0
        self._layer = np.zeros((*x.shape, 4), np.float32) if light is None else light

    def copy(self) -> _Easel:
        """Return a copy that is independent of this canvas."""
        return _Easel(self.x, self.y, self._layer.copy())

    def part(self, left: float, right: float, top: float, bottom: float) -> _Easel:
        """Return a view of a rectangle of the canvas; to paint small shapes there is faster."""
        columns = slice(*np.searchsorted(self.x[0], (left, right)))
        rows = slice(*np.searchsorted(self.y[:, 0], (top, bottom)))
        here = (rows, columns)
        return _Easel(self.x[here], self.y[here], self._layer[here])

    def inside(self, distance: Field) -> Field:
        """Return the antialiased coverage of a shape from its signed distance (negative inside)."""
        return np.asarray(np.clip(0.5 - distance / np.float32(self.pixel), 0, 1))

    def outline(self, implicit: Field) -> Field:
        """Return the coverage of a shape from any function that is negative inside."""
        down, across = np.gradient(implicit, np.float32(self.pixel))
        # The value divided by its gradient is the distance to first order.
        return self.inside(implicit / np.maximum(np.hypot(across, down), np.float32(1e-3)))

    def paint(self, cover: Field, light: Field) -> None:
        """Paint a colour, (3,) or (h, w, 3) in linear light, over the canvas."""
        mask = cover[..., None]
        self._layer *= 1 - mask
        self._layer[..., :3] += light * mask
        self._layer[..., 3:] += mask

    def picture(self) -> npt.NDArray[np.uint8]:
        """Return the canvas as sRGB with premultiplied alpha, softened as by a lens."""
        cover = self._layer[..., 3:]
        light = np.clip(self._layer[..., :3] / np.maximum(cover, np.float32(1e-4)), 0, 1)
        pixels = np.concatenate([light ** np.float32(1 / 2.2) * cover, cover], axis=2)
        soft = cv2.GaussianBlur((pixels * 255 + 0.5).astype(np.uint8), (3, 3), 0.6)
        return np.asarray(soft, np.uint8)


def _linear(colour: Colour) -> Field:
    # A power of 2.2 stands for the curve of sRGB, here and on the way back in picture().
    return ((np.array(colour, np.float32) / 255) ** 2.2).astype(np.float32)


def _hill(x: Field, y: Field, at: tuple[float, float], size: tuple[float, float]) -> Field:
    """Return a Gaussian bump of height 1."""
    return np.exp(-0.5 * (((x - at[0]) / size[0]) ** 2 + ((y - at[1]) / size[1]) ** 2))


def _lit(nx: Field, ny: Field, nz: Field) -> Field:
    """Return the light on a surface with unit normals: key, fill and ambient."""
    key = np.clip(nx * _KEY[0] + ny * _KEY[1] + nz * _KEY[2], 0, None)
    fill = np.clip(nx * _FILL[0] + ny * _FILL[1] + nz * _FILL[2], 0, None)
    return np.asarray(0.95 * key + 0.28 * fill + 0.16, np.float32)


def _grain(shape: tuple[int, ...], cell: float, stretch: float = 1.0) -> Field:
    """Return smooth noise in [-1, 1], the same for each call, stretched downwards."""
    height, width = shape[0], shape[1]
    rows, columns = max(2, round(height / cell / stretch)), max(2, round(width / cell))
    # Seeded by its size: noise that changed from frame to frame would flicker on hair and skin.
    coarse = np.random.default_rng(rows * 7919 + columns).uniform(-1, 1, (rows, columns))
    smooth = cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth, np.float32)


def _face_form(x: Field, y: Field) -> Field:
    """Return the implicit function of the head's outline: negative inside, -1 in the middle."""
    skull = (x / 0.37) ** 2 + ((y - 0.44) / 0.44) ** 2
    jaw = (np.abs(x) / 0.365) ** 2.1 + (np.clip(y - 0.44, 0, None) / 0.56) ** 2.6
    return np.where(y < 0.44, skull, jaw).astype(np.float32) - 1


def _relief(x: Field, y: Field, mouth: float) -> Field:
    """Return the depth of the face in heads: skull, nose, eye sockets, cheeks, lips and chin."""
    side = np.abs(x)
    # Positions and sizes are set by eye. Their test is that a face detector boxes the head at its
    # true height (tests/demo/test_film_faces.py).
    depth = 0.42 * np.sqrt(np.clip(-_face_form(x, y), 0, 1))
    bridge = np.clip((y - 0.42) / 0.28, 0, 1) * np.clip((0.755 - y) / 0.05, 0, 1)
    depth += 0.105 * bridge * np.exp(-0.5 * (x / (0.028 + 0.025 * bridge)) ** 2)
    depth += 0.035 * _hill(x, y, (0, 0.70), (0.05, 0.04))
    depth += 0.030 * _hill(side, y, (0.062, 0.725), (0.026, 0.024))
    depth -= 0.055 * _hill(side, y, (_EYE_X - 0.02, _EYE_Y), (0.085, 0.048))
    depth += 0.030 * _hill(side, y, (_EYE_X, _EYE_Y), (0.050, 0.036))
    depth += 0.020 * _hill(side, y, (0.15, 0.405), (0.10, 0.028))
    depth += 0.022 * _hill(side, y, (0.215, 0.63), (0.08, 0.06))
    drop = 0.05 * mouth
    depth += 0.020 * _hill(x, y, (0, 0.805), (0.085, 0.016))
    depth += 0.022 * _hill(x, y, (0, 0.848 + drop), (0.070, 0.018))
    depth -= 0.016 * _hill(x, y, (0, 0.885 + drop), (0.070, 0.016))
    depth += 0.026 * _hill(x, y, (0, 0.945), (0.075, 0.035))
    return depth.astype(np.float32)


def _paint_head(easel: _Easel, appearance: Appearance, pose: Pose) -> None:
    x, y = easel.x, easel.y
    form = _face_form(x, y)
    head = easel.outline(form)
    _paint_ears(easel, appearance, pose.turn)
    skull = 0.42 * np.sqrt(np.clip(-form, 0, 1))
    # The face lies on the skull: where the skull stands out more, a turn moves it further.
    face_x = (x - np.sin(pose.turn) * skull) / np.float32(np.cos(pose.turn))
    depth = cv2.GaussianBlur(_relief(face_x, y, pose.mouth), (0, 0), 0.006 / easel.pixel + 0.3)
    down, across = np.gradient(depth, easel.pixel)
    steep = np.sqrt(1 + across**2 + down**2)
    light = _lit(-across / steep, -down / steep, 1 / steep)
    easel.paint(head, _complexion(easel, face_x, appearance, pose) * light[..., None])
    _paint_eyes(easel, face_x, appearance, pose, light)
    _paint_hair(easel, face_x, head, appearance)


def _complexion(easel: _Easel, x: Field, appearance: Appearance, pose: Pose) -> Field:
    """Return the unlit colour of skin, lips, brows and nostrils."""
    y, side = easel.y, np.abs(x)
    skin = _linear(appearance.skin)
    warm = 0.35 * _hill(side, y, (0.21, 0.66), (0.08, 0.06)) + 0.3 * _hill(
        x, y, (0, 0.71), (0.05, 0.04)
    )
    colour = skin * (1 - warm[..., None] * np.array([0.0, 0.28, 0.30], np.float32))
    colour = colour * (1 + 0.04 * _grain(x.shape, 0.02 / easel.pixel + 2))[..., None]
    colour *= (1 - 0.35 * _hill(side, y, (_EYE_X - 0.03, _EYE_Y), (0.085, 0.045)))[..., None]
    colour *= (1 - 0.30 * _hill(x, y, (0, 0.775), (0.06, 0.018)))[..., None]

    def lay(cover: Field, tint: Field) -> None:
        nonlocal colour
        colour = colour * (1 - cover[..., None]) + tint * cover[..., None]

    drop = 0.05 * pose.mouth
    bow = 0.012 * np.exp(-0.5 * (x / 0.018) ** 2)
    upper = (side / 0.125) ** 1.8 + ((y - 0.812) / (0.026 - bow)) ** 2 - 1
    lower = (side / 0.110) ** 2 + ((y - 0.835 - drop * 0.8) / 0.030) ** 2 - 1
    lips = skin * np.array([0.78, 0.36, 0.38], np.float32)
    lay(0.9 * easel.outline(np.minimum(upper, lower).astype(np.float32)), lips)
    gap = (side / 0.105) ** 2 + ((y - 0.824 - drop * 0.35) / (0.006 + drop * 0.6)) ** 2 - 1
    lay(0.9 * easel.outline(gap.astype(np.float32)), skin * np.float32(0.10))
    nostril = _hill(side, y, (0.036, 0.748), (0.017, 0.009))
    lay(np.clip(1.2 * nostril, 0, 0.85).astype(np.float32), skin * np.float32(0.10))
    arch = y - (0.395 + 0.9 * (side - 0.14) ** 2 - 0.06 * (side - 0.14))
    brow = np.clip(1.3 - np.abs(arch) / 0.024, 0, 1) * np.clip((0.255 - side) / 0.05, 0, 1)
    brow *= np.clip((side - 0.05) / 0.03, 0, 1) * (0.85 + 0.15 * _grain(x.shape, 3, 0.6))
    lay(0.88 * brow.astype(np.float32), _linear(appearance.hair) * np.float32(0.7))
    return np.asarray(colour, np.float32)


def _paint_eyes(easel: _Easel, x: Field, appearance: Appearance, pose: Pose, light: Field) -> None:
    y, side = easel.y, np.abs(x)
    across = (side - _EYE_X) / 0.078
    lid = np.clip(1 - across**2, 0, 1) * (0.0 if pose.blink else 1.0)
    opening = np.maximum(_EYE_Y - 0.034 * lid - y, y - _EYE_Y - 0.026 * lid) + 0.002
    eye = easel.inside(opening.astype(np.float32)) * (np.abs(across) < 1)
    shade = np.clip(light, 0.25, 0.9)[..., None]
    easel.paint(eye, np.array([0.78, 0.76, 0.73], np.float32) * shade)
    gaze = _EYE_X * np.sign(x) + 0.02 * np.float32(pose.turn)
    radius = np.hypot(x - gaze, y - _EYE_Y + 0.004)
    ring = 0.7 + 0.6 * np.clip(radius / 0.034, 0, 1)
    easel.paint(eye * easel.inside(radius - 0.034), _linear(appearance.iris) * ring[..., None])
    easel.paint(eye * easel.inside(radius - 0.015), np.full(3, 0.01, np.float32))
    glint = np.hypot(x - gaze + 0.012, y - _EYE_Y + 0.017)
    easel.paint(eye * easel.inside(glint - 0.007), np.full(3, 0.95, np.float32))
    lash = np.abs(y - (_EYE_Y - 0.036 * lid)) - 0.007 * np.sqrt(lid + 0.1)
    lashes = easel.inside(lash.astype(np.float32)) * (np.abs(across) < 1.08)
    easel.paint(0.9 * lashes, np.full(3, 0.02, np.float32))
    fold = np.clip(1 - np.abs(y - (_EYE_Y - 0.020 - 0.040 * lid)) / 0.008, 0, 1)
    easel.paint(
        (0.35 * fold * (np.abs(across) < 0.95)).astype(np.float32),
        _linear(appearance.skin) * np.float32(0.25),
    )


def _paint_ears(easel: _Easel, appearance: Appearance, turn: float) -> None:
    for side in (-1, 1):
        x = easel.x - side * 0.36 + 0.1 * np.float32(np.sin(turn))
        form = (x / 0.05) ** 2 + ((easel.y - 0.57) / 0.115) ** 2 - 1
        hollow = 1 - 0.45 * _hill(x, easel.y, (0, 0.56), (0.02, 0.055))
        light = (0.62 if side < 0 else 0.36) * hollow[..., None]
        easel.paint(easel.outline(form), _linear(appearance.skin) * light)


def _hair_light(easel: _Easel, appearance: Appearance) -> Field:
    strands = _grain(easel.x.shape, max(1.5, 0.012 / easel.pixel), 8)
    shine = 0.75 + 0.9 * _hill(easel.x, easel.y, (-0.14, 0.08), (0.16, 0.09))
    return _linear(appearance.hair) * ((1 + 0.4 * strands) * shine)[..., None]


def _paint_hair(easel: _Easel, x: Field, head: Field, appearance: Appearance) -> None:
    y, side = easel.y, np.abs(x)
    sink = np.clip((y - 0.3) / 0.28, 0, 1)
    cap = easel.outline((easel.x / (0.405 - 0.06 * sink)) ** 2 + ((y - 0.42) / 0.455) ** 2 - 1)
    tuft = 0.02 * _grain((1, x.shape[1]), max(1.5, 0.02 / easel.pixel))
    parting = 0.175 + 0.55 * np.clip(np.abs(x + 0.07), 0, 1) ** 1.6 + tuft
    temple = np.clip((side - 0.285 - 0.09 * sink) / 0.02, 0, 1) * (y < 0.6)
    over_face = np.maximum(np.clip((parting - y) / 0.045, 0, 1), temple)
    beyond = (1 - head) * (y < 0.6)
    easel.paint(cap * np.maximum(over_face, beyond), _hair_light(easel, appearance))


def _paint_hair_behind(easel: _Easel, appearance: Appearance) -> None:
    y, width = easel.y, 0.44 + 0.05 * np.clip(easel.y, 0, 1.2)
    crown = ((easel.x / width) ** 2 + (np.clip(0.42 - y, 0, None) / 0.48) ** 2) - 1
    form = np.maximum(crown, y - 1.22 - 0.06 * np.abs(easel.x))
    easel.paint(easel.outline(form), np.float32(0.6) * _hair_light(easel, appearance))


def _paint_locks(easel: _Easel, appearance: Appearance) -> None:
    """Paint the strands of long hair in front of the ears, down to the shoulders."""
    y, side = easel.y, np.abs(easel.x)
    fall = np.clip((y - 0.12) / 0.5, 0, 1)
    inner = 0.20 + 0.13 * np.sqrt(fall) + 0.05 * np.clip(y - 0.8, 0, 1)
    outer = 0.40 + 0.07 * np.clip(y, 0, 1) - 0.25 * np.clip(y - 1.1, 0, 1)
    form = np.maximum(np.maximum(inner - side, side - outer), np.maximum(0.16 - y, y - 1.32))
    easel.paint(easel.inside(form), _hair_light(easel, appearance))


def _paint_neck(easel: _Easel, appearance: Appearance) -> None:
    x, y = easel.x, easel.y
    width = 0.20 + 0.10 * np.clip((y - 0.98) / 0.25, 0, 1) ** 2
    form = np.maximum(np.abs(x) - width, np.maximum(0.7 - y, y - 1.38 + 1.1 * np.abs(x)))
    nx = np.clip(x / width, -1, 1)
    light = _lit(nx, np.zeros_like(nx), np.sqrt(1 - nx**2))
    under_chin = 1 - 0.62 * np.clip(1 - (y - 0.95 - 0.3 * np.abs(x)) / 0.22, 0, 1)
    easel.paint(easel.inside(form), _linear(appearance.skin) * (light * under_chin)[..., None])


def _paint_body(easel: _Easel, appearance: Appearance, arms: float) -> None:
    for side in (-1, 1):
        leg, foot = [(0.28, 3.7), (0.30, 5.5), (0.28, 7.15)], [(0.30, 7.30), (0.42, 7.38)]
        _limb(easel, leg, [0.36, 0.25, 0.17], side, appearance.trousers)
        _limb(easel, foot, [0.14, 0.11], side, _SHOES)
        _paint_arm(easel, appearance, arms, side)
    torso = easel.part(-0.9, 0.9, 1.0, 4.1)
    if torso.x.size:
        _paint_torso(torso, appearance)


def _paint_torso(easel: _Easel, appearance: Appearance) -> None:
    x, y = easel.x, easel.y
    levels = [1.04, 1.14, 1.26, 1.46, 2.10, 2.85, 3.45, 4.00]
    widths = [0.18, 0.32, 0.62, 0.79, 0.70, 0.58, 0.65, 0.68]
    width = np.interp(y, levels, widths).astype(np.float32)
    torso = easel.outline(np.maximum(np.abs(x) / width - 1, np.maximum(1.04 - y, y - 4.0)))
    nx = np.clip(x / (width * 1.08), -1, 1)
    slope = np.clip((1.60 - y) / 0.8, 0, 0.7)
    nz = np.sqrt(np.clip(1 - nx**2, 0.02, 1))
    size = np.sqrt(nx**2 + slope**2 + nz**2)
    folds = 1 + 0.10 * _grain(x.shape, max(2.0, 0.16 / easel.pixel), 3)
    light = (_lit(nx / size, -slope / size, nz / size) * folds)[..., None]
    easel.paint(torso, _linear(appearance.coat) * light)
    opening = np.abs(x) - 0.44 * (1.85 - y) / 0.75
    easel.paint(torso * easel.inside(np.maximum(opening, 1.04 - y)), _SHIRT * light)
    lapel = np.maximum(np.abs(opening - 0.012) - 0.02, y - 1.85)
    easel.paint(0.8 * torso * easel.inside(lapel), _linear(appearance.coat) * (0.4 * light))


def _paint_arm(easel: _Easel, appearance: Appearance, arms: float, side: int) -> None:
    """Paint an arm, from hanging (0) to raised with the hand above the head (1)."""
    upper, fore = np.radians(8 + 125 * arms), np.radians(2 + 165 * arms)
    shoulder = np.array([0.70, 1.40])
    elbow = shoulder + 1.15 * np.array([np.sin(upper) * 0.62, np.cos(upper)])
    wrist = elbow + 0.95 * np.array([np.sin(fore) * 0.45, np.cos(fore)])
    hand = wrist + 0.2 * (wrist - elbow) / np.linalg.norm(wrist - elbow)
    _limb(easel, [tuple(wrist), tuple(hand)], [0.11, 0.10], side, appearance.skin)
    joints = [tuple(shoulder), tuple(elbow), tuple(wrist)]
    _limb(easel, joints, [0.22, 0.18, 0.13], side, appearance.coat)


def _limb(
    easel: _Easel,
    joints: Sequence[tuple[float, ...]],
    radii: Sequence[float],
    side: int,
    colour: Colour,
) -> None:
    """Paint a chain of tapered cylinders; ``side`` -1 mirrors it."""
    for (ax, ay), (bx, by), start, end in zip(joints, joints[1:], radii, radii[1:], strict=False):
        reach = max(start, end) + 0.02
        across, down = sorted((side * ax, side * bx)), sorted((ay, by))
        part = easel.part(across[0] - reach, across[1] + reach, down[0] - reach, down[1] + reach)
        if not part.x.size:
            continue
        dx, dy = np.float32(side * (bx - ax)), np.float32(by - ay)
        px, py = part.x - np.float32(side * ax), part.y - np.float32(ay)
        along = np.clip((px * dx + py * dy) / (dx * dx + dy * dy), 0, 1)
        ox, oy = px - along * dx, py - along * dy
        away, radius = np.hypot(ox, oy), start + (end - start) * along
        bulge = np.sqrt(np.clip(1 - (away / radius) ** 2, 0, 1))
        light = _lit(ox / radius, oy / radius, bulge)
        part.paint(part.inside(away - radius), _linear(colour) * light[..., None])
