"""Media references of clips: files, numbered pictures, and the media of bundles."""

from shotlog_otio.references.bundled_media import BundledMedia, CacheLimits
from shotlog_otio.references.clip_media import ReferenceReader
from shotlog_otio.references.media_finder import ClipMedia, MediaFinder, generated

__all__ = [
    "BundledMedia",
    "CacheLimits",
    "ClipMedia",
    "MediaFinder",
    "ReferenceReader",
    "generated",
]
