"""Face detection by CenterFace, letterbox detection, and the measure of both."""

from shotlog.analyzers.faces.centerface import (
    INPUT,
    CenterFace,
    load_detector,
    open_network,
    suppress_overlaps,
)
from shotlog.analyzers.faces.letterbox import Letterbox, crop_letterbox, detect_letterbox
from shotlog.analyzers.faces.measure import (
    MAX_FACES,
    SAMPLE_RATE,
    Face,
    FaceMeasure,
    FaceSample,
    detect_faces,
    read_samples,
    run_detector,
    select_deciding,
    shrink,
)

__all__ = [
    "INPUT",
    "MAX_FACES",
    "SAMPLE_RATE",
    "CenterFace",
    "Face",
    "FaceMeasure",
    "FaceSample",
    "Letterbox",
    "crop_letterbox",
    "detect_faces",
    "detect_letterbox",
    "load_detector",
    "open_network",
    "read_samples",
    "run_detector",
    "select_deciding",
    "shrink",
    "suppress_overlaps",
]
