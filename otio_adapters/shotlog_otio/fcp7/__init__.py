"""Final Cut Pro 7 XML (xmeml): reader and in-place patcher."""

from shotlog_otio.fcp7.format import Fcp7Format

__all__ = ["Fcp7Format"]
