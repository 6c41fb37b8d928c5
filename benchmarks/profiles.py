"""Shares of drawn corrections from which a profile is learned, by rules of editors and by chance.

``python -m benchmarks.profiles --times 200``: for each editor and amount of corrections, the share
of drawn sets from which a profile was taken, and its gain on projects that it was not fitted on.
Random corrections must be refused; a rule must be found once there are enough corrections.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from benchmarks.made_corrections import (
    Editor,
    careless,
    gather,
    make_corrections,
    measured,
    nearer,
    tight_headroom,
)
from shotlog.learning.profiles import LearnedProfile, learn_profile

EDITORS: Final[Mapping[str, Editor]] = MappingProxyType({
    "nearer": nearer,
    "tight_headroom": tight_headroom,
    "any_label": careless(1.0),
    "any_label_in_five": careless(0.2),
})  # fmt: skip
AMOUNTS: Final = ((100, 2), (200, 4), (300, 5))
"""Shots and projects."""


def learn(editor: Editor, shots: int, projects: int, seed: int) -> LearnedProfile:
    """Return what is learned from one drawn set of corrections."""
    corrections, made = make_corrections(editor, shots, projects, seed)
    return learn_profile("made", measured(gather(corrections).shots, made))


def measure(editor: Editor, shots: int, projects: int, times: int) -> dict[str, float]:
    """Return the share of sets from which a profile was taken, and the mean gain in accuracy."""
    began = time.process_time()
    learned = [learn(editor, shots, projects, seed) for seed in range(times)]
    gains = [s.gain.accuracy.mean for each in learned for s in each.stages if s.taken and s.gain]
    return {
        "taken": float(np.mean([bool(each.profile.analyzers) for each in learned])),
        "gain": float(np.mean(gains)) if gains else 0.0,
        "seconds": (time.process_time() - began) / times,
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200, help="Drawn sets of each kind.")
    parser.add_argument("--editor", choices=EDITORS, action="append", help="Only these editors.")
    parser.add_argument("--shots", type=int, action="append", help="Only these numbers of shots.")
    parser.add_argument("--json", action="store_true", help="Print JSON.")
    asked = parser.parse_args()
    figures = {
        f"{name}_{shots}": measure(EDITORS[name], shots, projects, asked.times)
        for name in asked.editor or EDITORS
        for shots, projects in AMOUNTS
        if shots in (asked.shots or [shots])
    }
    if asked.json:
        print(json.dumps(figures, indent=1))
        return
    for name, found in figures.items():
        print(
            f"{name:24} taken {found['taken']:.3f}  gain {found['gain']:+.3f}"
            f"  {found['seconds']:.2f} s of processor time"
        )


if __name__ == "__main__":
    main()
