"""Sources of subtitles: files, speech recognition, and those of other packages."""

from shotlog.delivery.subtitles.sources.contract import SUBTITLE_SOURCES, SourceCues, SubtitleSource
from shotlog.delivery.subtitles.sources.file import FileSource
from shotlog.delivery.subtitles.sources.whisper import WhisperSource

__all__ = [
    "SUBTITLE_SOURCES",
    "FileSource",
    "SourceCues",
    "SubtitleSource",
    "WhisperSource",
]
