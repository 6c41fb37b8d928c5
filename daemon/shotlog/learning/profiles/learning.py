"""From labelled scores to a profile: the simplest correction first, each only where it helps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from shotlog.analyzers.clock import Numbers
from shotlog.learning.profiles.calibrations import fit_calibration
from shotlog.learning.profiles.heads import fit_head, head_parameters
from shotlog.learning.profiles.judgement import (
    Shares,
    left_out_scores,
    measure_figures,
    measure_gain,
)
from shotlog.learning.profiles.labelled import LabelledScores
from shotlog.learning.profiles.readers import find_reader
from shotlog.learning.profiles.strengths import SHOTS_PER_PARAMETER, Fit
from shotlog.learning.profiles.trials import ProfileStage, StageTrial
from shotlog.schema import Family
from shotlog.schema.learning import (
    EditorProfile,
    HeadCorrection,
    LabelCalibration,
    LabelsMissing,
    ProfileWorse,
)

LEAST_PROJECTS: Final = 2
"""Groups of projects without which nothing can be tried on a project that it has not seen."""

_PARAMETERS: Final = 2
"""Fewest parameters of a calibration: a temperature and a bias."""


@dataclass(frozen=True)
class LearnedProfile:
    """A profile that was learned from corrections, and how it was judged.

    Attributes:
        profile: The profile; without any correction where none is better.
        stages: All corrections that were tried, or could not be.
        left_out: Number of corrections and scores that tell nothing, by the reason.
    """

    profile: EditorProfile
    stages: tuple[StageTrial, ...]
    left_out: Counter[str] = field(default_factory=Counter)

    def check(self) -> None:
        """Check that the profile changes something for the better.

        Raises:
            LabelsMissing: Nothing could be tried.
            ProfileWorse: Nothing that was tried is better.
        """
        if self.profile.analyzers:
            return
        if any(stage.after for stage in self.stages):
            raise ProfileWorse("the profile")
        hint = "Collect corrections of more timelines with: shotlog corrections collect."
        if not self.stages:
            message = "none of them is a label beside scores of an analyzer that is here"
            raise LabelsMissing("the corrections", message, hint)
        nearest = min(self.stages, key=lambda stage: stage.missing)
        raise LabelsMissing("the corrections", f"{nearest.analyzer}: {nearest.reason}", hint)


def learn_profile(
    name: str, tables: Sequence[LabelledScores], left_out: Counter[str] | None = None
) -> LearnedProfile:
    """Learn a profile from labelled scores.

    For each analyzer a temperature and biases are tried first; then, where its head was measured
    again, weights of features. Each is judged on projects that it was not fitted on, and taken only
    where it is surely better than what stood before, and than the mere shares of the labels
    (:attr:`~shotlog.learning.profiles.judgement.Gain.is_sure`).

    Args:
        name: Name of the profile.
        tables: The labelled scores of every analyzer.
        left_out: What tells nothing, for the report.
    """
    stages: list[StageTrial] = []
    calibrations: dict[str, LabelCalibration] = {}
    heads: dict[Family, HeadCorrection] = {}
    for table in tables:
        known = table.part(np.asarray(np.isfinite(table.scores).all(axis=1)))
        calibration, head, tried = _learn_analyzer(known)
        stages += tried
        if calibration is not None:
            calibrations[table.analyzer] = calibration
        if head is not None:
            heads[table.family] = head
    profile = EditorProfile(
        name=name,
        calibrations=calibrations,
        size=heads.get(Family.SIZE),
        move=heads.get(Family.MOVE),
        made=dict(_facts(stages)),
    )
    return LearnedProfile(profile, tuple(stages), left_out or Counter())


class _Tried(NamedTuple):
    """A correction that was tried on one analyzer.

    Attributes:
        report: Its report.
        scores: (n, k) the scores that stand after it: its own where it is taken.
    """

    report: StageTrial
    scores: Numbers


def _learn_analyzer(
    shots: LabelledScores,
) -> tuple[LabelCalibration | None, HeadCorrection | None, list[StageTrial]]:
    """Return the corrections of one analyzer that are taken, and all that were tried."""
    first = _try_stage(shots, shots.scores, ProfileStage.CALIBRATION, fit_calibration, _PARAMETERS)
    calibration = fit_calibration(shots).calibration if first.report.taken else None
    if (reader := find_reader(shots.analyzer)) is None:
        return calibration, None, [first.report]
    parameters = head_parameters(reader.features)
    if shots.windows is None:
        return calibration, None, [first.report, _unmeasured(shots, parameters)]
    seen = np.bincount(shots.windows.shots, minlength=len(shots)) > 0
    second = _try_stage(
        shots.part(seen), first.scores[seen], ProfileStage.HEAD, fit_head, parameters
    )
    if not second.report.taken:
        return calibration, None, [first.report, second.report]
    # It takes the place of the calibration: it has biases and a temperature of its own.
    fitted = fit_head(shots.part(seen))
    return fitted.calibration, fitted.head, [first.report, second.report]


def _try_stage(
    shots: LabelledScores,
    stands: Numbers,
    stage: ProfileStage,
    fit: Callable[[LabelledScores], Fit],
    parameters: int,
) -> _Tried:
    """Try a correction on projects that it was not fitted on.

    Args:
        shots: The shots that it can be fitted to.
        stands: (n, k) their scores as they stand before it.
        stage: The correction.
        fit: Fits it.
        parameters: The fewest parameters that it can have.
    """
    report = _report(shots, stage, parameters)
    if reason := _hindrance(report):
        return _Tried(report.model_copy(update={"reason": reason}), stands)
    scores = left_out_scores(shots, fit)
    gain = measure_gain(shots, stands, scores)
    over_shares = measure_gain(shots, left_out_scores(shots, Shares), scores)
    taken = gain.is_sure and over_shares.is_sure
    reason = "better on projects that it has not seen"
    if not gain.is_sure:
        reason = "not surely better on projects that it has not seen"
    elif not over_shares.is_sure:
        reason = "not surely better than to tell every shot the same"
    figures = {
        "before": measure_figures(shots, stands), "after": measure_figures(shots, scores),
        "gain": gain, "over_shares": over_shares, "taken": taken, "reason": reason,
    }  # fmt: skip
    return _Tried(report.model_copy(update=figures), scores if taken else stands)


def _report(shots: LabelledScores, stage: ProfileStage, parameters: int) -> StageTrial:
    """Return the report of a correction that was not tried yet."""
    said = shots.scores.argmax(axis=1)
    return StageTrial(
        analyzer=shots.analyzer,
        family=shots.family,
        stage=stage,
        shots=len(shots),
        changed=int((shots.named[np.arange(len(shots)), said] < 1).sum()),
        projects=len(shots.by_project),
        missing=max(0, SHOTS_PER_PARAMETER * parameters - len(shots)),
    )


def _unmeasured(shots: LabelledScores, parameters: int) -> StageTrial:
    """Return the report of a head without evidence: too few shots, or none that could be read."""
    report = _report(shots, ProfileStage.HEAD, parameters)
    reason = (
        _hindrance(report) or "none of them shows what it looks at, or their media are not here"
    )
    return report.model_copy(update={"reason": reason})


def _hindrance(report: StageTrial) -> str:
    """Return why a correction cannot be tried; empty where it can."""
    if report.missing:
        return f"{report.missing} more labelled shots are needed"
    if report.projects < LEAST_PROJECTS:
        return "all of them are of one project, so nothing could be tried on another"
    if not report.changed:
        return "the editor agrees with it everywhere"
    return ""


def _facts(stages: Sequence[StageTrial]) -> Iterator[tuple[str, str | int | float]]:
    """Yield what stands in a profile about the corrections that are taken."""
    for stage in stages:
        if stage.taken and stage.before and stage.after and stage.gain:
            about = f"{stage.analyzer} {stage.stage}"
            gain = stage.gain.accuracy
            yield f"{about}: shots", stage.shots
            yield f"{about}: projects", stage.projects
            yield f"{about}: accuracy before", round(stage.before.accuracy.mean, 4)
            yield f"{about}: accuracy after", round(stage.after.accuracy.mean, 4)
            yield f"{about}: gain", f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
