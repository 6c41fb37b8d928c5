"""A folder that shows how the crops of a timeline came about."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

from shotlog.delivery.debugging.pictures import draw_frames
from shotlog.delivery.debugging.plots import plot_path
from shotlog.delivery.debugging.tracks import tracks_of
from shotlog.delivery.reframe import SeenShot
from shotlog.files import output_errors, replace_file
from shotlog.schema import (
    MediaError,
    Model,
    PathText,
    Problem,
    Reframing,
    TimeRange,
)

_EVERY: Final = 25
"""Frames of the timeline from one picture to the next: about a second."""


class KeptReframing(Model):
    """The files that were written."""

    tracks: PathText
    """The file with the faces of all shots."""
    plots: tuple[PathText, ...] = ()
    """Plots, one for each clip with a crop."""
    pictures: tuple[PathText, ...] = ()
    """Frames with boxes."""
    problems: tuple[Problem, ...] = ()
    """Shots whose frames could not be drawn."""


def keep_reframing(
    folder: Path,
    reframing: Reframing,
    shots: Sequence[SeenShot],
    rate: Fraction,
    *,
    every: int = _EVERY,
) -> KeptReframing:
    """Write tracks, plots and frames with boxes into a folder; files of these names are replaced.

    ``tracks.json`` holds the faces of all shots, ``paths/001-V1_0.svg`` the path of the first clip,
    and ``frames/001-V1_0-000025.png`` its frame at number 25 of the timeline.

    Args:
        folder: The folder; it is made where it is absent.
        reframing: The crops.
        shots: The shots that they were made of.
        rate: Frames per second of the timeline.
        every: Frames of the timeline from one picture to the next; at least 1.

    Raises:
        OutputNotWritable: The folder or a file in it cannot be written.
        DiskFull: There is no room for it.
        ValueError: ``every`` is less than 1.
    """
    if every < 1:
        raise ValueError(f"a picture every {every} frames cannot be drawn")
    with output_errors(folder, "Choose another folder, or change the permissions."):
        return _keep(folder, reframing, shots, rate, every)


def _keep(
    folder: Path, reframing: Reframing, shots: Sequence[SeenShot], rate: Fraction, every: int
) -> KeptReframing:
    for each in ("paths", "frames"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    tracks = folder / "tracks.json"
    told = [tracks_of(shot).model_dump(mode="json") for shot in shots]
    replace_file(tracks, json.dumps(told, indent=1, ensure_ascii=False).encode())
    names = _names([shot.view.clip.id for shot in shots])
    plots = []
    for clip, name in names.items():
        shown = _whole([s.view.shot.timeline for s in shots if s.view.clip.id == clip])
        if (path := reframing.path(clip)) is not None:
            plots.append(folder / "paths" / f"{name}.svg")
            replace_file(plots[-1], plot_path(path, shown))
    pictures: list[Path] = []
    problems = []
    for shot in shots:
        try:
            for frame in draw_frames(shot, reframing, rate, every):
                name = f"{names[shot.view.clip.id]}-{frame.number:06d}.png"
                pictures.append(folder / "frames" / name)
                replace_file(pictures[-1], frame.png)
        except MediaError as error:
            problems.append(error.problem)
    return KeptReframing(
        tracks=str(tracks),
        plots=tuple(map(str, plots)),
        pictures=tuple(map(str, pictures)),
        problems=tuple(problems),
    )


def _names(clips: Sequence[str]) -> dict[str, str]:
    """Return a name of files for each clip: its number, and what its id has of safe letters."""
    return {
        clip: f"{number:03d}-{re.sub(r'[^A-Za-z0-9._-]+', '_', clip)[:80]}"
        for number, clip in enumerate(dict.fromkeys(clips), 1)
    }


def _whole(ranges: Sequence[TimeRange]) -> TimeRange:
    return TimeRange.between(min(r.start for r in ranges), max(r.end for r in ranges))
