"""Shot size from faces, and from the whole picture where there is none."""

from shotlog.analyzers.size.analyzer import SizeAnalyzer
from shotlog.analyzers.size.people import count_faces, find_principals, reframe, track_faces
from shotlog.analyzers.size.scale import FAR_TO_NEAR, FITTED_SCALE, Framing, Scale

__all__ = [
    "FAR_TO_NEAR",
    "FITTED_SCALE",
    "Framing",
    "Scale",
    "SizeAnalyzer",
    "count_faces",
    "find_principals",
    "reframe",
    "track_faces",
]
