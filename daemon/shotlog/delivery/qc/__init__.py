"""Quality control: defects of finished files, found by checks with the limits of a profile."""

from shotlog.delivery.qc.checking import CheckedFile, check_file
from shotlog.delivery.qc.contract import (
    QUALITY_CHECKS,
    AskedFor,
    Defect,
    Examiner,
    Figure,
    FileFacts,
    HeardBlock,
    PictureExaminer,
    QualityCheck,
    SeenFrame,
    SoundExaminer,
)
from shotlog.delivery.qc.marking import markers_of_defects
from shotlog.delivery.qc.profile import QualityProfile, load_profile, profile_names

__all__ = [
    "QUALITY_CHECKS",
    "AskedFor",
    "CheckedFile",
    "Defect",
    "Examiner",
    "Figure",
    "FileFacts",
    "HeardBlock",
    "PictureExaminer",
    "QualityCheck",
    "QualityProfile",
    "SeenFrame",
    "SoundExaminer",
    "check_file",
    "load_profile",
    "markers_of_defects",
    "profile_names",
]
