"""A season: films, and timelines that share them as the edits of a series do."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio

from benchmarks.films import repeat
from shotlog.demo import RATE, Film
from shotlog.synthetic import write_video

_FILMS_OF_EPISODE = 2
_LENGTHS = (2.0, 7.0)
"""Shortest and longest use of a clip, in seconds."""
_SEED = 13

Use = tuple[int, int, int]
"""Film, first frame, number of frames."""


@dataclass(frozen=True)
class Season:
    """Films and timelines in one folder.

    Attributes:
        folder: The folder.
        films: The films; each has a content of its own, and the same length.
        timelines: The timelines.
        seconds: Length of a film.
        shown: Length of what all timelines show; a stretch counts as often as it is shown.
        used: Length of the film that is shown at all.
        clips: Number of clips of all timelines.
    """

    folder: Path
    films: tuple[Path, ...]
    timelines: tuple[Path, ...]
    seconds: float
    shown: float
    used: float
    clips: int


def make_season(
    folder: Path,
    *,
    timelines: int = 50,
    films: int = 10,
    seconds: float = 160,
    size: tuple[int, int] = (1280, 720),
    codec: str = "libx264",
    trailer: bool = True,
) -> Season:
    """Make a season.

    An episode has two films (cameras) and an equal share of the timelines: versions of its cut.
    They go through both films in turn, in clips of 2 to 7 seconds; from version to version ends are
    trimmed by up to a second, and one clip in ten is left out. The last timeline is a trailer with
    clips of all films. So a film is used by ten timelines and more.

    All films show the demo film, several times over; a few bytes make each a content of its own.

    Args:
        folder: The folder, which is made.
        timelines: Number of timelines.
        films: Number of films; even.
        seconds: Least length of a film.
        size: Width and height.
        codec: ``libx264``; or ``prores_aw`` and a profile: 0 is ProRes Proxy, 3 ProRes 422 HQ.
        trailer: False leaves the trailer out: episodes share nothing then.
    """
    folder.mkdir(parents=True)
    paths, length = _make_films(folder, films, seconds, size, codec)
    uses = cuts_of(films, timelines, length, trailer=trailer)
    episodes = max(1, films // _FILMS_OF_EPISODE)
    names = []
    for number, cut in enumerate(uses):
        last = trailer and number == len(uses) - 1
        name = "trailer" if last else f"E{number % episodes + 1:02d} v{number // episodes + 1:02d}"
        names.append(_write(folder / f"{name}.otio", paths, length, cut))
    return Season(
        folder,
        tuple(paths),
        tuple(names),
        float(length / RATE),
        float(sum(use[2] for cut in uses for use in cut) / RATE),
        float(sum(_covered(uses, film) for film in range(films)) / RATE),
        sum(map(len, uses)),
    )


def cuts_of(films: int, timelines: int, length: int, *, trailer: bool) -> list[list[Use]]:
    """Return the clips of every timeline of a season; ``length`` is that of a film, in frames."""
    rng = random.Random(_SEED)  # noqa: S311  the same season every time
    episodes = max(1, films // _FILMS_OF_EPISODE)
    cuts: list[list[Use]] = []
    for number in range(timelines - trailer):
        first = number % episodes * _FILMS_OF_EPISODE
        own = [film % films for film in range(first, first + _FILMS_OF_EPISODE)]
        cuts.append(list(_cut(rng, own, length)))
    if trailer:
        cuts.append(list(_cut(rng, list(range(films)), length))[: 2 * films])
    return cuts


def _make_films(
    folder: Path, films: int, seconds: float, size: tuple[int, int], codec: str
) -> tuple[list[Path], int]:
    """Write the films; return them and the frames of each."""
    film = Film(width=size[0], height=size[1])
    suffix = ".mp4" if codec == "libx264" else ".mov"  # of ProRes
    # Beside the season: further seasons of the same pictures are made faster.
    codec, _, profile = codec.partition(":")
    turn = folder.parent / f"turn-{codec}{profile}-{size[0]}{suffix}"
    whole = folder / f"film{suffix}"
    if turn.exists():
        pass
    elif codec == "libx264":
        film.render(turn)
    else:
        write_video(
            turn, film.frames(), RATE, sound=film.sound(), codec=codec,
            options={"profile": profile}, pix_fmt="yuv422p10le",
        )  # fmt: skip
    frames = film.script.frames
    turns = max(1, -(-Fraction(seconds) * RATE // frames))
    repeat(turn, int(turns), whole)
    paths = []
    for number in range(films):
        path = folder / f"A{number + 1:03d}{suffix}"
        shutil.copyfile(whole, path)
        with path.open("ab") as file:
            # A ``free`` box may stand anywhere and is passed over (ISO/IEC 14496-12, 8.1.2).
            file.write((12).to_bytes(4, "big") + b"free" + number.to_bytes(4, "big"))
        paths.append(path)
    whole.unlink()
    return paths, int(turns) * frames


def _cut(rng: random.Random, films: Sequence[int], length: int) -> Iterator[Use]:
    """Yield the clips of a version: through all films at once, from one to the next."""
    at, number = 0, 0
    while True:
        frames = round(rng.uniform(*_LENGTHS) * RATE)
        first = max(0, at + rng.randint(-int(RATE), int(RATE)))
        if first + frames > length:
            return
        if rng.random() > 0.1:
            yield films[number % len(films)], first, frames
        at, number = at + frames, number + 1


def _covered(cuts: Sequence[Sequence[Use]], film: int) -> int:
    """Return the number of frames of a film that are shown."""
    ends, covered = 0, 0
    for _, first, frames in sorted(use for cut in cuts for use in cut if use[0] == film):
        covered += max(0, first + frames - max(first, ends))
        ends = max(ends, first + frames)
    return covered


def _write(path: Path, films: Sequence[Path], length: int, cut: Sequence[Use]) -> Path:
    """Write a timeline with a track of picture and one of sound."""
    time, span = otio.opentime.RationalTime, otio.opentime.TimeRange
    rate = float(RATE)
    timeline = otio.schema.Timeline(path.stem)
    for name, kind in (("V1", otio.schema.TrackKind.Video), ("A1", otio.schema.TrackKind.Audio)):
        track = otio.schema.Track(name, kind=kind)
        for film, first, frames in cut:
            available = span(time(0, rate), time(length, rate))
            media = otio.schema.ExternalReference(films[film].as_uri(), available)
            source = span(time(first, rate), time(frames, rate))
            track.append(otio.schema.Clip(films[film].stem, media, source))
        timeline.tracks.append(track)
    otio.adapters.write_to_file(timeline, str(path))
    return path
