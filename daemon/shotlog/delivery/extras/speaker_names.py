"""The names of speakers before the subtitles that begin what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, ClassVar, Final

import numpy as np
from pydantic import AfterValidator

from shotlog.delivery.extras.contract import ExtendedFilm, Extra
from shotlog.delivery.reframe import EditSound
from shotlog.delivery.subtitles import Cue
from shotlog.schema import ExtraError, TimeRange

_STEP: Final = Fraction(1, 10)
_SPEAKS: Final = 0.5
"""Probability of speech from which somebody speaks: the default of the voice detector."""
_MOST: Final = Fraction(1, 2)
"""Share of all that is said during a cue from which it belongs to one voice."""


def find_voices(sound: EditSound, span: TimeRange) -> dict[str, tuple[TimeRange, ...]]:
    """Return the ranges in which the owner of each microphone speaks, to a tenth of a second.

    Of several microphones that hear somebody, the loudest is that of the speaker: the others are
    farther away.

    Args:
        sound: The sound of a timeline by tracks.
        span: The stretch of the timeline.
    """
    names = sorted(name for name in sound.tracks if name)
    first, end = int(span.start // _STEP), int(-(-span.end // _STEP))
    if len(names) < 2 or end <= first:
        return {}
    moments = (np.arange(first, end, dtype=np.float64) + 0.5) * np.float64(_STEP)
    loudness = np.array([sound.loudness(name, moments) for name in names])
    speech = np.array([sound.speech(name, moments) for name in names]) >= _SPEAKS
    owner = np.where(speech.any(axis=0), np.argmax(np.where(speech, loudness, -np.inf), axis=0), -1)
    return {name: _runs(owner == number, first) for number, name in enumerate(names)}


def _runs(on: np.ndarray[tuple[int], np.dtype[np.bool_]], first: int) -> tuple[TimeRange, ...]:
    edges = np.flatnonzero(np.diff(on.astype(np.int8), prepend=0, append=0))
    return tuple(
        TimeRange.between((first + int(a)) * _STEP, (first + int(b)) * _STEP)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    )


def _checked(text: str) -> str:
    _parsed(text)
    return text


def _parsed(text: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        track, sign, name = (piece.strip() for piece in part.partition(":"))
        if not (track and sign and name):
            raise ValueError(f"'{part}' is not a track and a name, such as A1:Anna")
        names[track] = name
    return names


class SpeakerNamesExtra(Extra):
    """Puts the name of the speaker before a subtitle where another one begins to speak."""

    name: ClassVar[str] = "speaker_names"
    summary: ClassVar[str] = "names of speakers in subtitles, by the microphone that is loudest"
    version: ClassVar[str] = "1"

    names: Annotated[str, AfterValidator(_checked)] = ""
    """Tracks and their speakers: ``A1:Anna,A2:Ben``. A track without a name gives none."""

    def require(self) -> None:
        """Check that there are names."""
        if not self.names:
            hint = "Tell who wears the microphone of each track: speaker_names:names=A1:Anna,A2:Ben"
            raise ExtraError(self.name, "it knows no names", hint)

    def add(self, film: ExtendedFilm) -> ExtendedFilm:
        """Return the film with names in its cues."""
        names = _parsed(self.names)
        if not film.cues:
            return film.noted("no names of speakers were added, as there are no subtitles")
        voices = {track: ranges for track, ranges in film.voices.items() if ranges}
        if not voices:
            note = "no names of speakers were added: no two audio tracks hold a voice each"
            return film.noted(note)
        if unknown := [track for track in names if track not in film.voices]:
            known = ", ".join(film.voices)
            message = f"nobody speaks on a track {unknown[0]}"
            raise ExtraError(self.name, message, f"Its tracks of sound are: {known}.")
        cues, said, last = [], 0, None
        for cue in film.cues:
            speaker = _speaker(cue, voices)
            name = names.get(speaker or "")
            if speaker is not None and speaker != last and name:
                cue, said = _named(cue, name), said + 1
            last = speaker or last
            cues.append(cue)
        note = f"{said} subtitle(s) begin with the name of a speaker"
        return replace(film, cues=tuple(cues)).noted(note)


def _speaker(cue: Cue, voices: Mapping[str, tuple[TimeRange, ...]]) -> str | None:
    """Return the track of the voice that says most of a cue; None where none does."""
    span = TimeRange.between(cue.start, cue.end)
    heard: dict[str, Fraction] = {}
    for track, ranges in voices.items():
        parts = (each.intersection(span) for each in ranges)
        heard[track] = sum((part.duration for part in parts if part), Fraction(0))
    track = max(sorted(heard), key=lambda name: heard[name])
    whole = sum(heard.values())
    return track if whole and heard[track] > whole * _MOST else None


def _named(cue: Cue, name: str) -> Cue:
    """Return a cue that begins with a name; words keep their moments."""
    lead = f"{name}: "
    marks = tuple((at + len(lead), moment) for at, moment in cue.marks)
    return replace(cue, text=lead + cue.text, marks=marks)
