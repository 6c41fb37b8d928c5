"""Face detection by CenterFace, and the measure of faces and black bars."""

from shotlog.analyzers.faces.centerface import (
    INPUT,
    CenterFace,
    load_detector,
    open_network,
    suppress_overlaps,
)
from shotlog.analyzers.faces.face import Face, measure_turn
from shotlog.analyzers.faces.measure import (
    MAX_FACES,
    SAMPLE_RATE,
    FaceMeasure,
    FaceSample,
    detect_faces,
    read_samples,
    run_detector,
    select_deciding,
)

__all__ = [
    "INPUT",
    "MAX_FACES",
    "SAMPLE_RATE",
    "CenterFace",
    "Face",
    "FaceMeasure",
    "FaceSample",
    "detect_faces",
    "load_detector",
    "measure_turn",
    "open_network",
    "read_samples",
    "run_detector",
    "select_deciding",
    "suppress_overlaps",
]
