"""Sides to which labelled faces are turned: ``python -m benchmarks.facing [--data DIR]``.

One person looked at 101 faces of the labelled footage, enlarged, before anything was measured, and
called each turned (L, R), slightly turned (l, r) or facing the camera (F). For each least turn: the
turned and the slightly turned faces whose side is told, those of which the other side is told, and
the faces to the camera of which a side is told. A face counts as found where one is measured whose
centre is at most 0.08 of the width away.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from benchmarks.labels import DEFAULT, footage
from shotlog.analyzers import remove_letterbox
from shotlog.analyzers.faces import FaceMeasure, detect_faces
from shotlog.analyzers.facts import LEAST_TURN
from shotlog.media import FrameReader, probe
from shotlog.schema import MediaReference, Pixels, TimeRange

_NEAR = 0.08

_LABELS: Mapping[str, str] = {
    "scale/s_cu_foreman.jpg": "0 0.46 F",
    "scale/s_cu_man_a.jpg": "0 0.52 F",
    "scale/s_cu_man_green.jpg": "0 0.50 F",
    "scale/s_cu_sintel.jpg": "0 0.53 F",
    "scale/s_cu_sintel_old.jpg": "0 0.53 L",
    "scale/s_cu_woman_a.jpg": "0 0.50 F",
    "scale/s_cu_woman_c.jpg": "0 0.49 F",
    "scale/s_fs_bed.jpg": "0 0.38 r",
    "scale/s_fs_chaplin.jpg": "0 0.59 L",
    "scale/s_fs_dancer.jpg": "0 0.46 L",
    "scale/s_ms_asl_a.jpg": "0 0.48 l",
    "scale/s_ms_asl_b.jpg": "0 0.48 l",
    "scale/s_ms_asl_c.jpg": "0 0.49 F",
    "scale/s_ms_asl_d.jpg": "0 0.49 F",
    "scale/s_ms_conf4.jpg": "0 0.84 F, 0 0.36 R",
    "scale/s_ms_picnic.jpg": "0 0.56 r",
    "scale/s_ms_shore.jpg": "0 0.38 F",
    "scale/s_ms_sintel.jpg": "0 0.35 r",
    "scale/s_ms_smile.jpg": "0 0.52 F",
    "scale/s_ms_suit.jpg": "0 0.49 F",
    "scale/s_ms_trio.jpg": "0 0.16 F, 0 0.47 F",
    "camera/c_asl_learn.mkv": "0 0.48 l, 2 0.48 l",
    "camera/c_asl_walk.mkv": "0 0.48 l, 2 0.46 l",
    "camera/c_bedroom.mp4": "0 0.42 r, 0 0.28 R, 2 0.37 r, 4 0.24 R, 4 0.07 L, 6 0.43 F",
    "camera/c_chaplin.mp4": "2 0.42 L, 4 0.57 r, 6 0.62 L, 8 0.27 R",
    "camera/c_conf4.mp4": (
        "0 0.42 r, 0 0.84 L, 2 0.43 R, 2 0.87 F, 4 0.87 F, 4 0.43 R, 6 0.88 F, 6 0.43 R"
    ),
    "camera/c_dancer_a.mp4": "0 0.45 F, 2 0.47 R, 4 0.49 L",
    "camera/c_foreman_a.mp4": "0 0.52 r, 2 0.52 F, 4 0.54 R",
    "camera/c_foreman_b.mp4": "0 0.44 R",
    "camera/c_picnic.mp4": "2 0.56 r, 4 0.41 r",
    "camera/c_sam_dog.mp4": "4 0.27 R",
    "camera/c_woman_shore.mp4": "0 0.38 L, 2 0.41 L, 4 0.38 l, 6 0.40 F, 8 0.42 F",
    "multishot/fast_intro.mp4": "4 0.67 l, 4 0.37 l",
    "multishot/mr1_bt_a.264": "0 0.52 F",
    "multishot/sintel_trailer.mp4": "8 0.45 F, 32 0.34 F",
    "long/lecture_b.mp4": (
        "0 0.42 r, 0 0.84 l, 4 0.87 F, 4 0.43 r, 8 0.84 F, 8 0.36 R, 12 0.83 F, 12 0.42 R, "
        "16 0.87 F, 16 0.42 r, 20 0.85 F, 20 0.45 R, 24 0.88 F, 28 0.40 R, 88 0.46 L, "
        "92 0.45 L, 96 0.54 F, 100 0.47 F, 104 0.55 R, 164 0.58 R, 168 0.55 L"
    ),
    "long/timeline_a.mp4": (
        "0 0.54 F, 4 0.59 F, 16 0.25 R, 20 0.53 F, 24 0.28 R, 28 0.59 L, 32 0.52 F, "
        "40 0.50 F, 48 0.47 F, 64 0.47 F, 80 0.87 F, 80 0.43 R, 84 0.85 F, 84 0.42 r, "
        "116 0.47 r"
    ),
}
"""By file, the labelled faces: second, centre of the face as a share of the width, label."""

_SIDES = {"L": -1, "l": -1, "F": 0, "r": 1, "R": 1}


@dataclass(frozen=True)
class Labelled:
    """A face as one person sees it, and its turn as measured; None where it is not found."""

    label: str
    turn: float | None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT)
    faces = list(measure(footage(parser.parse_args().data)))
    print(f"{sum(face.turn is not None for face in faces)} of {len(faces)} faces are found")
    for least in (0.08, 0.1, 0.12, 0.14, 0.16, 0.2):
        print(f"{'*' if least == LEAST_TURN else ' '} {least:.2f}: {score(faces, least)}")


def measure(root: Path, under: str = "") -> Iterator[Labelled]:
    """Yield the labelled faces, of files whose names begin so."""
    for name, labels in _LABELS.items():
        if not name.startswith(under):
            continue
        labelled = [label.split() for label in labels.split(", ")]
        pictures = read(root / name, sorted({Fraction(second) for second, *_ in labelled}))
        for second, place, label in labelled:
            found = detect_faces(np.ascontiguousarray(remove_letterbox(pictures[Fraction(second)])))
            near = [face for face in found if abs(face.cx - float(place)) <= _NEAR]
            best = max(near, key=lambda face: face.prominence, default=None)
            yield Labelled(label, None if best is None else best.turn)


def read(path: Path, moments: list[Fraction]) -> dict[Fraction, Pixels]:
    """Return the pictures of a file at these seconds, as faces are sought in them."""
    if path.suffix == ".jpg":
        still = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
        assert still is not None  # noqa: S101  # it is one of the labelled stills
        scale = min(1.0, 640 / max(still.shape[:2]))
        small = cv2.resize(still, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return dict.fromkeys(moments, np.asarray(small, np.uint8))
    media = probe(MediaReference(path=str(path)))
    taken: dict[Fraction, Pixels] = {}
    due = iter([*moments, Fraction(1 << 30)])
    moment = next(due)
    whole = TimeRange.between(Fraction(0), moments[-1] + 1)
    for frame in FrameReader(media, [whole]):
        while frame.start >= moment:
            taken[moment] = np.array(frame.pixels(FaceMeasure.need))
            moment = next(due)
    return taken


def score(faces: list[Labelled], least: float) -> str:
    """Return how often a side is told, and the right one."""
    told = [(face.label, side(face.turn, least)) for face in faces if face.turn is not None]
    parts = []
    for labels, name in (("LR", "turned"), ("lr", "slightly turned")):
        sides = [(_SIDES[label], found) for label, found in told if label in labels]
        right = sum(true == found for true, found in sides)
        wrong = sum(true == -found for true, found in sides)
        parts.append(f"{name} {right} right, {wrong} wrong of {len(sides)}")
    camera = [found for label, found in told if label == "F"]
    return f"{'; '.join(parts)}; to the camera {sum(map(abs, camera))} told of {len(camera)}"


def side(turn: float, least: float) -> int:
    """Return -1 for left, 1 for right, 0 for neither."""
    return 0 if abs(turn) < least else 1 if turn > 0 else -1


if __name__ == "__main__":
    main()
