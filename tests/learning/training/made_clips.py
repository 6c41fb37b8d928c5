"""Windows whose labels can be seen, as labelled clips of many films, and a tiny base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from shotlog.learning.clips import LabelledClip, Part
from shotlog.learning.training import (
    Base,
    TrainingOptions,
    TrainingRecipe,
    default_options,
    read_base,
)
from shotlog.models.catalog import TRAINED_CARD, Registry
from shotlog.schema import Family, Pixels
from tests.models.checkpoints import TINY, Style, make

SIDE = TINY.side
LABELS = ("CS", "MS", "LS")
PARTS = (Part.TRAIN, Part.TRAIN, Part.TRAIN, Part.VAL, Part.TEST)


@dataclass(frozen=True)
class Window:
    """A window of a clip."""

    clip: int


@dataclass(frozen=True, eq=False)
class Frames:
    """Windows in memory."""

    pixels: Sequence[Pixels]
    windows: Sequence[Window]

    def __getitem__(self, window: int, /) -> Pixels:
        return self.pixels[window]


def sized(label: str, seed: int) -> Pixels:
    """(16, side, side, 3) uint8: noise, and a bright square as large as the size says."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 90, (16, SIDE, SIDE, 3), dtype=np.uint8)
    half = {"CS": 14, "MS": 8, "LS": 3}[label]
    middle = SIDE // 2
    pixels[:, middle - half : middle + half, middle - half : middle + half] = 230
    return pixels


def labelled(
    labels: Sequence[Mapping[Family, tuple[str, ...]]], films: int = 10
) -> tuple[LabelledClip, ...]:
    """Clips with these labels, of as many films in turn; every film has one part."""
    return tuple(
        LabelledClip(
            id=f"film{n % films}/{n:04}",
            path=Path(f"/films/{n % films}.mp4"),
            span=None,
            labels=labels[n],
            film=f"film{n % films}",
            part=PARTS[n % films % len(PARTS)],
        )
        for n in range(len(labels))
    )


def sizes(count: int = 60) -> tuple[tuple[LabelledClip, ...], Frames]:
    """Clips of sizes, one window each."""
    # 7 has no factor in common with the number of films: every film has every label.
    names = [LABELS[n * 7 // 10 % len(LABELS)] for n in range(count)]
    clips = labelled([{Family.SIZE: (name,)} for name in names])
    pixels = [sized(name, n) for n, name in enumerate(names)]
    return clips, Frames(pixels, [Window(n) for n in range(count)])


def tiny_base(folder: Path, style: Style = Style.TRANSFORMERS_4, **facts: Any) -> Base:
    """A base of random weights in a published layout, whose heads its card names."""
    made = make(folder, style, **facts)
    (folder / TRAINED_CARD).write_text(made.card.model_dump_json())
    return read_base(str(folder), Registry(folder / "none"))


def quick(recipe: TrainingRecipe = TrainingRecipe.FULL, **given: Any) -> TrainingOptions:
    """Options of a few steps."""
    few = {"epochs": 3, "batch": 12, "rate": 1e-3, "head_rate": 1e-2, "drop_path": 0.2}
    return default_options(recipe, fresh=False, **{**few, **given})


@dataclass
class Told:
    """An observer that stops a training after some steps, and keeps what it is told."""

    stop_after: int | None = None
    stages: list[str] = field(default_factory=list)
    done: int = 0

    def stopped(self) -> bool:
        return self.stages[-1] == "train" and self.done == self.stop_after

    def on_stage(self, name: str, total: int) -> None:
        self.stages.append(name)

    def on_progress(self, done: int, note: str = "") -> None:
        self.done = done
