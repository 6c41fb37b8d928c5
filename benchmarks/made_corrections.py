"""Corrections of an editor whose rule is known, on framings of faces that are drawn.

The scores are those of the built-in scale of sizes, and the features those of the built-in head:
only faces and editor are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from shotlog.analyzers.faces import Face
from shotlog.analyzers.size import (
    FAR_TO_NEAR,
    FITTED_SCALE,
    Framing,
    SizeAnalyzer,
    size_features,
)
from shotlog.learning.profiles import (
    GatheredLabels,
    HeadEvidence,
    LabelledScores,
    ReadWindow,
    gather_labels,
)
from shotlog.schema import Family, Finding, TimeRange
from shotlog.schema.learning import Correction, CorrectionKind

SECONDS = Fraction(3)
"""Length of a shot."""

Editor = Callable[["MadeShot", np.random.Generator], str]
"""Returns the size that an editor gives to a shot."""


@dataclass(frozen=True)
class MadeShot:
    """A drawn shot with one face.

    Attributes:
        face: The face.
        scores: Probabilities of the sizes, by the built-in scale.
    """

    face: Face
    scores: Mapping[str, float]

    @property
    def said(self) -> str:
        """The likeliest size."""
        return max(self.scores, key=lambda name: self.scores[name])

    @property
    def head_room(self) -> float:
        """Share of the picture above the face."""
        return max(0.0, self.face.cy - self.face.h / 2)


def agreeing(shot: MadeShot, _: np.random.Generator) -> str:
    """Keep every label."""
    return shot.said


def tight_headroom(shot: MadeShot, _: np.random.Generator) -> str:
    """Call a medium shot a close-up where the room above the head is small."""
    return "CS" if shot.said == "MS" and shot.head_room < 0.12 else shot.said


def nearer(shot: MadeShot, _: np.random.Generator) -> str:
    """Call the size a close-up that is one at a fifth of the usual odds."""
    odds = {name: share * (5.0 if name == "CS" else 1.0) for name, share in shot.scores.items()}
    return max(odds, key=lambda name: odds[name])


def careless(share: float) -> Editor:
    """Return an editor who gives a share of the shots any label."""

    def label(shot: MadeShot, rng: np.random.Generator) -> str:
        return str(rng.choice(FAR_TO_NEAR)) if rng.random() < share else shot.said

    return label


def make_corrections(
    editor: Editor, shots: int, projects: int, seed: int
) -> tuple[list[Correction], dict[TimeRange, MadeShot]]:
    """Return corrections of drawn shots, and each shot by its range in media time.

    Ten shots or so of a project are of one media file, as takes are.

    Args:
        editor: Gives the labels.
        shots: Number of shots.
        projects: Number of projects; a shot is of any of them.
        seed: Of the drawing.
    """
    rng, made = np.random.default_rng(seed), {}
    corrections = []
    for number in range(shots):
        shot, project = _draw(rng), int(rng.integers(projects))
        take = int(rng.integers(max(2, shots // (10 * projects))))
        source = TimeRange(start=number * SECONDS, duration=SECONDS)
        made[source] = shot
        corrections.append(_correction(shot, editor(shot, rng), source, project, take))
    return corrections, made


def gather(corrections: Sequence[Correction]) -> GatheredLabels:
    """Return the labels beside the scores of the built-in sizes."""
    return gather_labels(corrections, [SizeAnalyzer()], lambda _: None)


def measured(
    tables: Sequence[LabelledScores], made: Mapping[TimeRange, MadeShot]
) -> list[LabelledScores]:
    """Return labelled shots with the windows that the reader of framings would find."""
    evidence = HeadEvidence(tables)
    for reader in evidence.readers:
        for number, span in enumerate(evidence.spans):
            shot = made[span.source]
            reader.found[str(number)] = [ReadWindow(shot.scores, size_features([shot.face] * 3))]
    return evidence.shots()


def _draw(rng: np.random.Generator) -> MadeShot:
    height = float(np.exp(rng.normal(-1.6, 0.7)))
    # A face that nearly fills the picture has no room, and may reach over its edge.
    top = float(rng.uniform(0, 0.3) if height < 0.6 else rng.uniform(-0.2, 0.1))
    face = Face(0.9, float(rng.uniform(0.3, 0.7)), top + height / 2, 0.1, height, 0.0, 0.0, 0.0)
    return MadeShot(face, FITTED_SCALE.probabilities(Framing.of(face)))


def _correction(
    shot: MadeShot, label: str, source: TimeRange, project: int, take: int
) -> Correction:
    said = Finding(
        family=Family.SIZE,
        label=shot.said,
        scores=dict(shot.scores),
        confidence=shot.scores[shot.said],
        source=source,
        timeline=source,
        provenance=SizeAnalyzer().provenance,
    )
    return Correction(
        kind=CorrectionKind.KEPT if label == shot.said else CorrectionKind.RENAMED,
        family=Family.SIZE,
        labels=(label,),
        said=(said,),
        content_id=f"content {project}/{take}",
        path=f"/footage/{project}/{take}.mov",
        source=source,
        project=f"project {project}",
        timeline=f"timeline {project}",
    )
