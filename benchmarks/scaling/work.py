"""Work for the model: items, the film that they show, and the shards that a plan makes of them."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b

from benchmarks.scaling.season import cuts_of
from shotlog.batch.manifest import Item
from shotlog.batch.planning.shards import Use, divide
from shotlog.demo import RATE

_SEED = 31


@dataclass(frozen=True)
class Work:
    """What is to be done.

    Attributes:
        kind: Kind of the footage.
        films: Seconds of each film, by its name.
        cell: Seconds of a cell, in which stretches of film are counted.
        cells: By item, the cells of each film that it shows.
        shown: By item, the seconds that it shows.
        shards: Items of each shard, as :func:`shotlog.batch.planning.divide` makes them.
        windows: Windows of models of a second of film; 0 for the built-in tier.
        window_cost: Core seconds of a window: its frames are decoded a second time.
    """

    kind: str
    films: Mapping[str, float]
    cell: float
    cells: Mapping[str, Mapping[str, frozenset[int]]]
    shown: Mapping[str, float]
    shards: Sequence[Sequence[str]]
    windows: float = 0.0
    window_cost: float = 0.0

    @property
    def used(self) -> float:
        """Seconds of film that are shown at all."""
        found: dict[str, set[int]] = defaultdict(set)
        for films in self.cells.values():
            for film, cells in films.items():
                found[film] |= cells
        return self.cell * sum(map(len, found.values()))


def work_of_season(
    shape: Mapping[str, float], kind: str, pixels: int, windows: float = 0.0
) -> Work:
    """Return the work of a season that was measured; a cell is a quarter of a second."""
    films, length = int(shape["films"]), round(shape["seconds"] * RATE)
    cell = int(RATE) // 4
    shown: dict[str, float] = {}
    cells: dict[str, dict[str, frozenset[int]]] = {}
    cuts = cuts_of(films, int(shape["timelines"]), length, trailer=False)
    for number, cut in enumerate(cuts):
        name = _id(f"timeline {number:03d}")
        found: dict[str, set[int]] = defaultdict(set)
        for film, first, frames in cut:
            found[_id(f"film {film}")].update(range(first // cell, (first + frames) // cell))
        cells[name] = {film: frozenset(each) for film, each in found.items()}
        shown[name] = float(sum(frames for _, _, frames in cut) / RATE)
    lengths = {_id(f"film {film}"): shape["seconds"] for film in range(films)}
    shards = divided(cells, shown, pixels, 0.25)
    return Work(kind, lengths, 0.25, cells, shown, shards, windows)


@dataclass(frozen=True)
class Archive:
    """Many episodes, each with versions of a cut.

    Attributes:
        timelines: Number of timelines.
        versions: Timelines of an episode.
        minutes: Minutes that a timeline shows.
        dailies: Minutes of film of an episode.
        films: Films of an episode.
        new: Share of a version that no other shows in the same place: other takes, from all of the
            episode's film.
    """

    timelines: int = 10_000
    versions: int = 10
    minutes: float = 20
    dailies: float = 40
    films: int = 20
    new: float = 0.2


def work_of_archive(
    archive: Archive,
    kind: str,
    pixels: int,
    *,
    windows: float = 0.0,
    window_cost: float = 0.0,
    shared: bool = True,
) -> Work:
    """Return the work of an archive; a cell is ten seconds.

    Args:
        archive: Its numbers.
        kind: Kind of the footage.
        pixels: Pixels of a frame, for the costs of the plan.
        windows: Windows of models of a second of film.
        window_cost: Core seconds of a window.
        shared: False divides items by the sum of their costs, as if they shared no film.
    """
    cell = 10.0
    rng = random.Random(_SEED)  # noqa: S311  the same archive every time
    per_film = round(archive.dailies * 60 / archive.films / cell)
    total, taken = per_film * archive.films, round(archive.minutes * 60 / cell)
    cells: dict[str, dict[str, frozenset[int]]] = {}
    shown: dict[str, float] = {}
    films: dict[str, float] = {}
    for episode in range(-(-archive.timelines // archive.versions)):
        names = [_id(f"film {episode}/{film}") for film in range(archive.films)]
        films |= dict.fromkeys(names, per_film * cell)
        base = rng.sample(range(total), taken)
        versions = range(min(archive.versions, archive.timelines - episode * archive.versions))
        for version in versions:
            other = rng.sample(range(total), round(archive.new * taken))
            chosen = {*base[len(other) :], *other}
            found: dict[str, set[int]] = defaultdict(set)
            for each in chosen:
                found[names[each // per_film]].add(each % per_film)
            item = _id(f"timeline {episode:05d}/{version:03d}")
            cells[item] = {film: frozenset(each) for film, each in found.items()}
            shown[item] = len(chosen) * cell
    shards = divided(cells, shown, pixels, cell, shared=shared)
    return Work(kind, films, cell, cells, shown, shards, windows, window_cost)


def divided(
    cells: Mapping[str, Mapping[str, frozenset[int]]],
    shown: Mapping[str, float],
    pixels: int,
    cell: float,
    *,
    shared: bool = True,
) -> list[list[str]]:
    """Return the items of each shard, as the planner makes them."""
    second = pixels / (1920 * 1080) * float(RATE) / 25  # its cost
    items = [
        Item(
            path=f"/{name}.otio", name=f"{number:06d}.otio", output=f"{number:06d}.marked.otio",
            id=name, kind="timeline", report=f"{number:06d}.html", media=tuple(sorted(films)),
            seconds=Fraction(shown[name]), cost=shown[name] * second,
        )
        for number, (name, films) in enumerate(cells.items())
    ]  # fmt: skip
    uses = {
        name: {film: Use(_bits(found, cell), second) for film, found in films.items()}
        for name, films in cells.items()
    }
    return [[item.id for item in shard] for shard in divide(items, uses if shared else {})]


def _bits(cells: frozenset[int], cell: float) -> int:
    """Return the seconds of cells, a bit each, as a plan counts them."""
    bits = 0
    for number in cells:
        first, end = math.floor(number * cell), math.ceil((number + 1) * cell)
        bits |= ((1 << (end - first)) - 1) << first
    return bits


def _id(name: str) -> str:
    return blake2b(name.encode(), digest_size=16).hexdigest()
