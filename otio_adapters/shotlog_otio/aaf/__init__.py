"""AAF files of Media Composer, DaVinci Resolve and Premiere Pro: read, and markers patched in."""

from shotlog_otio.aaf.format import AafFormat

__all__ = ["AafFormat"]
