"""Sources of subtitles: files, speech recognition, and those of other packages."""

from shotlog.delivery.subtitles.sources.choice import (
    GROUP,
    choose_source,
    describe_sources,
    load_sources,
    make_source,
)
from shotlog.delivery.subtitles.sources.contract import SourceCues, SubtitleSource
from shotlog.delivery.subtitles.sources.file import FileSource
from shotlog.delivery.subtitles.sources.whisper import WhisperSource

__all__ = [
    "GROUP",
    "FileSource",
    "SourceCues",
    "SubtitleSource",
    "WhisperSource",
    "choose_source",
    "describe_sources",
    "load_sources",
    "make_source",
]
