"""Subtitles as they are written: SubRip (.srt), WebVTT (.vtt) and SubStation (.ass, .ssa).

They are files, or tracks within a film.
"""

from shotlog.media.subtitle_files.decoding import DecodedText, decode_text, read_text
from shotlog.media.subtitle_files.reading import FileCue, SubtitleFile, read_subtitles
from shotlog.media.subtitle_files.tracks import (
    SubtitleTrack,
    TrackText,
    read_subtitle_tracks,
    subtitle_tracks,
)

__all__ = [
    "DecodedText",
    "FileCue",
    "SubtitleFile",
    "SubtitleTrack",
    "TrackText",
    "decode_text",
    "read_subtitle_tracks",
    "read_subtitles",
    "read_text",
    "subtitle_tracks",
]
