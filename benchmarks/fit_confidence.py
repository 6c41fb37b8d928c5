"""Fits the confidence of ``builtin.move``, so that it is the share of right answers.

    python benchmarks/fit_confidence.py --data DIR --rows ROWS [--seeds 10]

The answers to the labelled clips and to rendered scenes that no weights were fitted on together
give the two numbers of a logistic function (Platt 1999), both kinds with the same total weight. The
errors that are told are of answers that the function was not fitted on: each source of clips, and
each of five parts of the scenes, is left out once.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from labels import footage
from move_data import filmed, view_of
from move_scenes import SEEDS, UNSEEN, answers, measured_seeds
from moves import Answer, answer, calibration_error
from scipy.optimize import minimize

from shotlog.analyzers.move import (
    LOOKS_LIKE,
    WEIGHTS_FILE,
    Calibration,
    MoveAnalyzer,
    load_classifier,
)
from shotlog.schema import UNDEFINED, Claim, ShotView

FOLDS = 5
"""Parts of the scenes: the seeds by their remainder."""


class Sample(NamedTuple):
    """An answer with the confidence of the classifier, whether it is of a clip, and its fold."""

    said: Answer
    clip: bool
    fold: str


def conclude(view: ShotView) -> list[Claim]:
    """Return the claims for a shot, with the confidence that the classifier gives by itself."""
    return [
        claim.model_copy(update={"confidence": _probability(claim)})
        for claim in MoveAnalyzer().conclude(view)
    ]


def _probability(claim: Claim) -> float:
    alike = [other for other, look in LOOKS_LIKE.items() if look == claim.label]
    return sum(claim.scores.get(name, 0.0) for name in (claim.label, *alike))


def fit(samples: Sequence[Sample]) -> Calibration:
    """Return the most likely function; clips and scenes have the same total weight."""
    share = np.clip([each.said.sure for each in samples], 1e-4, 1 - 1e-4)
    odds, right = np.log(share / (1 - share)), np.array([each.said.right for each in samples])
    clip = np.array([each.clip for each in samples])
    weight = np.where(clip, 1 / max(clip.sum(), 1), 1 / max((~clip).sum(), 1))

    def loss(line: npt.NDArray[np.float64]) -> float:
        against = np.where(right, -1, 1) * (line[0] * odds + line[1])
        return float(weight @ np.logaddexp(0, against))

    slope, offset = minimize(loss, np.array([1.0, 0.0])).x.tolist()
    return Calibration(made={}, slope=round(slope, 3), offset=round(offset, 3))


def left_out(samples: Sequence[Sample]) -> list[Sample]:
    """Return the samples, each with the confidence by a fit to all that are not of its fold."""
    fits = {
        fold: fit([each for each in samples if each.fold != fold])
        for fold in sorted({each.fold for each in samples})
    }
    return [
        each._replace(said=replace(each.said, sure=fits[each.fold].apply(each.said.sure)))
        for each in samples
    ]


def error(samples: Sequence[Sample], *, clips: bool) -> float:
    """Return the calibration error of the clips or of the scenes, rounded."""
    found = calibration_error(each.said for each in samples if each.clip == clips)
    return round(found or 0.0, 4)


def gather(data: Path, rows: Path, seeds: int) -> list[Sample]:
    """Return the answers to the labelled clips and to rendered takes, without abstentions."""
    clips = [answer(clip, conclude(view_of(footage(data) / clip.file))) for clip in filmed(data)]
    unseen = measured_seeds(range(UNSEEN, UNSEEN + seeds), rows)
    scenes = answers([take for takes in unseen for take in takes], conclude)
    return [
        *(Sample(said, True, said.clip.source) for said in clips if said.said != UNDEFINED),
        *(
            Sample(said, False, str(int(said.clip.source) % FOLDS))
            for said in scenes
            if said.said != UNDEFINED
        ),
    ]


def main() -> None:
    """Analyse, fit, print the errors and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with video/labels.csv")
    parser.add_argument("--rows", type=Path, required=True, help="folder for what was measured")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="unseen takes of every move")
    chosen = parser.parse_args()
    samples = gather(chosen.data, chosen.rows, chosen.seeds)
    fitted = fit(samples)
    checked = left_out(samples)
    made: dict[str, str | int | float] = {
        "command": f"python benchmarks/fit_confidence.py --data DIR --seeds {chosen.seeds}",
        "clips": sum(each.clip for each in samples),
        "scenes": sum(not each.clip for each in samples),
        "clips_error_before": error(samples, clips=True),
        "clips_error": error(checked, clips=True),
        "scenes_error_before": error(samples, clips=False),
        "scenes_error": error(checked, clips=False),
    }
    print(*(f"{name}: {value}" for name, value in made.items()), sep="\n")
    home = Path(__file__).parents[1] / "daemon" / "shotlog" / "analyzers" / WEIGHTS_FILE
    classifier = load_classifier()
    calibration = fitted.model_copy(update={"made": made})
    written = classifier.model_copy(update={"calibration": calibration})
    home.write_text(written.model_dump_json(indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
