"""Face detection (CenterFace), and its measure."""

from shotlog.analyzers.faces.centerface import CenterFace, centerface, without_overlap
from shotlog.analyzers.faces.letterbox import Bars, bars, without_bars
from shotlog.analyzers.faces.measure import (
    FACES,
    LOOKS_PER_SECOND,
    Face,
    FaceMeasure,
    Look,
    deciding,
    find_faces,
    fitted,
    looks,
)

__all__ = [
    "FACES",
    "LOOKS_PER_SECOND",
    "Bars",
    "CenterFace",
    "Face",
    "FaceMeasure",
    "Look",
    "bars",
    "centerface",
    "deciding",
    "find_faces",
    "fitted",
    "looks",
    "without_bars",
    "without_overlap",
]
