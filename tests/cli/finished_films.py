"""Films with applause, and finished timelines of what an editor picked of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import opentimelineio as otio
import pytest

from shotlog.demo import make_applause, make_room_tone
from shotlog.synthetic import AUDIO_RATE, write_video

RATE, SECONDS, PICK = 12, 24, 4
STARTS = ((6, 16), (4, 14), (10, 18))
"""Seconds at which the picks of each film begin; each lasts 4 s, and is applauded."""


def pictures(seed: int) -> Iterator[npt.NDArray[np.uint8]]:
    """Scenes of 6 s, each a coarse picture of its own."""
    rng = np.random.default_rng(seed)
    scenes = rng.integers(40, 200, (SECONDS // 6, 9, 16, 3)).astype(np.uint8)
    for number in range(SECONDS * RATE):
        scene = scenes[number // RATE // 6]
        yield np.ascontiguousarray(np.kron(scene, np.ones((10, 10, 1), np.uint8)))


def cut(path: Path, film: Path, picks: Sequence[tuple[int, int]]) -> Path:
    """Write a timeline of ranges of a film, in seconds."""
    track = otio.schema.Track(kind="Video")
    for start, end in picks:
        reference = otio.schema.ExternalReference(
            str(film), otio.opentime.TimeRange(_time(0), _time(SECONDS))
        )
        part = otio.opentime.TimeRange(_time(start), _time(end - start))
        track.append(otio.schema.Clip(film.stem, reference, part))
    timeline = otio.schema.Timeline(path.stem)
    timeline.tracks.append(track)
    otio.adapters.write_to_file(timeline, str(path))
    return path


def _time(seconds: int) -> otio.opentime.RationalTime:
    return otio.opentime.RationalTime(seconds * RATE, RATE)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Films with applause where the editor of each picked."""
    folder = tmp_path_factory.mktemp("films")
    made = []
    for number, starts in enumerate(STARTS):
        rng = np.random.default_rng(number)
        sound = make_room_tone(rng, SECONDS * AUDIO_RATE)
        for start in starts:
            first = start * AUDIO_RATE
            sound[first : first + PICK * AUDIO_RATE] += make_applause(rng, PICK * AUDIO_RATE)
        made.append(folder / f"film {number}.mp4")
        write_video(made[-1], pictures(number), Fraction(RATE), sound=np.clip(sound, -1, 1))
    return made


@pytest.fixture(scope="module")
def finished(films: Sequence[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished timeline of each film."""
    folder = tmp_path_factory.mktemp("finished")
    for film, starts in zip(films, STARTS, strict=True):
        picks = [(start, start + PICK) for start in starts]
        cut(folder / f"{film.stem}.otio", film, picks)
    return folder
