"""Media references of clips: files, numbered pictures, and the media of bundles."""

from shotlog_otio.references.bundled_media import BundledMedia, CacheLimits
from shotlog_otio.references.clip_media import ClipMedia, ReferenceReader, length_of

__all__ = ["BundledMedia", "CacheLimits", "ClipMedia", "ReferenceReader", "length_of"]
