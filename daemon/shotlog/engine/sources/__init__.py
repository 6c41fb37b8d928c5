"""Sources of an edit: clip ranges and folders are resolved to probed media and media time."""

from shotlog.engine.sources.clip_warnings import (
    attach_warnings,
    collect_media_warnings,
    collect_warnings,
    fold_warnings,
)
from shotlog.engine.sources.footage import FoundFootage, probe_footage
from shotlog.engine.sources.location import LocatedClip, MediaUses, group_by_media, locate
from shotlog.engine.sources.origin import find_origin
from shotlog.engine.sources.probe_cache import ProbeCache, fact_key, identity_key

__all__ = [
    "FoundFootage",
    "LocatedClip",
    "MediaUses",
    "ProbeCache",
    "attach_warnings",
    "collect_media_warnings",
    "collect_warnings",
    "fact_key",
    "find_origin",
    "fold_warnings",
    "group_by_media",
    "identity_key",
    "locate",
    "probe_footage",
]
