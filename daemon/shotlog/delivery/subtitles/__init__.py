"""Subtitles: from a file or from speech recognition, aligned, in lines, in a style.

:func:`make_subtitles` makes them of a :class:`SubtitleSource`; :func:`render` writes them.
"""

from shotlog.delivery.subtitles.aligning import HOLD, TOLERANCE, align
from shotlog.delivery.subtitles.breaks import LinkingWords, linking_words
from shotlog.delivery.subtitles.columns import graphemes, is_wide, width
from shotlog.delivery.subtitles.cues import Cue, Fault, Rule, moments
from shotlog.delivery.subtitles.film import SpokenFilm, open_film
from shotlog.delivery.subtitles.finished import CueReport, SubtitleReport, Subtitles
from shotlog.delivery.subtitles.lines import break_lines
from shotlog.delivery.subtitles.making import SubtitleOptions, make_subtitles
from shotlog.delivery.subtitles.placing import TextOnSpeech, place_text
from shotlog.delivery.subtitles.profile import Profile, built_in_profiles, load_profile
from shotlog.delivery.subtitles.sources import (
    SUBTITLE_SOURCES,
    FileSource,
    SourceCues,
    SubtitleSource,
    WhisperSource,
)
from shotlog.delivery.subtitles.style import (
    SafeArea,
    SubtitleStyle,
    built_in_styles,
    load_style,
    parse_aspect,
    picture_size,
    safe_area,
)
from shotlog.delivery.subtitles.writing import SUFFIXES, render, word_times

__all__ = [
    "HOLD",
    "SUBTITLE_SOURCES",
    "SUFFIXES",
    "TOLERANCE",
    "Cue",
    "CueReport",
    "Fault",
    "FileSource",
    "LinkingWords",
    "Profile",
    "Rule",
    "SafeArea",
    "SourceCues",
    "SpokenFilm",
    "SubtitleOptions",
    "SubtitleReport",
    "SubtitleSource",
    "SubtitleStyle",
    "Subtitles",
    "TextOnSpeech",
    "WhisperSource",
    "align",
    "break_lines",
    "built_in_profiles",
    "built_in_styles",
    "graphemes",
    "is_wide",
    "linking_words",
    "load_profile",
    "load_style",
    "make_subtitles",
    "moments",
    "open_film",
    "parse_aspect",
    "picture_size",
    "place_text",
    "render",
    "safe_area",
    "width",
    "word_times",
]
