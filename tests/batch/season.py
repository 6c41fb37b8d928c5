"""A small season: films, timelines that share them, and a planned batch of it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from shotlog.batch import BatchEvent, BatchOptions, BatchPlan, OutputFolder, read_plan
from shotlog.batch.planning import make_plan, write_plan
from shotlog.engine import Cache, ProbeCache
from shotlog.media import probe
from shotlog.paths import cache_file
from shotlog.schema import MediaReference
from shotlog.service.protocol import AnalysisOptions
from shotlog.synthetic import write_video
from shotlog_otio import make_timeline

FRAMES = 30
_PAN = 100
OPTIONS = BatchOptions(analysis=AnalysisOptions(models="builtin", facts=True))


def film(path: Path, seed: int, frames: int = FRAMES) -> Path:
    """Write a film of its own content, with its folder: a pan over blocks, again and again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    blocks = np.random.default_rng(seed).integers(0, 256, (6, 24, 3)).astype(np.uint8)
    world = np.kron(blocks, np.ones((8, 8, 1), np.uint8))
    starts = (n % _PAN for n in range(frames))
    write_video(path, (world[:, start : start + 64] for start in starts), Fraction(25))
    return path


def timeline(path: Path, films: Sequence[Path], name: str | None = None) -> Path:
    """Write a timeline of whole films, one after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    media = [probe(MediaReference(path=str(each))) for each in films]
    path.write_bytes(make_timeline(media, name or path.stem))
    return path


def season(root: Path, timelines: int = 3) -> Path:
    """Write films and timelines; each timeline shares a film with the next one."""
    films = [film(root / "media" / f"A{n:03}.mp4", n) for n in range(timelines + 1)]
    for number in range(timelines):
        timeline(root / f"ep{number}" / f"cut{number}.otio", films[number : number + 2])
    return root


def plan(
    inputs: Sequence[Path],
    out: Path,
    options: BatchOptions = OPTIONS,
    maps: Sequence[str] = (),
) -> BatchPlan:
    """Plan a batch, write the plan, and read it again."""
    folder = OutputFolder(out)
    folder.make()
    with Cache(cache_file()) as cache:
        made = make_plan(
            inputs,
            folder,
            options,
            maps=maps,
            probe=ProbeCache(cache),
            models=(),
            on_count=lambda count: None,
            tell=lambda stage, done, total: None,
        )
    write_plan(made, folder)
    return read_plan(folder)


def shard_files(out: Path) -> list[Path]:
    """Return the shards of an output folder, in order."""
    return sorted(OutputFolder(out).shards.glob("*.json"))


def never() -> bool:
    """Return False: the work is not to stop."""
    return False


class Told(list[BatchEvent]):
    """The events that were told."""

    def __call__(self, event: BatchEvent) -> None:
        """Take an event."""
        self.append(event)
