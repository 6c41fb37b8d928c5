"""Starts of scenes in edits made of labelled footage: ``python -m benchmarks.scenes [--data DIR]``.

A made edit shows 5 to 10 sources one after the other, each as a scene of 1 to 8 shots: takes of the
source, framed as up to three cameras would that alternate, each camera with its own exposure and
white balance. Half of the sources are for tuning, the others are held out. A start counts where one
was found at most one shot away. Beside it the trivial answers, and links between neighbours alone,
without those that lead over other shots. ``--tune`` tries the two thresholds on the first half.

Then what was found in the edits that were assembled of one shot of each source, where every cut
starts a scene, and in the two labelled films with scenes of several shots, as one person sees them,
for several weights of black between shots.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.kinds import edit_of
from benchmarks.labels import DEFAULT, footage
from shotlog.analyzers.scenes import (
    LEAST_LIKENESS,
    PER_BLACK,
    PER_SECOND,
    ColourMeasure,
    ScenesAnalyzer,
    ShotColours,
    compare_shots,
    compute_histogram,
    link_across,
    select_pictures,
)
from shotlog.engine import Cache, analyze
from shotlog.media import FrameReader, probe
from shotlog.schema import Claim, EditView, MediaReference, Pixels, TimeRange

EDITS = 60
"""Edits made of each half."""

_FRAMINGS = (
    (0.0, 0.0, 1.0, 1.0), (0.25, 0.2, 0.5, 0.5), (0.0, 0.1, 0.6, 0.6), (0.4, 0.1, 0.6, 0.6),
    (0.2, 0.35, 0.6, 0.6),
)  # fmt: skip
"""Left, top, width and height of what a camera shows, as shares of the picture."""

_LENGTHS = ([1, 2, 3, 4, 5, 6, 8], [0.15, 0.15, 0.2, 0.15, 0.15, 0.1, 0.1])
"""Shots of a scene, and how often."""

_WHITE, _GAMMA = 0.04, 0.08
"""Spread of the gains of the channels and of the gamma from camera to camera, as logarithms."""

_FILMS = {
    "multishot/sintel_trailer.mp4": (276, 396, 426, 522, 621, 851),
    "multishot/bbb_0_30.webm": (),
}
"""First frames of the scenes after the first one, at 24 a second: after a mountain a hut, a fight,
an alley, a city, the sky, a desert; a meadow alone."""

_BLACKS = (0.0, 0.02, 0.03, 0.05, PER_BLACK, 0.12, 0.13, 0.14, 0.2)
"""Tried in place of :data:`PER_BLACK`, which no made edit has."""

Takes = Sequence[Sequence[Pixels]]
Draw = np.random.Generator


@dataclass(frozen=True)
class Made:
    """A made edit: its shots as they are compared, and the number of the source of each."""

    shots: Sequence[ShotColours]
    sources: Sequence[int]

    @property
    def starts(self) -> list[int]:
        """Numbers of the shots that start a scene, without the first."""
        return [n for n, (one, other) in enumerate(pairwise(self.sources), 1) if one != other]


Answer = Callable[[Sequence[ShotColours]], list[int]]


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--tune", action="store_true", help="try thresholds on the first half")
    options = parser.parse_args()
    root = footage(options.data)
    sources = read_sources(root)
    names = sorted(sources)
    order = np.random.default_rng(1).permutation(names)
    halves = {"tuned": order[::2], "held out": order[1::2]}
    made = {half: make_edits(sources, list(of)) for half, of in halves.items()}
    for half, edits in made.items():
        print(f"{half}: {len(halves[half])} sources, {EDITS} edits")
        for name, answer in ANSWERS.items():
            print(f"    {name}: {score(edits, answer)}")
    if options.tune:
        for least, per_second in product((0.4, 0.45, 0.5, 0.55, 0.6), (0.0, 0.02, 0.04, 0.06)):
            answer = partial(linked, least=least, per_second=per_second)
            print(f"    {least:.2f}, {per_second:.2f} a second: {score(made['tuned'], answer)}")
    print(f"timeline_a: {score([assembled(root, 'timeline_a')], linked)}")
    print(f"lecture_b: {score([assembled(root, 'lecture_b')], linked)}")
    for name, frames in _FILMS.items():
        seen = film(root / name, frames)
        for per_black in _BLACKS:
            print(f"{name}, {per_black:.2f}: {score([seen], partial(linked, per_black=per_black))}")


def linked(
    shots: Sequence[ShotColours],
    *,
    least: float = LEAST_LIKENESS,
    per_second: float = PER_SECOND,
    per_black: float = PER_BLACK,
) -> list[int]:
    """Return the starts that the analyzer finds."""
    across = link_across(shots, per_second=per_second, per_black=per_black)
    return [n for n, likeness in enumerate(across) if n and likeness < least]


def neighbours(shots: Sequence[ShotColours]) -> list[int]:
    """Return the shots that are unlike the one before them."""
    pairs = enumerate(pairwise(shots), 1)
    return [n for n, pair in pairs if link_across(pair)[1] < LEAST_LIKENESS]


ANSWERS: Mapping[str, Answer] = {
    "links": linked,
    "neighbours alone": neighbours,
    "every cut": lambda shots: list(range(1, len(shots))),
    "no cut": lambda shots: [],
}


def score(edits: Sequence[Made], answer: Answer) -> str:
    """Return precision and recall of the starts, within one shot and on the very shot."""
    told = []
    for reach in (1, 0):
        right = found = true = 0
        for edit in edits:
            starts = answer(edit.shots)
            right += count_right(starts, edit.starts, reach)
            found += len(starts)
            true += len(edit.starts)
        f1 = 2 * right / (found + true) if found + true else 0.0
        told.append(
            f"within {reach}: {right} right of {found} found, {true} true"
            f" (P {right / max(1, found):.2f}, R {right / max(1, true):.2f}, F1 {f1:.3f})"
        )
    return "; ".join(told)


def count_right(found: Sequence[int], true: Sequence[int], reach: int) -> int:
    """Return the true starts that a found one of their own is near to."""
    left = list(found)
    right = 0
    for start in true:
        near = [one for one in left if abs(one - start) <= reach]
        if near:
            left.remove(min(near, key=lambda one: abs(one - start)))
            right += 1
    return right


def read_sources(root: Path) -> dict[str, Takes]:
    """Return the pictures of every source, twice a second, take by take."""
    found: dict[str, list[list[Pixels]]] = {}
    with (root / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["task"] == "camera"]
    for row in rows:
        if not row["file"].endswith(("_r.mp4", "_m.mp4")):  # another one backwards or mirrored
            whole = TimeRange(start=Fraction(0), duration=Fraction(3600))
            found.setdefault(_source(row["source_group"]), []).append(
                pictures(root / row["file"], whole)
            )
    for name in ("timeline_a", "lecture_b"):
        for source, span in _assembled_shots(root, name):
            found.setdefault(_source(source), []).append(
                pictures(root / "long" / f"{name}.mp4", span)
            )
    usable = {name: [take for take in takes if len(take) >= 3] for name, takes in found.items()}
    return {name: takes for name, takes in usable.items() if sum(map(len, takes)) >= 6}


def _source(name: str) -> str:
    """Return one name for all takes of one setting."""
    plain = re.sub(r"[^A-Za-z0-9]", "_", name)
    return next((s for s in ("ad_ml1", "intel_asl") if plain.startswith(s)), plain)


def _assembled_shots(root: Path, name: str) -> Iterator[tuple[str, TimeRange]]:
    """Yield the source and the range of each shot, without the second in which it may fade in."""
    told = json.loads((root / "long" / f"{name}.json").read_text(encoding="utf-8"))
    rate = told["fps"]
    edges = [shot["tl_start"] for shot in told["shots"]] + [told["frames"]]
    for shot, (first, end) in zip(told["shots"], pairwise(edges), strict=True):
        if "bbb" not in shot["src"] and end - first > 3 * rate:  # that film has cuts of its own
            yield shot["src"], TimeRange.between(Fraction(first, rate) + 1, Fraction(end - 2, rate))


def pictures(path: Path, span: TimeRange) -> list[Pixels]:
    """Return the pictures of a range of a file, twice a second."""
    taken: list[Pixels] = []
    due = span.start
    for frame in FrameReader(probe(MediaReference(path=str(path))), [span]):
        if frame.start >= due:
            taken.append(np.array(frame.pixels(ColourMeasure.need)))
            due = frame.start + 1 / (ColourMeasure.need.rate or Fraction(1))
    return taken


def make_edits(sources: Mapping[str, Takes], names: Sequence[str]) -> list[Made]:
    """Make the edits of some sources."""
    return [make_edit(sources, names, np.random.default_rng(seed)) for seed in range(EDITS)]


def make_edit(sources: Mapping[str, Takes], names: Sequence[str], draw: Draw) -> Made:
    """Make an edit of scenes of different sources."""
    shots: list[ShotColours] = []
    numbers: list[int] = []
    at = Fraction(0)
    for number, name in enumerate(draw.permutation(names)[: int(draw.integers(5, 11))]):
        for taken in make_scene(sources[name], draw):
            length = Fraction(len(taken), 2)
            shots.append(
                ShotColours(TimeRange(start=at, duration=length), select_pictures(np.stack(taken)))
            )
            numbers.append(number)
            at += length
    return Made(shots, numbers)


def make_scene(takes: Takes, draw: Draw) -> Iterator[list[npt.NDArray[np.float32]]]:
    """Yield the histograms of the pictures of each shot of a scene."""
    cameras = [
        (_FRAMINGS[int(n)], np.exp(draw.normal(0, _WHITE, 3)), np.exp(draw.normal(0, _GAMMA)))
        for n in draw.choice(len(_FRAMINGS), int(draw.integers(1, 4)), replace=False)
    ]
    for number in range(int(draw.choice(_LENGTHS[0], p=_LENGTHS[1]))):
        steady = draw.random() < 0.8
        camera = cameras[number % len(cameras) if steady else int(draw.integers(len(cameras)))]
        take = takes[int(draw.integers(len(takes)))]
        length = int(draw.integers(2, 8))
        start = int(draw.integers(0, max(1, len(take) - length)))
        yield [compute_histogram(show(p, *camera)) for p in take[start : start + length]]


def show(
    picture: Pixels,
    framing: tuple[float, float, float, float],
    gains: npt.NDArray[np.float64],
    gamma: float,
) -> Pixels:
    """Return what a camera shows of a picture."""
    height, width = picture.shape[:2]
    left, top, across, down = framing
    part = picture[
        int(top * height) : int((top + down) * height),
        int(left * width) : int((left + across) * width),
    ]
    light = (part.astype(np.float32) / 255) ** gamma * gains
    return (np.clip(light, 0, 1) * 255).astype(np.uint8)


def assembled(root: Path, name: str) -> Made:
    """Return an assembled edit, in which each shot is a scene."""
    path = root / "long" / f"{name}.mp4"
    shots = [
        ShotColours(
            span, select_pictures(np.stack([compute_histogram(p) for p in pictures(path, span)]))
        )
        for _, span in _assembled_shots(root, name)
    ]
    return Made(shots, range(len(shots)))


class _Comparing(ScenesAnalyzer):
    """The analyzer, which remembers the shots that it has compared."""

    compared: Sequence[ShotColours] = ()

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Return the scenes."""
        self.compared = list(compare_shots(view))
        return super().conclude(view)


def film(path: Path, frames: Sequence[int]) -> Made:
    """Return a film with the scenes that one person sees, as the whole analysis compares it."""
    analyzer = _Comparing()
    with Cache(None) as cache:
        analyze(edit_of(path), [analyzer], cache)
    shots = analyzer.compared
    seen = [Fraction(frame, 24) for frame in frames]
    true = [min(range(len(shots)), key=lambda n: abs(shots[n].shown.start - at)) for at in seen]
    return Made(shots, [sum(start <= n for start in true) for n in range(len(shots))])


if __name__ == "__main__":
    main()
