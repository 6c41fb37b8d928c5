"""Inputs of ``videomae.py``: one take without a cut, timelines of it, random weights."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import opentimelineio as otio
from films import repeat

from shotlog.models.catalog import InstalledModel, Registry, describe_file
from shotlog.schema import Pixels
from shotlog.synthetic import write_video

if TYPE_CHECKING:
    from tests.models.checkpoints import Size

RATE = Fraction(30)
CLIP = 2
"""Seconds of a clip."""

_TURN = 10
"""Seconds after which the film begins anew, its packets copied."""

_GRAIN, _GRAINS = 3, 8
"""Grey levels of the grain, and how many pictures of it take turns."""


@dataclass(frozen=True)
class Scale:
    """Sizes of the inputs.

    Attributes:
        film: Width and height of the film.
        proxy: Width and height of its small version.
        sizes: By name, the models.
        matrix: Side of the matrices whose product gives the device's peak.
    """

    film: tuple[int, int]
    proxy: tuple[int, int]
    sizes: dict[str, Size]
    matrix: int


def scale(*, quick: bool) -> Scale:
    """Return the full sizes; for ``--quick`` small pictures and models of two blocks."""
    root = str(Path(__file__).resolve().parent.parent)
    if root not in sys.path:
        sys.path.insert(0, root)
    from tests.models.checkpoints import BASE, LARGE, TINY

    if quick:
        return Scale((320, 180), (160, 90), {"base": TINY, "large": TINY}, 256)
    return Scale((1920, 1080), (960, 540), {"base": BASE, "large": LARGE}, 8192)


def take(size: tuple[int, int]) -> Iterator[Pixels]:
    """Yield a hand-held shot of a textured wall, with grain; after a turn it repeats."""
    width, height = size
    rng = np.random.default_rng(0)
    spread = width * 5 // 4, height * 5 // 4
    wall = np.full((spread[1], spread[0], 3), 120, np.float32)
    for cells in (8, 32, 128, 512):
        noise = rng.normal(0, 24, (max(2, cells * 9 // 16), cells, 3)).astype(np.float32)
        wall += cv2.resize(noise, spread, interpolation=cv2.INTER_CUBIC)
    colours = np.clip(wall, 16, 240).astype(np.uint8)
    grain = rng.integers(0, _GRAIN, (_GRAINS, height, width, 3), dtype=np.uint8)
    for n in range(_TURN * int(RATE)):
        angle = 2 * np.pi * n / (_TURN * int(RATE))
        x = (0.5 + 0.4 * np.sin(angle) + 0.02 * np.sin(16 * angle)) * (spread[0] - width)
        y = (0.5 + 0.4 * np.cos(angle) + 0.02 * np.sin(23 * angle)) * (spread[1] - height)
        shift = np.array([[1, 0, -x], [0, 1, -y]], np.float32)
        seen = cv2.warpAffine(colours, shift, size, flags=cv2.INTER_LINEAR)
        yield np.asarray(cv2.add(seen, grain[n * 7 % _GRAINS]), np.uint8)


def write_films(folder: Path, seconds: int, scale: Scale) -> dict[str, Path]:
    """Write the take as H.264 (x264 veryfast, keyframes 250 frames apart), large and small."""
    films = {"film": folder / "film.mp4", "proxy": folder / "proxy.mp4"}
    turn = folder / "turn.mp4"
    for name, size in (("film", scale.film), ("proxy", scale.proxy)):
        write_video(turn, take(size), RATE, options={"preset": "veryfast", "crf": "23"})
        repeat(turn, -(-seconds // _TURN), films[name])
    turn.unlink()
    return films


def write_timeline(path: Path, film: Path, clips: int) -> Path:
    """Write a timeline of clips of two seconds, consecutive in film and timeline."""
    rate, frames = float(RATE), CLIP * int(RATE)
    time = otio.opentime.RationalTime

    def span(start: int, length: int) -> otio.opentime.TimeRange:
        return otio.opentime.TimeRange(time(start, rate), time(length, rate))

    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    for n in range(clips):
        media = otio.schema.ExternalReference(film.as_uri(), span(0, clips * frames))
        track.append(otio.schema.Clip(f"clip {n}", media, span(n * frames, frames)))
    timeline = otio.schema.Timeline(path.stem)
    timeline.tracks.append(track)
    otio.adapters.write_to_file(timeline, str(path))
    return path


def install_models(folder: Path, names: Sequence[str], scale: Scale) -> dict[str, InstalledModel]:
    """Install random weights in the layout of transformers 4, at ``SHOTLOG_MODELS``."""
    from shotlog.models.catalog import ModelHead, Task
    from tests.models.checkpoints import card, make

    installed = {}
    for name in names:
        shown = card(f"random-{name}", ModelHead(task=Task.SIZE, key="classifier"))
        made = make(folder / name, size=scale.sizes[name], card=shown)
        kept = [describe_file(made.folder / file) for file in ("config.json", "model.safetensors")]
        installed[name] = Registry().install(shown, kept, source="a benchmark", linked=made.folder)
    return installed
