"""Media references of clips: files, numbered pictures, and the media of bundles."""

from shotlog_otio.references.bundled_media import BundledMedia
from shotlog_otio.references.references import ClipMedia, References, length_of

__all__ = ["BundledMedia", "ClipMedia", "References", "length_of"]
