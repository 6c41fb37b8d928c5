"""Effects inside a shot that are no cut: moves, flashes, captions, light, focus, passers-by.

Every effect takes a film (frames, h, w, 3) of float32 in 0-255 and gives one of the same shape.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Film = npt.NDArray[np.float32]
Draw = np.random.Generator
Effect = Callable[[Film, Draw], Film]


def ramp(frames: int, start: int, length: int) -> npt.NDArray[np.float32]:
    """Return (frames, 1, 1, 1) that rises from 0 to 1 over ``length`` frames from ``start``."""
    steps = np.clip((np.arange(frames) - start + 1) / max(1, length), 0, 1)
    return steps.astype(np.float32)[:, None, None, None]


def _moment(film: Film, draw: Draw, length: int) -> int:
    return int(draw.integers(0, max(1, len(film) - length)))


def move(film: Film, draw: Draw) -> Film:
    """Add a pan, tilt or zoom over the frames, from slow to fast."""
    height, width = film.shape[1:3]
    zoom = np.exp(draw.uniform(0.2, 0.9) + draw.choice([0, draw.uniform(-0.2, 0.6)]) * _time(film))
    rim = 1 - 1 / zoom
    way = draw.uniform(-1, 1, (2, 2))
    centre = way[0] + (way[1] - way[0]) * _time(film)[:, None]
    shown = []
    for frame, scale, (x, y), room in zip(film, zoom, centre, rim, strict=True):
        left, top = (
            width / 2 * (1 - 1 / scale + x * room),
            height / 2 * (1 - 1 / scale + y * room),
        )
        matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
        shown.append(cv2.warpAffine(frame, matrix, (width, height), borderMode=cv2.BORDER_REFLECT))
    return np.stack(shown)


def _time(film: Film) -> npt.NDArray[np.float64]:
    return np.arange(len(film)) / 60.0


def whip(film: Film, draw: Draw) -> Film:
    """Add a whip pan that accelerates, with motion blur."""
    length, width = int(draw.integers(5, 14)), film.shape[2]
    start, top = _moment(film, draw, length), draw.uniform(3, 14) * draw.choice([-1, 1])
    moved, shown = 0.0, []
    for number, frame in enumerate(film):
        inside = min(1.0, (number - start + 1) / 3, (start + length - number) / 3)
        speed = top * max(0.0, inside)
        moved += speed
        wide = np.concatenate([frame, frame[:, ::-1]], axis=1)
        turned = np.roll(wide, round(moved), axis=1)[:, :width]
        shown.append(cv2.blur(turned, (max(1, round(abs(speed) * 0.6)), 1)))
    return np.stack(shown)


def flash(film: Film, draw: Draw) -> Film:
    """Add one to three frames of white or coloured light."""
    length = int(draw.integers(1, 4))
    if len(film) < length + 8:
        return film
    lit, start = film.copy(), int(draw.integers(4, len(film) - length - 3))
    colour = np.full(3, 255.0) if draw.random() < 0.6 else draw.uniform(0, 255, 3)
    least = draw.choice([0.4, 1])
    strength = draw.uniform(0.4, 1)
    for number in range(start, start + length):
        share = strength * draw.uniform(least, 1)
        lit[number] = film[number] * (1 - share) + colour * share
    return lit


def caption(film: Film, draw: Draw) -> Film:
    """Add text that pops or fades in, and perhaps out again."""
    count, height, width = film.shape[:3]
    text = (draw.random((height // 2, width // 2)) < 0.6).repeat(2, 0).repeat(2, 1)
    top, left = int(draw.integers(0, height // 2)), int(draw.integers(0, width // 3))
    bottom = top + int(draw.integers(4, height // 2))
    right = int(draw.integers(width // 2, width))
    mask = np.zeros((height, width, 1), dtype=np.float32)
    mask[top:bottom, left:right, 0] = text[top:bottom, left:right]
    start, fade = _moment(film, draw, 2), int(np.exp(draw.uniform(0, np.log(40))))
    share = ramp(count, start, fade)
    if draw.random() < 0.5:
        end = int(draw.integers(start + 1, count + 1))
        share = np.minimum(share, 1 - ramp(count, end, fade))
    cover, level = mask * share, np.float32(10 if draw.random() < 0.5 else 250)
    return np.asarray(film * (1 - cover) + level * cover, dtype=np.float32)


def light(film: Film, draw: Draw) -> Film:
    """Change the exposure by up to a stop."""
    length = int(draw.integers(3, 40))
    share = ramp(len(film), _moment(film, draw, length), length)
    return film * (1 + (draw.uniform(0.5, 1.6) - 1) * share)


def focus(film: Film, draw: Draw) -> Film:
    """Pull focus out of, or into, the picture."""
    length = int(draw.integers(6, 40))
    blur = ramp(len(film), _moment(film, draw, length), length).ravel()
    blur = blur if draw.random() < 0.5 else 1 - blur
    return np.stack(
        [
            cv2.GaussianBlur(frame, (0, 0), 4 * float(share)) if share > 0.05 else frame
            for frame, share in zip(film, blur, strict=True)
        ]
    )


def passing(film: Film, draw: Draw) -> Film:
    """Move a large, near object through the frame."""
    count, height, width = film.shape[:3]
    breadth, speed = int(width * draw.uniform(0.3, 1.1)), draw.uniform(2, 9)
    surface = cv2.blur(draw.normal(0, 12, (height, breadth)).astype(np.float32), (3, 3))
    thing = draw.uniform(0, 160, 3).astype(np.float32) + surface[..., None]
    start, mirrored, shown = _moment(film, draw, 8), draw.random() < 0.5, film.copy()
    for number in range(start, count):
        at = int((number - start) * speed) - breadth
        left, right = max(0, at), min(width, at + breadth)
        if left < right:
            frame = shown[number, :, ::-1] if mirrored else shown[number]
            frame[:, left:right] = thing[:, left - at : right - at]
    return shown


CHANCES: dict[Effect, float] = {
    move: 0.25,
    whip: 0.1,
    flash: 0.12,
    caption: 0.12,
    light: 0.08,
    focus: 0.06,
    passing: 0.08,
}
"""How often each happens in a shot."""
