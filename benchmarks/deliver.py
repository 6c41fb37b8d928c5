"""Delivery: all its stages; here planted defects that quality control finds, and its cost.

    python -m benchmarks.deliver [--data DIR] [--json]

``qc_recall``: the share of planted defects that are found with both edges within a frame. Each kind
of picture, sound and stream is planted into rendered films, at four places and in three lengths.
``qc_false``: what is told of real footage (``video/multishot``) and was not seen or heard there by
a person; of rendered clean films too. Only what a profile cannot decide counts: not loudness,
rates, numbers of tracks, and lines and gaps of subtitles, which are as they are measured.
``qc_cost``: processor time of all checks of a file over that of decoding it alone, by turns.

Without ``--data`` the last two are of rendered films. The figures of ``benchmarks.reframe`` and
``benchmarks.speaker`` (with ``--data`` alone), ``benchmarks.render`` and ``benchmarks.upload`` are
told there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import reframe, render, speaker, upload
from benchmarks.figures import print_figures
from shotlog.delivery.qc import Defect, check_file, load_profile
from shotlog.media import FrameReader, probe, read_track, sound_tracks
from shotlog.schema import MediaReference, TimeRange
from tests.delivery.qc.films import (
    PICTURE_DEFECTS,
    RATE,
    SOUND_DEFECTS,
    SOUND_RATE,
    Sound,
    clean_sound,
    clipped,
    write_film,
)

_FRAMES = 250
_PLACES = ((10, 75), (60, 125), (100, 190), (170, 240))
"""First frames of the defects, and the first frames after them."""
_MEASURED = {"loudness", "streams", "subtitles"}
_ROUNDS = 3
_SOUND_DEFECTS: dict[str, Callable[[Sound, int, int], Sound]] = {
    **SOUND_DEFECTS,
    "clipping": partial(clipped, gain=60),  # so loud that it clips where the sound is low, too
}

SEEN: dict[str, tuple[tuple[str, float, float], ...]] = {
    "airshow.mp4": (("freeze", 4.8, 7.2), ("silence", 4.6, 11.3)),
    "bbb_0_30.webm": (("black", 0, 0.8),),
    "leaf_deer.mp4": (("freeze", 1, 23), ("black", 0, 1.1), ("black", 22.9, 24.1)),
    "sintel_trailer.mp4": (
        ("black", 0, 1.3),
        ("black", 9, 12.2),
        ("black", 15.6, 16.6),
        ("black", 17.4, 18.4),
        ("freeze", 48.4, 50.9),
        ("black", 50.8, 52.3),
    ),
}
"""What is in the footage by eye and ear, in seconds: leaf_deer is slides with fades, the trailer
has black between its scenes and a card of credits, airshow stops midway, picture and sound."""


def planted(folder: Path) -> Iterator[tuple[str, int, int, Path]]:
    """Write a film for every defect and place; yield its kind, first frame and end."""
    length = Fraction(_FRAMES) / RATE
    for first, end in _PLACES:
        for kind, change in PICTURE_DEFECTS.items():
            path = write_film(folder / "film.mov", change(first, end), frames=_FRAMES)
            yield kind, first, end, path
        samples = (first * SOUND_RATE // 25, end * SOUND_RATE // 25)
        for kind, alter in _SOUND_DEFECTS.items():
            sound = alter(clean_sound(length), *samples)
            yield kind, first, end, write_film(folder / "film.mov", sound=[sound], frames=_FRAMES)


def found(defects: Sequence[Defect], kind: str, first: int, end: int) -> bool:
    """Return whether a defect of a kind has these edges, to a frame."""
    return any(
        defect.check == kind
        and defect.range is not None
        and abs(defect.range.start * RATE - first) <= 1
        and abs(defect.range.end * RATE - end) <= 1
        for defect in defects
    )


def false_alarms(path: Path) -> list[str]:
    """Return what is told of a file, and is not in it."""
    seen = SEEN.get(path.name, ())
    alarms = []
    for defect in check_file(path, load_profile("web").checks).defects:
        span = defect.range
        if defect.check in _MEASURED or span is None:
            continue
        is_there = any(
            kind == defect.check and start <= span.start and span.end <= end
            for kind, start, end in seen
        )
        if not is_there:
            alarms.append(f"{path.name}: {defect.message} at {float(span.start):.2f} s")
    return alarms


def cost(path: Path) -> float:
    """Return the processor time of checking a file over that of decoding it."""
    ratios = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        decode(path)
        decoded = time.process_time() - began
        check_file(path, load_profile("web").checks)
        ratios.append((time.process_time() - began - decoded) / decoded)
    return median(ratios)


def decode(path: Path) -> None:
    """Decode all pictures and sound of a file."""
    media = probe(MediaReference(path=str(path)))
    for _ in FrameReader(media, [TimeRange(start=Fraction(0), duration=Fraction(10**6))]):
        pass
    for track in sound_tracks(media):
        for _ in read_track(media, track):
            pass


def measure(data: Path | None) -> dict[str, Any]:
    """Return the figures of all stages."""
    crops = {**reframe.measure(data), **speaker.measure(data)} if data else {}
    return {**quality_control(data), **crops, **render.measure(data), **upload.measure()}


def quality_control(data: Path | None) -> dict[str, Any]:
    """Return the figures of quality control."""
    checks = load_profile("web").checks
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hits: dict[str, list[bool]] = {}
        for kind, first, end, path in planted(folder):
            defects = check_file(path, checks).defects
            hits.setdefault(kind, []).append(found(defects, kind, first, end))
        clean = write_film(folder / "clean.mov", frames=_FRAMES)
        footage = sorted((data / "video" / "multishot").iterdir()) if data else []
        alarms = [alarm for path in (clean, *footage) for alarm in false_alarms(path)]
        costly = data / "video" / "multishot" / "sintel_trailer.mp4" if data else clean
        total = [hit for each in hits.values() for hit in each]
        return {
            "qc_recall": sum(total) / len(total),
            "qc_recall_by_kind": {kind: sum(each) / len(each) for kind, each in hits.items()},
            "qc_false": len(alarms),
            "qc_false_alarms": alarms,
            "qc_cost": round(cost(costly), 2),
        }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of the labelled footage")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    print_figures(measure(asked.data), as_json=asked.json)


if __name__ == "__main__":
    main()
