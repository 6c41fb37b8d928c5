"""Sources of an edit: clip ranges and folders are resolved to probed media and media time."""

from shotlog.engine.sources.clip_warnings import (
    attach_warnings,
    collect_media_warnings,
    collect_warnings,
    fold_warnings,
)
from shotlog.engine.sources.footage import FoundFootage, probe_footage
from shotlog.engine.sources.location import LocatedClip, MediaUses, group_by_media, locate
from shotlog.engine.sources.moved import LostMedia, MovedMedia, Suggestion, find_moved, maps_of
from shotlog.engine.sources.origin import find_origin
from shotlog.engine.sources.probe_cache import ProbeCache, fact_key, identity_key
from shotlog.engine.sources.sound_clips import locate_sound, wanted_sound

__all__ = [
    "FoundFootage",
    "LocatedClip",
    "LostMedia",
    "MediaUses",
    "MovedMedia",
    "ProbeCache",
    "Suggestion",
    "attach_warnings",
    "collect_media_warnings",
    "collect_warnings",
    "fact_key",
    "find_moved",
    "find_origin",
    "fold_warnings",
    "group_by_media",
    "identity_key",
    "locate",
    "locate_sound",
    "maps_of",
    "probe_footage",
    "wanted_sound",
]
