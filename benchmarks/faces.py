"""Faces that are found by size of picture: ``python benchmarks/faces.py --data DIR``.

Small faces: the faces of the labelled stills, scaled to a share of the height of faceless
landscapes of 1920 x 1080. Cut faces: the same faces, framed tighter than they are. A hit counts
from a score of 0.5. Then whatever is followed through the clips of one shot, to be judged by eye.
Times are processor times of the fastest of five passes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np
from fit_size import FRAMINGS, framed
from size_data import clips, stills

from shotlog.analyzers import remove_letterbox, shrink
from shotlog.analyzers.faces import (
    Face,
    FaceMeasure,
    load_detector,
    read_samples,
    run_detector,
)
from shotlog.analyzers.size import track_faces
from shotlog.schema import Pixels

HEIGHTS = (0.035, 0.05, 0.07, 0.1)
SIDES = (384, 480, 576, 640, 960)
NEAR_SIDES = (128, 160, 224)
MARGIN = 16
SIZE = (1920, 1080)
HIT = 0.5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    every = list(stills(data))
    pictures = [np.ascontiguousarray(remove_letterbox(s.pixels)) for s in every]
    people = [
        (picture, max(found, key=lambda face: face.prominence))
        for still, picture in zip(every, pictures, strict=True)
        if still.face and still.label != "ECS"
        and (found := run_detector(load_detector(), shrink(picture, 640)))
    ]  # fmt: skip
    places = [p for s, p in zip(every, pictures, strict=True) if s.label == "LS" and not s.face]
    if not people or not places:
        raise SystemExit(
            f"{data}: labels.csv must name stills with a face that the detector finds"
            f" ({len(people)} here) and landscapes, LS without a face ({len(places)} here)"
        )
    _small(people, places[:3])
    _cut(people)
    _lasting(data)


def _small(people: Sequence[tuple[Pixels, Face]], places: Sequence[Pixels]) -> None:
    print("faces found, by height over picture height and longer side of the picture")
    for height in HEIGHTS:
        scenes = [
            scene
            for n, (picture, face) in enumerate(people)
            for place in places
            if (scene := _placed(picture, face, place, height, n)) is not None
        ]
        found = {side: sum(_hit(scene, side, height) for scene in scenes) for side in SIDES}
        print(f"  {height:.3f} of {len(scenes)}: {found}")
    for side in SIDES:
        picture = shrink(cv2.resize(places[0], SIZE).astype(np.uint8), side)
        print(f"  {side}: {_milliseconds(picture):.0f} ms")


def _cut(people: Sequence[tuple[Pixels, Face]]) -> None:
    print("cut faces found: plainly at 480, and with a margin of 16 pixels by longer side")
    for top, bottom, sizes in FRAMINGS:
        frames = [
            frame
            for picture, face in people
            if (frame := framed(picture, face, top, bottom)) is not None
        ]
        plain = sum(_fills(run_detector(load_detector(), shrink(frame, 480))) for frame in frames)
        near = {
            side: sum(
                _fills(run_detector(load_detector(), shrink(frame, side), margin=MARGIN))
                for frame in frames
            )
            for side in NEAR_SIDES
        }
        print(f"  {'/'.join(sizes):6} {top:5.2f} to {bottom:.2f} of {len(frames)}: {plain}, {near}")


def _lasting(data: Path) -> None:
    print(
        "what is followed through the clips of one shot: samples, mean and best score, mean height"
    )
    for path, rows in clips(data):
        series = rows[FaceMeasure.name]
        for face in track_faces(read_samples(series)):
            scores = [found.score for found in face.values()]
            height = fmean(found.h for found in face.values())
            figures = f"{fmean(scores):.2f} {max(scores):.2f} {height:.2f}"
            print(f"  {path}: {len(scores)} of {len(series)}, {figures}")


def _placed(picture: Pixels, face: Face, place: Pixels, height: float, seed: int) -> Pixels | None:
    """Return the picture scaled so that its face has this height, at a random position."""
    scale = height * SIZE[1] / (face.h * picture.shape[0])
    if scale > 1.5:
        return None
    scene = cv2.resize(place, SIZE).astype(np.uint8)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = small[: SIZE[1], : SIZE[0]]
    y, x = (s - t for s, t in zip(scene.shape[:2], small.shape[:2], strict=True))
    random = np.random.default_rng(seed)
    y, x = int(random.integers(y + 1)), int(random.integers(x + 1))
    scene[y : y + small.shape[0], x : x + small.shape[1]] = small
    return scene


def _hit(scene: Pixels, side: int, height: float) -> bool:
    found = run_detector(load_detector(), shrink(scene, side))
    return any(face.score >= HIT and height / 1.5 < face.h < height * 1.5 for face in found)


def _fills(found: Sequence[Face]) -> bool:
    return any(face.score >= HIT and face.h >= 0.4 for face in found)


def _milliseconds(picture: Pixels) -> float:
    times = []
    for _ in range(5):
        start = time.process_time()
        run_detector(load_detector(), picture)
        times.append(time.process_time() - start)
    return 1000 * min(times)


if __name__ == "__main__":
    main()
