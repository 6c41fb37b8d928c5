"""Transcripts as subtitle files hold them: SubRip (.srt) and WebVTT (.vtt)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple

from shotlog.media.subtitle_files import read_subtitles
from shotlog.schema import HighlighterError, SubtitlesUnreadable, TimeRange, readable

_HINT: Final = "Give a subtitle file in SubRip (.srt) or WebVTT (.vtt) form."


class Subtitle(NamedTuple):
    """A subtitle: its time from the start of the timeline, and its text without tags."""

    range: TimeRange
    text: str


def read_transcript(path: Path) -> tuple[Subtitle, ...]:
    """Return the subtitles of a file, by their start; those without text or length are left out.

    Text that is not UTF-8 and tells no encoding is decoded by the likeliest one.

    Raises:
        HighlighterError: It cannot be read, or holds no subtitle.
    """
    subject = readable(path.name) or "transcript"
    try:
        file = read_subtitles(path)
    except SubtitlesUnreadable as error:
        raise HighlighterError(subject, error.problem.message, error.problem.hint) from error
    found = [
        Subtitle(TimeRange.between(cue.start, cue.end), words)
        for cue in file.cues
        if Fraction(0) <= cue.start < cue.end and (words := " ".join(cue.text.split()))
    ]
    if not found:
        raise HighlighterError(subject, "there is no subtitle in this file", _HINT)
    return tuple(sorted(found, key=lambda line: (line.range.start, line.range.end)))
