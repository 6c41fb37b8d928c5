"""Shot size from faces."""

from shotlog.analyzers.size.analyzer import SizeAnalyzer
from shotlog.analyzers.size.claims import abstain, claim_likeliest
from shotlog.analyzers.size.features import SIZE_FEATURES, size_features
from shotlog.analyzers.size.people import (
    count_faces,
    find_principals,
    read_principals,
    reframe,
    track_faces,
)
from shotlog.analyzers.size.scale import FAR_TO_NEAR, FITTED_SCALE, Framing, Scale

__all__ = [
    "FAR_TO_NEAR",
    "FITTED_SCALE",
    "SIZE_FEATURES",
    "Framing",
    "Scale",
    "SizeAnalyzer",
    "abstain",
    "claim_likeliest",
    "count_faces",
    "find_principals",
    "read_principals",
    "reframe",
    "size_features",
    "track_faces",
]
