"""Edits to learn cuts from: labelled clips cut against each other, with effects that are no cut.

Pictures are as small as the cut measure sees them, so that thousands of transitions cost minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from cuts_effects import CHANCES, Draw, Film, ramp
from cuts_truth import Labels, Range, Truth

from shotlog.media.container import probe
from shotlog.media.cuts import CutMeasure
from shotlog.media.decoding import FrameReader
from shotlog.schema import MediaReference, Pixels, TimeRange

SIZES = ((64, 36), (64, 48), (64, 28), (36, 64))
MIRRORED = ("_r.mp4", "_m.mp4")
"""Files that show another one backwards or mirrored: nothing new to learn from."""

_LEAST_TAKE = 12
_LEAST_LEVEL = 12
_ROOM = 6
"""Frames that a shot keeps to itself between two changes."""

_CONVERSIONS = (24 / 30, 25 / 30, 24 / 25, 30 / 25, 24 / 60)
"""Frame rates of originals over those of their copies."""

_WHOLE = 0.05
"""Share of a neighbour up to which a mixed frame counts as whole."""


@dataclass(frozen=True)
class Take:
    """A run of frames without any change of shot."""

    source: str
    frames: Pixels


def takes(root: Path, labels: Sequence[Labels]) -> list[Take]:
    """Return the takes of the labelled clips and films; assembled timelines would repeat them."""
    found = []
    for item in labels:
        if item.task == "timeline" or item.file.endswith(MIRRORED):
            continue
        frames = pictures(root / item.file)
        edges = [0, *item.cuts, len(frames)]
        changing = [(a, b) for _, a, b in item.graduals] + item.ignored
        clean = np.ones(len(frames), dtype=bool)
        for first, last in changing:
            clean[max(0, first - 2) : last + 3] = False
        for a, b in pairwise(edges):
            for start, end in _runs(clean[a:b]):
                run = frames[a + start : a + end]
                if len(run) >= _LEAST_TAKE and run.mean() > _LEAST_LEVEL:
                    found.append(Take(item.source, run))
    return found


def _runs(flags: npt.NDArray[np.bool_]) -> list[Range]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def pictures(path: Path) -> Pixels:
    """Return every frame of a file at the size of the cut measure."""
    media = probe(MediaReference(path=str(path)))
    whole = TimeRange(start=Fraction(0), duration=Fraction(24 * 3600))
    return np.stack([frame.pixels(CutMeasure.need) for frame in FrameReader(media, [whole])])


@dataclass
class Edit:
    """Joined shots, with the true cuts.

    Attributes:
        film: (n, h, w, 3) float32.
        cuts: First frames of new shots.
        graduals: Kind, first and last mixed frame. The two halves of a dip count each for itself;
            a flash lies over a cut.
    """

    film: Film
    cuts: list[int] = field(default_factory=list)
    graduals: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def truth(self) -> Truth:
        """Return the ranges in which its changes may be found."""
        return Truth.of(self.cuts, self.graduals)

    @property
    def room(self) -> int:
        """Frames since the last change that a new one may take from."""
        changes = [0, *self.cuts, *(last + 1 for _, _, last in self.graduals)]
        return len(self.film) - max(changes) - _ROOM


def make_edit(found: Sequence[Take], draw: Draw, shots: int, *, short: bool = False) -> Edit:
    """Make an edit of random shots with random transitions, sometimes with fades at its ends.

    With ``short``, dissolves may be as short as one frame, as at cuts of converted frame rates.
    """
    size = SIZES[draw.choice(len(SIZES), p=[0.6, 0.2, 0.1, 0.1])]
    edit = Edit(_shot(found, draw, size))
    if draw.random() < 0.2:
        _fade_in(edit, draw)
    for _ in range(shots - 1):
        _join(edit, _shot(found, draw, size), draw, short=short)
    if draw.random() < 0.2:
        _fade_out(edit, draw)
    if draw.random() < 0.3:
        _bars(edit.film, draw)
    noise = draw.normal(0, draw.choice([0, 0.7, 2]), edit.film.shape).astype(np.float32)
    edit.film = np.clip(edit.film + noise, 0, 255)
    if draw.random() < 0.12:
        _repeat_frames(edit, draw)
    elif short and draw.random() < 0.12:
        _blend_frames(edit, draw)
    return edit


def flattened(found: Sequence[Take], draw: Draw) -> list[Take]:
    """Return takes with little contrast and one level, as fog, night and flat grading have it."""
    level, spread = draw.uniform(40, 200), draw.uniform(8, 30)

    def flat(frames: Pixels) -> Pixels:
        away = (frames - np.float32(frames.mean())) * np.float32(spread / max(frames.std(), spread))
        moved = away + np.float32(level + draw.normal(0, 5))
        return np.asarray(np.clip(moved, 0, 255), dtype=np.uint8)

    return [Take(take.source, flat(take.frames)) for take in found]


def _bars(film: Film, draw: Draw) -> None:
    """Add letterbox or pillarbox bars of a tenth to a third of the picture on both sides."""
    along = draw.random() < 0.6
    bar = round(film.shape[1 if along else 2] * draw.uniform(0.1, 0.33))
    for edge in (slice(0, bar), slice(-bar, None)):
        film[(slice(None), edge) if along else (slice(None), slice(None), edge)] = 0


def _shot(found: Sequence[Take], draw: Draw, size: tuple[int, int]) -> Film:
    take = found[int(draw.integers(len(found)))].frames
    longest = draw.choice([12, 40, 120, 300], p=[0.15, 0.35, 0.4, 0.1])
    length = int(draw.integers(4, longest))
    start = int(draw.integers(0, max(1, len(take) - length)))
    film = _framed(take[start : start + length], draw, size)
    if draw.random() < 0.35:
        film *= np.exp(draw.uniform(np.log(0.2), np.log(1.2)))
    if draw.random() < 0.15:
        film = np.repeat(film.mean(axis=-1, keepdims=True), 3, axis=-1)
    for effect, chance in CHANCES.items():
        if draw.random() < chance:
            film = effect(np.clip(film, 0, 255), draw)
    return np.clip(film, 0, 255)


def _framed(frames: Pixels, draw: Draw, size: tuple[int, int]) -> Film:
    """Scale to fill the size, crop at random, mirror at random."""
    width, height = size
    scale = max(width / frames.shape[2], height / frames.shape[1]) * draw.uniform(1, 1.25)
    large = (
        int(np.ceil(frames.shape[2] * scale)),
        int(np.ceil(frames.shape[1] * scale)),
    )
    left = int(draw.integers(0, large[0] - width + 1))
    top = int(draw.integers(0, large[1] - height + 1))
    film = np.stack([cv2.resize(frame, large) for frame in frames])
    film = film[:, top : top + height, left : left + width]
    return (film[:, :, ::-1] if draw.random() < 0.5 else film).astype(np.float32)


def _ease(steps: Film, draw: Draw) -> Film:
    eased = steps * steps * (3 - 2 * steps)
    return np.asarray(eased if draw.random() < 0.3 else steps, dtype=np.float32)


def _mixes(length: int, draw: Draw) -> Film:
    """Return (length, 1, 1, 1) shares between 0 and 1, both excluded."""
    return _ease(ramp(length, 0, length + 1), draw)


def _join(edit: Edit, shot: Film, draw: Draw, *, short: bool) -> None:
    kinds = ["cut", "flash", "dissolve", "fade", "dip", "wipe"]
    shares = [0.36, 0.05, 0.37, 0.1, 0.06, 0.06] if short else [0.42, 0.05, 0.29, 0.12, 0.06, 0.06]
    kind = str(draw.choice(kinds, p=shares))
    room = min(edit.room, len(shot) - _ROOM)
    if kind in ("cut", "flash") or room < 4:
        edit.cuts.append(len(edit.film))
        edit.film = np.concatenate([edit.film, shot])
        if kind == "flash" and room >= 4:
            _light_up(edit, draw)
        return
    least = 1 if short and kind == "dissolve" else 4
    length = min(room, int(np.exp(draw.uniform(np.log(least), np.log(64)))))
    if kind in ("fade", "dip"):
        _through(edit, shot, max(2, length // 2), kind, draw)
        return
    share = _mixes(length, draw)
    if kind == "wipe":
        share = _wiped(share, shot.shape[1:3], draw)
    old, new = edit.film[-length:], shot[:length]
    count = len(edit.film)
    mixed = old * (1 - share) + new * share
    edit.film = np.concatenate([edit.film[:-length], mixed, shot[length:]])
    edit.graduals.append((kind, count - length, count - 1))


def _light_up(edit: Edit, draw: Draw) -> None:
    """Add a burst of coloured light over the frames around the cut, as titles have it."""
    length = int(draw.integers(1, 5))
    first = edit.cuts[-1] - int(draw.integers(max(0, length - 2), length + 1))
    for number in range(first, first + length):
        share, colour = draw.uniform(0.4, 1), draw.uniform(60, 255, 3)
        edit.film[number] = edit.film[number] * (1 - share) + colour * share
    edit.graduals.append(("flash", first, first + length - 1))


def _wiped(share: Film, shape: tuple[int, ...], draw: Draw) -> Film:
    """Wipe with a straight edge that crosses the frame, soft or hard."""
    height, width = shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    edge = (x / width) if draw.random() < 0.5 else (y / height)
    edge = 1 - edge if draw.random() < 0.5 else edge
    soft = draw.choice([0.01, 0.3])
    spread = share * (1 + 2 * soft) - soft
    mask = np.clip((spread - edge[..., None]) / soft, 0, 1)
    return np.asarray(mask, dtype=np.float32)


def _through(edit: Edit, shot: Film, half: int, kind: str, draw: Draw) -> None:
    """Fade to a flat colour and back."""
    colour = np.float32(0 if kind == "fade" else 255)
    hold = max(0, int(draw.integers(-18, 20)))
    down = _ease(ramp(half, 0, half), draw)
    up = 1 - down[::-1]
    count = len(edit.film)
    out = edit.film[-half:] * (1 - down) + colour * down
    into = shot[:half] * up + colour * (1 - up)
    flat = np.full((hold, *shot.shape[1:]), colour, dtype=np.float32)
    edit.film = np.concatenate([edit.film[:-half], out, flat, into, shot[half:]])
    edit.graduals += [
        (f"{kind}_out", count - half, count - 1),
        (f"{kind}_in", count + hold, count + hold + half - 1),
    ]


def _fade_in(edit: Edit, draw: Draw) -> None:
    length = min(int(draw.integers(6, 90)), len(edit.film) - _ROOM)
    if length >= _ROOM:
        hold = int(draw.integers(0, 10))
        black = np.zeros((hold, *edit.film.shape[1:]), dtype=np.float32)
        edit.film[:length] *= _mixes(length, draw)
        edit.film = np.concatenate([black, edit.film])
        edit.graduals.append(("fade_in", hold, hold + length - 1))


def _fade_out(edit: Edit, draw: Draw) -> None:
    length = min(int(draw.integers(6, 90)), edit.room)
    if length >= _ROOM:
        hold, count = int(draw.integers(0, 10)), len(edit.film)
        black = np.zeros((hold, *edit.film.shape[1:]), dtype=np.float32)
        edit.film[-length:] *= 1 - _mixes(length, draw)
        edit.film = np.concatenate([edit.film, black])
        edit.graduals.append(("fade_out", count - length, count - 1))


def _repeat_frames(edit: Edit, draw: Draw) -> None:
    """Repeat every second, fourth or fifth frame, as pulldown does."""
    every = int(draw.choice([1, 4, 5]))
    count = len(edit.film)
    shown = [frame for frame in range(count) for _ in range(1 + (frame % every == 0))]
    place = np.searchsorted(shown, np.arange(count + 1))
    edit.film = edit.film[shown]
    edit.cuts = [int(place[cut]) for cut in edit.cuts]
    edit.graduals = [
        (kind, int(place[first]), int(place[last + 1]) - 1) for kind, first, last in edit.graduals
    ]


def _blend_frames(edit: Edit, draw: Draw) -> None:
    """Convert the frame rate by mixing neighbours, so that a cut becomes a mixed frame or two."""
    at = np.arange(draw.uniform(0, 1), len(edit.film) - 1, draw.choice(_CONVERSIONS))
    whole = at.astype(np.int64)
    share = (at - whole).astype(np.float32)[:, None, None, None]
    edit.film = edit.film[whole] * (1 - share) + edit.film[whole + 1] * share

    def mixed(before: int, after: int) -> Range:
        """Return the first and last frame strictly between two frames of the original."""
        first, end = np.searchsorted(at, (before + _WHOLE, after - _WHOLE))
        return int(first), int(end) - 1

    changes = [("dissolve", *mixed(cut - 1, cut)) for cut in edit.cuts]
    edit.cuts = [first for _, first, last in changes if first > last]
    edit.graduals = [item for item in changes if item[1] <= item[2]] + [
        (kind, *mixed(first - 1, last + 1)) for kind, first, last in edit.graduals
    ]
