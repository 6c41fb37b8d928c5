"""Corrections of scores that were tried, with their figures."""

from __future__ import annotations

from enum import StrEnum

from shotlog.learning.profiles.judgement import Gain, ProfileFigures
from shotlog.schema import Family, Model


class ProfileStage(StrEnum):
    """A correction of an analyzer's scores, from few parameters to many."""

    CALIBRATION = "calibration"
    """A temperature and biases of labels."""
    HEAD = "head"
    """Biases and weights by features of the picture, and a temperature."""


class StageTrial(Model):
    """A correction of one analyzer, tried on projects that it was not fitted on.

    Attributes:
        analyzer: Key of the analyzer.
        family: The question.
        stage: The correction.
        shots: Labelled shots that it can be fitted to.
        changed: Number of them whose likeliest label is not the editor's.
        projects: Groups of projects that they are of.
        missing: Further shots without which it has too many parameters; 0 where it was tried.
        before: The figures of what stood before this stage; None where it was not tried.
        after: Those of the correction.
        gain: The gain over what stood before.
        over_shares: The gain over the shares of the labels, told of every shot alike.
        taken: True where it is better, and so is part of the profile.
        reason: Why it is taken, or not.
    """

    analyzer: str
    family: Family
    stage: ProfileStage
    shots: int
    changed: int
    projects: int
    missing: int = 0
    before: ProfileFigures | None = None
    after: ProfileFigures | None = None
    gain: Gain | None = None
    over_shares: Gain | None = None
    taken: bool = False
    reason: str = ""
