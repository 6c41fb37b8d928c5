"""From clip ranges and folders to media: locating, probing, warnings."""

from shotlog.engine.sources.clip_warnings import folded, media_warnings, warnings_of, with_warnings
from shotlog.engine.sources.footage import FoundFootage, probe_footage
from shotlog.engine.sources.location import (
    Located,
    ProbeCache,
    Uses,
    fact_key,
    identity_key,
    locate,
    spans_by_media,
)
from shotlog.engine.sources.origin import origin_of

__all__ = [
    "FoundFootage",
    "Located",
    "ProbeCache",
    "Uses",
    "fact_key",
    "folded",
    "identity_key",
    "locate",
    "media_warnings",
    "origin_of",
    "probe_footage",
    "spans_by_media",
    "warnings_of",
    "with_warnings",
]
