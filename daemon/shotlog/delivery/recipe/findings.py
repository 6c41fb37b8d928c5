"""Findings of stages, kept for people who look for a fault: results, drawings, frames."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import cv2
import numpy as np

from shotlog.delivery.recipe.contract import DeliveredFilm
from shotlog.delivery.recipe.running import StageReport
from shotlog.delivery.reframe import SubjectFaces, read_subjects
from shotlog.files import replace_file
from shotlog.media import FrameReader
from shotlog.schema import (
    ClipRange,
    CropPath,
    FrameNeed,
    Model,
    OutputNotWritable,
    Pixels,
    Reframing,
    ShotlogError,
    TimeRange,
)

_FRAMES: Final = 8
"""Frames of each clip that crops are drawn on, evenly spread."""
_SIDE: Final = 640
_PLOT: Final = (960, 240)
"""Width and height of a drawing of a path."""
_CROP, _FACE = (255, 64, 64), (64, 255, 64)


def keep_findings(
    folder: Path,
    film: DeliveredFilm,
    made: Mapping[str, Model],
    reports: Sequence[StageReport],
) -> None:
    """Write what stages found into a folder.

    ``STAGE.json`` holds each result, ``timings.json`` the time of each; ``paths/`` the path of each
    crop as an SVG drawing, ``tracks.json`` the faces of every shot, and ``frames/`` pictures with
    faces (green) and the crop (red).

    Args:
        folder: The folder; made if it is not there.
        film: The film.
        made: The results of the stages.
        reports: Their times.

    Raises:
        OutputNotWritable: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for stage, result in made.items():
            replace_file(folder / f"{stage}.json", result.model_dump_json(indent=1).encode())
        timings = {each.stage: {"seconds": each.seconds, "kept": each.kept} for each in reports}
        replace_file(folder / "timings.json", json.dumps(timings, indent=1).encode())
        reframing = made.get("reframe")
        if isinstance(reframing, Reframing):
            _keep_crops(folder, film, reframing)
    except OSError as error:
        hint = "Choose another folder for --debug."
        raise OutputNotWritable(str(folder), str(error.strerror), hint) from error


def _keep_crops(folder: Path, film: DeliveredFilm, reframing: Reframing) -> None:
    (folder / "paths").mkdir(exist_ok=True)
    (folder / "frames").mkdir(exist_ok=True)
    subjects = read_subjects(film.edit, film.cache, film.probes)
    tracks = [each.as_json() for each in subjects]
    replace_file(folder / "tracks.json", json.dumps(tracks, indent=1).encode())
    clips = {clip.id: clip for clip in film.edit.clips}
    for path in reframing.paths:
        clip = clips.get(path.clip)
        if clip is None:
            continue
        name = path.clip.replace("/", "-")
        replace_file(folder / "paths" / f"{name}.svg", _drawing(path, clip).encode())
        for number, picture in enumerate(_frames(film, clip, path, reframing, subjects)):
            _, data = cv2.imencode(".png", picture[..., ::-1])
            replace_file(folder / "frames" / f"{name}-{number}.png", data.tobytes())


def _drawing(path: CropPath, clip: ClipRange) -> str:
    """Return a path over time as SVG: the horizontal centre blue, the vertical one orange."""
    width, height = _PLOT
    start, length = clip.timeline.start, clip.timeline.duration
    moments = [start + length * Fraction(n, 200) for n in range(201)]
    lines = []
    for name, colour in (("x", "#1f77b4"), ("y", "#ff7f0e")):
        points = " ".join(
            f"{width * n / 200:.1f},{height * getattr(path.at(moment), name):.1f}"
            for n, moment in enumerate(moments)
        )
        lines.append(f'<polyline fill="none" stroke="{colour}" points="{points}"/>')
        for key in path.keys:
            across = width * float((key.at - start) / length) if length else 0.0
            down = height * getattr(key, name)
            lines.append(f'<circle cx="{across:.1f}" cy="{down:.1f}" r="3" fill="{colour}"/>')
    title = escape(f"{path.name}: {len(path.keys)} key frames, {float(length):.2f} s")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f"<title>{title}</title>"
        f'<rect width="{width}" height="{height}" fill="#fff" stroke="#888"/>'
        f"{''.join(lines)}</svg>\n"
    )


def _frames(
    film: DeliveredFilm,
    clip: ClipRange,
    path: CropPath,
    reframing: Reframing,
    subjects: Sequence[SubjectFaces],
) -> Iterator[Pixels]:
    """Yield frames of a clip with its faces and its crop."""
    of_clip = [each for each in subjects if each.clip == clip.id]
    if clip.media is None or film.probes is None or not of_clip:
        return
    try:
        media = film.probes.get(clip.media)
    except ShotlogError:  # the stages have told it
        return
    need = FrameNeed(width=_SIDE, height=_SIDE, pixels="rgb")
    for number in range(_FRAMES):
        share = Fraction(2 * number + 1, 2 * _FRAMES)
        moment = clip.timeline.start + clip.timeline.duration * share
        shown = of_clip[0].time_map.to_source(moment)
        span = TimeRange(start=shown, duration=Fraction(1, 1000))
        for frame in FrameReader(media, [span]):
            picture = np.ascontiguousarray(frame.pixels(need)).copy()
            scale = picture.shape[1] / path.width
            box = reframing.box(path, moment)
            _rectangle(picture, box.left, box.top, box.width, box.height, scale, _CROP)
            for x, y, w, h in (face for each in of_clip for face in each.at(float(shown))):
                left, top = (x - w / 2) * path.width, (y - h / 2) * path.height
                _rectangle(picture, left, top, w * path.width, h * path.height, scale, _FACE)
            yield picture
            break


def _rectangle(
    picture: Pixels,
    left: float,
    top: float,
    width: float,
    height: float,
    scale: float,
    colour: tuple[int, int, int],
) -> None:
    first = (round(left * scale), round(top * scale))
    last = (round((left + width) * scale) - 1, round((top + height) * scale) - 1)
    cv2.rectangle(picture, first, last, colour, 2)
