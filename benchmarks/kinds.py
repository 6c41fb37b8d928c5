"""Kinds on labelled footage and on rendered cards: ``python -m benchmarks.kinds [--data DIR]``.

Every file of ``labels.csv`` with a picture is analysed whole, divided at the cuts that are found,
and every labelled still is shown for two seconds. None of them is labelled with a kind: each claim
is printed, to be looked at; then the shots that come nearest to a title card, by the least share of
soft outlines on a picture with a ground; then what was said of rendered examples of each kind.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from benchmarks.labels import DEFAULT, footage
from benchmarks.synthetic.cards import takes
from shotlog.analyzers.kind import (
    FlatnessMeasure,
    KindAnalyzer,
    PictureFigures,
    read_pictures,
)
from shotlog.engine import Cache, analyze
from shotlog.media import probe
from shotlog.schema import (
    Claim,
    ClipRange,
    Edit,
    MediaReference,
    ShotView,
    TimeMap,
    TimeRange,
)
from shotlog.synthetic import write_video

_TASKS = ("camera", "scale", "cuts", "timeline")
_NEAREST = 12


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT)
    options = parser.parse_args()
    looks = [(path.name, look) for path in _labelled(options.data) for look in analyze_whole(path)]
    for name, look in looks:
        if look.kind is not None:
            print(f"{name} {look.place}: {look.kind}")
    print(f"{len(looks)} shots of labelled footage")
    ordinary = [(look.softness, name, look) for name, look in looks if look.kind is None]
    for softness, name, look in sorted(ordinary, key=lambda found: found[0])[:_NEAREST]:
        print(f"nearest: {name} {look.place}, {softness:.2f} soft")
    with tempfile.TemporaryDirectory() as folder:
        rendered = _rendered(Path(folder))
    for kind, counts in rendered.items():
        print(f"rendered {kind}: " + ", ".join(f"{n} {said}" for said, n in counts.items()))


@dataclass(frozen=True)
class Look:
    """A shot, its kind, and the figures of its pictures."""

    span: TimeRange
    kind: str | None
    figures: Sequence[PictureFigures]

    @property
    def place(self) -> str:
        """Its range for people."""
        return f"{float(self.span.start):.2f}-{float(self.span.end):.2f} s"

    @property
    def softness(self) -> float:
        """Least share of soft outlines on a picture that has a ground and is not faint."""
        grounded = (f.soft for f in self.figures if f.edge >= 0.9 and f.contrast >= 30)
        return min(grounded, default=1.0)


class _Witness(KindAnalyzer):
    """The analyzer of kinds, which keeps what it was shown and what it said."""

    def __init__(self) -> None:
        self.looks: list[Look] = []

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        claims = super().conclude(view)
        figures = read_pictures(view.series[FlatnessMeasure.name])
        kind = claims[0].label if claims else None
        self.looks.append(Look(view.shot.source, kind, figures))
        return claims


def analyze_whole(path: Path) -> list[Look]:
    """Return the shots of a file."""
    witness = _Witness()
    with Cache(None) as cache:
        log = analyze(edit_of(path), [witness], cache)
    for problem in log.problems:
        print(f"{path.name}: {problem.message}")
    return witness.looks


def edit_of(path: Path) -> Edit:
    """Return an edit that shows the whole of a file; a still lasts two seconds."""
    media = probe(MediaReference(path=str(path)))
    still = media.video is not None and media.video.still
    duration = Fraction(2) if still or media.video is None else media.video.duration
    span = TimeRange(start=Fraction(0), duration=duration)
    clip = ClipRange(
        id="V1/0",
        name=path.name,
        media=MediaReference(path=str(path), start=Fraction(0)),
        source=span,
        timeline=span,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
    )
    return Edit(name=path.name, rate=Fraction(25), duration=duration, clips=(clip,))


def _labelled(data: Path) -> Iterator[Path]:
    folder = footage(data)
    with (folder / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["task"] in _TASKS:
                yield folder / row["file"]


def _rendered(folder: Path) -> Mapping[str, Counter[str]]:
    """Return what was said of the rendered examples, by what they are."""
    said: dict[str, Counter[str]] = {}
    for kind, name, pictures in takes():
        path = folder / f"{name}.mp4"
        write_video(path, pictures, Fraction(12))
        # A quick fade from black may be a shot of its own.
        longest = max(analyze_whole(path), key=lambda look: look.span.duration)
        found = longest.kind or "nothing"
        said.setdefault(kind, Counter())[found] += 1
        if found != kind:
            print(f"{name} {longest.place}: {found} for {kind}")
    return said


if __name__ == "__main__":
    main()
