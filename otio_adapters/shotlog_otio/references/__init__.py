"""Media references: URLs, patterns, and finding the files."""

from shotlog_otio.references.bundled_media import BundledMedia
from shotlog_otio.references.references import Found, References, length_of

__all__ = ["BundledMedia", "Found", "References", "length_of"]
