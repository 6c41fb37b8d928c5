"""Fits the head that tells sizes by the whole picture.

    python benchmarks/fit_whole_picture.py --data DIR --photos DIR [--dry-run]

``--data`` is a folder of labelled footage (``labels.csv`` with stills, ``sizes.csv`` with clips),
``--photos`` a copy of the Berkeley Segmentation Data Set 500 (Arbelaez et al., PAMI 2011;
github.com/BIDS/BSDS500). ``whole_picture_labels.csv``, beside this file, holds sizes of its
photographs, set by eye for this fit: the best size first, then those that are right as well.
Rendered pictures of nothing (flat fields, ramps, noise, bars, text) are a class of their own.

It prints how often the head is right on footage that it was not fitted to (folds by source, so
that no source is on both sides), by the least probability at which it answers, then fits to all
and writes ``daemon/shotlog/analyzers/whole_picture_weights.json``.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from labels import footage
from logistic import fit_logistic
from rich.console import Console
from rich.progress import track
from rich.table import Table
from size_data import clip_sizes, fit_into_need, stills

from shotlog.analyzers import remove_letterbox
from shotlog.analyzers.whole_picture import (
    FEATURES,
    NOTHING,
    TOLD_SIZES,
    WEIGHTS_FILE,
    WholePictureHead,
    WholePictureMeasure,
    describe_picture,
)
from shotlog.media import FrameReader, probe
from shotlog.schema import MediaReference, Pixels, TimeRange

Numbers = npt.NDArray[np.float64]

CLASSES = (*TOLD_SIZES, NOTHING)
PENALTY = 80.0
"""Weight of half the squared coefficients, against the summed cross-entropy. On unseen sources that
is 0.714 nats a picture; with 20, 40 and 160 it is 0.746, 0.720 and 0.727."""
FIRST = 0.7
"""Share of the best size in the truth where others are right as well."""
FOLDS = 6
LEAST = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
PHOTO_LABELS = Path(__file__).with_name("whole_picture_labels.csv")


@dataclass(frozen=True)
class Example:
    """A picture, or a clip of one shot, whose size is known.

    Attributes:
        kind: ``photo``, ``still``, ``clip`` or ``nothing``.
        source: The footage that it is from.
        sizes: The best class, then those that are right as well.
        description: Its description; of a clip the mean.
    """

    kind: str
    source: str
    sizes: tuple[str, ...]
    description: Numbers

    @property
    def truth(self) -> Numbers:
        """The share of each class in the truth."""
        shares = np.zeros(len(CLASSES))
        best, *others = (CLASSES.index(size) for size in self.sizes)
        shares[best] = FIRST if others else 1.0
        shares[others] = (1 - FIRST) / max(1, len(others))
        return shares


def describe(pixels: Pixels) -> Numbers:
    """Return the description of a picture as the measure sees it."""
    return describe_picture(remove_letterbox(fit_into_need(pixels)))


def photos(folder: Path) -> Iterator[Example]:
    """Yield the labelled photographs.

    Raises:
        SystemExit: One is not below the folder.
    """
    below = {path.name: path for path in folder.rglob("*.jpg")}
    with PHOTO_LABELS.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["name"] not in below:
                raise SystemExit(f"{row['name']} of {PHOTO_LABELS.name} is not in {folder}")
            pixels = cv2.imread(str(below[row["name"]]), cv2.IMREAD_COLOR_RGB)
            sizes = _nearest_known(row["size"], *row["alt"].split("|"))
            yield Example("photo", row["name"], sizes, describe(np.asarray(pixels, np.uint8)))


def labelled(data: Path) -> Iterator[Example]:
    """Yield the labelled stills and clips."""
    for still in stills(data):
        sizes = _nearest_known(still.label, *still.also)
        yield Example("still", still.source, sizes, describe(still.pixels))
    for clip in clip_sizes(data):
        pictures = [describe(picture) for picture in seconds(footage(data) / clip.path)]
        sizes = _nearest_known(clip.label, *clip.also)
        yield Example("clip", clip.source, sizes, np.mean(pictures, axis=0))


def seconds(path: Path) -> Iterator[Pixels]:
    """Yield a picture of each second of a film, as the measure sees it."""
    everything = TimeRange(start=Fraction(0), duration=Fraction(3600))
    following = Fraction(0)
    media = probe(MediaReference(path=str(path)))
    for frame in FrameReader(media, [everything], reference=True):
        if frame.start >= following:
            following = frame.start + 1
            yield frame.pixels(WholePictureMeasure.need)


def _nearest_known(*sizes: str) -> tuple[str, ...]:
    """Return sizes without repetition, those nearer than a close-up as close-ups."""
    return tuple(dict.fromkeys("CS" if size == "ECS" else size for size in sizes if size))


def nothings(count: int = 72) -> Iterator[Example]:
    """Yield rendered pictures of nothing."""
    chance = np.random.default_rng(14)
    shape = (360, 640, 3)
    for number in range(count):
        low, high = np.sort(chance.integers(0, 256, (2, 3)), axis=0)
        match number % 6:
            case 0:  # a flat field with the noise of a camera
                picture = high + chance.normal(0, chance.uniform(0, 4), shape)
            case 1:  # a ramp
                ramp = np.linspace(0, 1, 640)[None, :, None] * np.ones(shape)
                picture = low + (high - low) * (ramp if number % 2 else ramp[:, ::-1])
            case 2:  # noise of some coarseness
                cells = int(chance.choice([1, 2, 4, 8, 16, 32]))
                noise = chance.integers(0, 256, (360 // cells, 640 // cells, 3)).astype(np.uint8)
                picture = cv2.resize(noise, (640, 360), interpolation=cv2.INTER_CUBIC)
            case 3:  # bars
                widths = int(chance.integers(3, 12))
                colours = chance.choice([0, 180, 191, 255], (1, widths, 3)).astype(np.uint8)
                picture = cv2.resize(colours, (640, 360), interpolation=cv2.INTER_NEAREST)
            case 4:  # a page of small text
                picture = np.full(shape, 225 + high // 9, np.uint8)
                letters = [chr(c) for c in range(97, 123)] + [" "] * 5
                for line in range(int(chance.integers(8, 24))):
                    words = "".join(chance.choice(letters, int(chance.integers(30, 80))))
                    cv2.putText(picture, words, (20, 20 + 15 * line), 0, 0.45, (20, 20, 20), 1)
            case _:  # a card with some words
                picture = np.full(shape, low // 3, np.uint8)
                for line in range(int(chance.integers(1, 6))):
                    words = "".join(chr(c) for c in chance.integers(65, 91, chance.integers(4, 16)))
                    place = (int(chance.integers(20, 200)), 70 + 55 * line)
                    ink = tuple(int(c) for c in chance.integers(150, 256, 3))
                    cv2.putText(picture, words, place, line % 4, chance.uniform(0.8, 2), ink, 2)
        pixels = np.clip(picture, 0, 255).astype(np.uint8)
        yield Example("nothing", f"nothing {number}", (NOTHING,), describe(pixels))


def fit(examples: Sequence[Example]) -> WholePictureHead:
    """Return the head that is most likely."""
    values = np.array([example.description for example in examples])
    truth = np.array([example.truth for example in examples])
    alike = np.ones(len(examples))
    classifier = fit_logistic(FEATURES, values, CLASSES, truth, alike, PENALTY)
    return WholePictureHead(made={}, classifier=classifier)


def unseen(examples: Sequence[Example]) -> Numbers:
    """Return the logarithms of the probabilities from heads that have not seen the source."""
    sources = sorted({example.source for example in examples})
    np.random.default_rng(0).shuffle(sources)
    fold = {source: number % FOLDS for number, source in enumerate(sources)}
    chances = np.zeros((len(examples), len(CLASSES)))
    for held in track(range(FOLDS), "Folds", console=Console(stderr=True)):
        head = fit([example for example in examples if fold[example.source] != held])
        for number, example in enumerate(examples):
            if fold[example.source] == held:
                said, _ = head.judge(example.description)
                chances[number] = [said[name] for name in CLASSES]
    return chances


def show(examples: Sequence[Example], chances: Numbers) -> dict[str, str | int | float]:
    """Print what heads say of unseen sources; return it for the weights file."""
    entropy = -np.mean(
        [example.truth @ row for example, row in zip(examples, chances, strict=True)]
    )
    table = Table("least probability", "kind", "n", "answered", "right", "wrong by size")
    for least in LEAST:
        for kind in ("photo", "still", "clip", "nothing"):
            here = [(e, c) for e, c in zip(examples, chances, strict=True) if e.kind == kind]
            said = [(e, CLASSES[int(c.argmax())]) for e, c in here if np.exp(c.max()) >= least]
            said = [(e, size) for e, size in said if size != NOTHING]
            wrong = [size for e, size in said if size not in e.sizes]
            misses = ", ".join(f"{size} {wrong.count(size)}" for size in sorted(set(wrong)))
            right = len(said) - len(wrong)
            table.add_row(f"{least}", kind, str(len(here)), str(len(said)), str(right), misses)
    Console().print(table)
    print(f"cross-entropy on unseen sources: {entropy:.3f} nats")
    return {"pictures": len(examples), "cross_entropy_unseen": round(float(entropy), 4)}


def main() -> None:
    """Describe, cross-validate, fit and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    options = parser.parse_args()
    examples = [*photos(options.photos), *labelled(options.data), *nothings()]
    found = show(examples, unseen(examples))
    if options.dry_run:
        return
    made = {"command": "python benchmarks/fit_whole_picture.py --data DIR --photos DIR", **found}
    head = fit(examples).model_copy(update={"made": made})
    home = Path(__file__).parents[1] / "daemon" / "shotlog" / "analyzers"
    (home / WEIGHTS_FILE).write_text(head.model_dump_json() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
