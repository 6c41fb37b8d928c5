"""Subtitle files as they are written: SubRip (.srt), WebVTT (.vtt) and SubStation (.ass, .ssa)."""

from shotlog.media.subtitle_files.decoding import DecodedText, decode_text, read_text
from shotlog.media.subtitle_files.reading import FileCue, SubtitleFile, read_subtitles

__all__ = [
    "DecodedText",
    "FileCue",
    "SubtitleFile",
    "decode_text",
    "read_subtitles",
    "read_text",
]
