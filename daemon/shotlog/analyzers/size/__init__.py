"""Shot size from faces."""

from shotlog.analyzers.size.analyzer import SizeAnalyzer
from shotlog.analyzers.size.people import find_principals, track_faces
from shotlog.analyzers.size.scale import FAR_TO_NEAR, FITTED_SCALE, Framing, Scale

__all__ = [
    "FAR_TO_NEAR",
    "FITTED_SCALE",
    "Framing",
    "Scale",
    "SizeAnalyzer",
    "find_principals",
    "track_faces",
]
