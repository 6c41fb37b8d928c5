"""Profiles, fitted to corrections of editors and tried on projects that were left out."""

from shotlog.learning.profiles.calibrations import FittedCalibration
from shotlog.learning.profiles.evidence import HeadEvidence
from shotlog.learning.profiles.gathering import GatheredLabels, gather_labels
from shotlog.learning.profiles.heads import fit_head
from shotlog.learning.profiles.judgement import Gain, ProfileFigures
from shotlog.learning.profiles.labelled import CorrectedRange, HeadWindows, LabelledScores
from shotlog.learning.profiles.learning import LearnedProfile, learn_profile
from shotlog.learning.profiles.readers import ReadWindow
from shotlog.learning.profiles.trials import ProfileStage, StageTrial

__all__ = [
    "CorrectedRange",
    "FittedCalibration",
    "Gain",
    "GatheredLabels",
    "HeadEvidence",
    "HeadWindows",
    "LabelledScores",
    "LearnedProfile",
    "ProfileFigures",
    "ProfileStage",
    "ReadWindow",
    "StageTrial",
    "fit_head",
    "gather_labels",
    "learn_profile",
]
