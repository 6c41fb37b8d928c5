"""Profiles: what corrections of editors say about scores, tried on projects that were left out."""

from shotlog.learning.profiles.evidence import HeadEvidence
from shotlog.learning.profiles.gathering import GatheredLabels, gather_labels
from shotlog.learning.profiles.judgement import Gain, ProfileFigures
from shotlog.learning.profiles.labelled import HeadWindows, LabelledScores, MediaSpan
from shotlog.learning.profiles.learning import LearnedProfile, Stage, StageReport, learn_profile
from shotlog.learning.profiles.readers import ReadWindow

__all__ = [
    "Gain",
    "GatheredLabels",
    "HeadEvidence",
    "HeadWindows",
    "LabelledScores",
    "LearnedProfile",
    "MediaSpan",
    "ProfileFigures",
    "ReadWindow",
    "Stage",
    "StageReport",
    "gather_labels",
    "learn_profile",
]
