"""Calibrates zero-shot sizes: ``python benchmarks/fit_words.py --data DIR --model NAME``.

NAME is an image-text model on this machine (``shotlog models list``). Every labelled still is shown
to it as one frame. The temperature is that of the least cross-entropy; the threshold is where
naming sizes gives the most right ones more than wrong ones. A label that was called right as well
counts as right. Both are fitted without each source in turn, and the figures are those of the
sources that were left out. The stills without a face count apart, since there alone zero-shot
answers lead. The result belongs into the model's card.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import numpy as np
import numpy.typing as npt
from labels import footage
from scipy.optimize import minimize_scalar
from size_data import Still, stills

from shotlog.media import FrameReader, probe
from shotlog.models.analysis import size_probabilities
from shotlog.models.catalog import InstalledModel, Registry, SizeCalibration, is_shipped
from shotlog.models.runtime import DeviceChoice
from shotlog.models.words import SIZE_PROMPTS, EmbeddingMeasure, digest_prompts
from shotlog.schema import MediaReference, Row, ShotlogError, TimeRange

COLDEST, HOTTEST = 0.01, 100.0
"""Bounds of the temperature."""


@dataclass(frozen=True, eq=False)
class Sample:
    """A still as the model sees it.

    Attributes:
        still: The still.
        logits: (1, sizes).
        right: (sizes,) True for the labels that are right.
    """

    still: Still
    logits: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Answer:
    """Answer about a still whose source the fit had not seen: named or not, right or not."""

    still: Still
    probability: float
    named: bool
    right: bool


def fit(samples: Sequence[Sample]) -> tuple[float, float]:
    """Return the temperature and the threshold for samples."""
    temperature = fit_temperature(samples)
    return temperature, fit_threshold(samples, temperature)


def fit_temperature(samples: Sequence[Sample]) -> float:
    """Return the temperature of the least cross-entropy."""
    logits = np.concatenate([sample.logits for sample in samples])
    right = np.stack([sample.right for sample in samples])

    def cost(logarithm: float) -> float:
        likely = (size_probabilities(logits, float(np.exp(logarithm))) * right).sum(axis=1)
        return float(-np.log(np.maximum(likely, 1e-12)).mean())

    bounds = np.log(COLDEST), np.log(HOTTEST)
    return float(np.exp(minimize_scalar(cost, bounds=bounds, method="bounded").x))


def fit_threshold(samples: Sequence[Sample], temperature: float) -> float:
    """Return the threshold with the most right answers more than wrong ones.

    It lies in the middle between two probabilities that occur, or between one and its bound.
    """
    said = sorted(_say(sample, temperature) for sample in samples)
    guess = 1 / len(samples[0].right)
    middles = [fmean(ends) for ends in pairwise([guess, *(p for p, _ in said), 1.0])]

    def gain(threshold: float) -> int:
        return sum(1 if right else -1 for probability, right in said if probability >= threshold)

    return max(middles, key=lambda threshold: (gain(threshold), threshold))


def answers(samples: Sequence[Sample]) -> list[Answer]:
    """Return the answers about every sample, by a fit without its source."""
    found = []
    for source in sorted({sample.still.source for sample in samples}):
        temperature, threshold = fit([one for one in samples if one.still.source != source])
        for sample in (one for one in samples if one.still.source == source):
            probability, right = _say(sample, temperature)
            found.append(Answer(sample.still, probability, probability >= threshold, right))
    return found


def report(told: Sequence[Answer], samples: Sequence[Sample]) -> tuple[str, bool]:
    """Return figures in words, and True if the named sizes are more often right than a constant."""
    named = [answer for answer in told if answer.named]
    hits = sum(answer.right for answer in named)
    most, _ = Counter(sample.still.label for sample in samples).most_common(1)[0]
    constant = sum(most in (a.still.label, *a.still.also) for a in named)
    sure = f", mean probability {fmean(a.probability for a in named):.2f}" if named else ""
    text = (
        f"{len(told)} stills, {len(named)} named, {hits} of them right{sure}; "
        f"always {most}: {constant} of the same right"
    )
    return text, hits > constant


def _say(sample: Sample, temperature: float) -> tuple[float, bool]:
    """Return the probability of the likeliest size, and True where that is right."""
    (probabilities,) = size_probabilities(sample.logits, temperature)
    best = int(probabilities.argmax())
    return float(probabilities[best]), bool(sample.right[best])


def look(installed: InstalledModel, data: Path, device: str) -> list[Sample]:
    """Return every labelled still as the model sees it."""
    measure = EmbeddingMeasure(installed, DeviceChoice(device, "fp32"))
    samples = []
    for still in stills(data):
        media = probe(MediaReference(path=str(footage(data) / still.path)))
        instant = TimeRange(start=Fraction(0), duration=Fraction(1, 25))
        frame = next(iter(FrameReader(media, [instant])))
        (row,) = measure.look([frame.pixels(measure.need)[None]])
        logits = measure.size_logits(measure.series(Fraction(1, 25), [Row(0, 0, row)]))
        right = np.array([name in (still.label, *still.also) for name in SIZE_PROMPTS])
        samples.append(Sample(still, logits, right))
    return samples


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit and print what to put into the card, and what it is worth.

    Raises:
        SystemExit: The model is not on this machine, or no image-text model.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--device", default="cpu")
    asked = parser.parse_args(arguments)
    try:
        installed = Registry().find(asked.model)
        if installed.card.text is None:
            raise SystemExit(f"{asked.model} is no image-text model: its sizes are not zero-shot")
        samples = look(installed, asked.data, asked.device)
    except ShotlogError as error:
        raise SystemExit(str(error)) from error
    _print(installed, samples)


def _print(installed: InstalledModel, samples: Sequence[Sample]) -> None:
    sources = len({sample.still.source for sample in samples})
    if sources < 2:
        raise SystemExit("all stills are of one source, so none can be left out of the fit")
    told = answers(samples)
    whole, useful = report(told, samples)
    print(f"on unseen sources: {whole}")
    if faceless := [answer for answer in told if not answer.still.face]:
        print(f"of these without a face: {report(faceless, samples)[0]}")
    if not useful:
        print("No better than one size for everything: leave the card without a calibration.")
        return
    temperature, threshold = fit(samples)
    named = [answer for answer in told if answer.named]
    calibration = SizeCalibration(
        temperature=round(temperature, 4),
        threshold=round(threshold, 4),
        measured_on=f"{len(samples)} stills of {sources} sources, "
        f"{sum(a.right for a in named)} of {len(named)} named right",
        prompts=digest_prompts(),
    )
    print(f'Put this into {_card_file(installed)}, after "text":')
    print(f'"sizes": {calibration.model_dump_json(indent=2)},')


def _card_file(installed: InstalledModel) -> str:
    name = installed.card.name
    if is_shipped(name):
        return f"daemon/shotlog/models/cards/{name}.json"
    return str(Registry().own_folder(name) / "card.json")


if __name__ == "__main__":
    main()
