"""The source of subtitles in a file, in a track of a film, and of texts without times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from pydantic import Field, field_validator

from shotlog.delivery.subtitles.breaks import linking_words
from shotlog.delivery.subtitles.cues import Cue
from shotlog.delivery.subtitles.film import SpokenFilm
from shotlog.delivery.subtitles.placing import FASTEST, SLOWEST, place_text
from shotlog.delivery.subtitles.sources.contract import SourceCues, SubtitleSource
from shotlog.delivery.subtitles.tidying import clean
from shotlog.media import probe
from shotlog.media.discovery import VIDEO_SUFFIXES
from shotlog.media.subtitle_files import (
    DecodedText,
    FileCue,
    SubtitleTrack,
    read_subtitle_tracks,
    read_subtitles,
    read_text,
    subtitle_tracks,
)
from shotlog.schema import Media, MediaReference, SubtitleSourceError, readable

_TEXT: Final = (".txt", ".text", ".md")
"""Suffixes of texts without times."""
_PARAGRAPH: Final = re.compile(r"\n[ \t]*\n")
_WRAPPED: Final = re.compile(r"\n(?![ \t]*[-\u2010\u2013\u2014])")
"""Line ends within a paragraph, but not before the dash of another speaker."""


class FileSource(SubtitleSource):
    """Reads SubRip, WebVTT and SubStation, and places texts without times on the speech."""

    name: ClassVar[str] = "file"
    summary: ClassVar[str] = (
        "the cues of a file or of a track of a film, or a text without times placed on the speech"
    )
    version: ClassVar[str] = "1"

    file: str = ""
    """The file: .srt, .vtt, .ass, .ssa, or .txt for a text without times; with a track a film."""
    encoding: str = ""
    """Its encoding, such as cp1252; empty to find it."""
    track: int = Field(0, ge=0)
    """Number of the subtitle track of a film, from 1; 0 if the file is no film."""

    @field_validator("file")
    @classmethod
    def _absolute(cls, path: str) -> str:
        return str(Path(path).absolute()) if path else path

    @property
    def subject(self) -> str:
        """The name of the file."""
        return readable(Path(self.file).name) or self.name

    def require(self) -> None:
        """Check that a file is named, of a film a track too, and no encoding of a track.

        Raises:
            SubtitleSourceError: It is otherwise.
        """
        if not self.file:
            hint = "Name the file: --from talk.srt."
            raise SubtitleSourceError(self.name, "it needs a file", hint)
        if not self.track and Path(self.file).suffix.lower() in VIDEO_SUFFIXES:
            hint = "Name one of its subtitle tracks: --track 1."
            raise SubtitleSourceError(self.subject, "this is a film, not a file of subtitles", hint)
        if self.track and self.encoding:
            message = "a track of a film has no encoding to choose"
            raise SubtitleSourceError(self.subject, message, "Leave the encoding out.")

    def read(self, film: SpokenFilm, language: str) -> SourceCues:
        """Return the cues of the file or track, or its text on the speech of the film.

        Raises:
            SubtitleSourceError: No file is named, nobody speaks in the film, or it has no such
                track of text.
            SubtitlesUnreadable: The file cannot be read.
            MediaError: The film with the track cannot be read.
        """
        self.require()
        if self.track:
            return self._read_track()
        path = Path(self.file)
        if path.suffix.lower() in _TEXT:
            return self._place(read_text(path, self.encoding), film, language)
        file = read_subtitles(path, self.encoding)
        notes = _told_encoding(file.decoded)
        if file.negative:
            notes += (f"{file.negative} time(s) before the film became its start",)
        return _source_cues(file.cues, notes)

    def _read_track(self) -> SourceCues:
        media = probe(MediaReference(path=self.file))
        track = self._chosen(media)
        text = read_subtitle_tracks(media, [track])[track]
        notes: tuple[str, ...] = ()
        if text.damaged:
            notes = (f"{text.damaged} cue(s) of {track} cannot be decoded, and were left out",)
        return _source_cues(text.cues, notes)

    def _chosen(self, media: Media) -> SubtitleTrack:
        tracks = subtitle_tracks(media)
        texts = [str(track) for track in tracks if track.is_text]
        hint = f"Choose {' or '.join(texts)}." if texts else "Give a film with subtitles as text."
        if self.track > len(tracks):
            message = f"this film has {len(tracks)} subtitle track(s), and no track {self.track}"
            raise SubtitleSourceError(self.subject, message, hint)
        track = tracks[self.track - 1]
        if not track.is_text:
            codec = track.codec or "of an unknown codec"
            message = f"{track} is {codec}, which is not read as text"
            raise SubtitleSourceError(self.subject, message, hint)
        return track

    def _place(self, decoded: DecodedText, film: SpokenFilm, language: str) -> SourceCues:
        paragraphs = (_WRAPPED.sub(" ", part) for part in _PARAGRAPH.split(decoded.text))
        text = clean("\n".join(paragraphs))
        if not text:
            raise SubtitleSourceError(
                self.subject, "there is no text in this file", "Give another file."
            )
        if not film.speech:
            message = "it has no times, and nobody is heard to speak in the film"
            hint = "Give subtitles with times, or a film with sound."
            raise SubtitleSourceError(self.subject, message, hint)
        placed = place_text(text, film.speech, linking_words(language))
        notes = _told_encoding(decoded)
        if not SLOWEST <= placed.rate <= FASTEST:
            notes += (
                f"the text has {placed.rate:.1f} syllables for each second of speech in the film,"
                f" and people speak {SLOWEST} to {FASTEST}: is it the text of this film?",
            )
        return SourceCues((placed.cue,), notes=notes)


def _source_cues(cues: Sequence[FileCue], notes: tuple[str, ...]) -> SourceCues:
    if tagged := sum(cue.tagged for cue in cues):
        notes += (f"italics, positions and other tags of {tagged} cue(s) were left out",)
    return SourceCues(tuple(map(_as_cue, cues)), notes=notes)


def _as_cue(cue: FileCue) -> Cue:
    return Cue(cue.start, cue.end, cue.text, cue.marks, told=(cue.start, cue.end))


def _told_encoding(decoded: DecodedText) -> tuple[str, ...]:
    if not decoded.guessed:
        return ()
    return (
        f"the file is not in UTF-8 and was read as {decoded.encoding}, the likeliest encoding;"
        " --encoding names another",
    )
