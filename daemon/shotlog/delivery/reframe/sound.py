"""The sound of a timeline by audio track, for finding out whose microphone is loud."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.sound import SILENCE, LoudnessMeasure, SpeechMeasure
from shotlog.schema import ClipRange, EditView, Series, ShotView, SoundView, TimeRange

Numbers = npt.NDArray[np.float64]

OWN: Final = ""
"""Name of the sound of the pictures themselves, where the timeline has no audio tracks."""
_STEP: Final = Fraction(1, 10)


@dataclass(frozen=True, eq=False)
class TrackPiece:
    """The sound of a clip on the timeline, ten times a second.

    Attributes:
        first: Number of the first step.
        loudness: (n,) LUFS.
        speech: (n,) probability that somebody speaks.
    """

    first: int
    loudness: Numbers
    speech: Numbers


@dataclass(frozen=True, eq=False)
class EditSound:
    """The sound of a timeline by its audio tracks, on the timeline's clock.

    Attributes:
        tracks: The pieces of each track.
        clips: The clips of the audio tracks with their evidence; none without audio tracks.
    """

    tracks: Mapping[str, Sequence[TrackPiece]]
    clips: Sequence[SoundView] = ()

    @classmethod
    def of(cls, view: EditView) -> EditSound:
        """Return the sound of an edit: of its audio tracks, or of its pictures without any."""
        tracks: dict[str, list[TrackPiece]] = defaultdict(list)
        for heard in view.sound:
            name = heard.clip.id.partition("/")[0]
            tracks[name] += _pieces(heard.clip, heard.series, heard.clip.timeline)
        if not any(clip.enabled for clip in view.edit.sound):
            for shot in view.shots:
                tracks[OWN] += _pieces(shot.clip, shot.series, shot.shot.timeline)
        return cls(dict(tracks), tuple(view.sound))

    def loudness(self, track: str, moments: Numbers) -> Numbers:
        """Return (n,) LUFS of a track at moments of the timeline in seconds."""
        return self._at(track, moments, SILENCE, "loudness")

    def speech(self, track: str, moments: Numbers) -> Numbers:
        """Return (n,) probability that somebody speaks on a track at moments of the timeline."""
        return self._at(track, moments, 0.0, "speech")

    def _at(self, track: str, moments: Numbers, nothing: float, name: str) -> Numbers:
        values = np.full(len(moments), nothing)
        steps = np.floor(moments / float(_STEP) + 1e-9).astype(np.intp)
        for piece in self.tracks[track]:
            inside = (steps >= piece.first) & (steps < piece.first + len(piece.loudness))
            values[inside] = getattr(piece, name)[steps[inside] - piece.first]
        return values


def on_timeline(view: ShotView, moments: Numbers) -> Numbers:
    """Return the moments of the timeline that show moments of media of a shot, in seconds."""
    timeline, media = _edges(view.clip, view.shot.timeline)
    order = np.argsort(media, kind="stable")
    return np.asarray(np.interp(moments, media[order], timeline[order]), np.float64)


def to_media(clip: ClipRange, moments: Numbers) -> Numbers:
    """Return the moments of media that a clip has at moments of the timeline, in seconds."""
    return np.asarray(np.interp(moments, *_edges(clip, clip.timeline)), np.float64)


def _edges(clip: ClipRange, span: TimeRange) -> tuple[Numbers, Numbers]:
    """Return the edges and bends of a stretch of a clip, on the timeline and in media time."""
    time_map = clip.time_map
    edges = [span.start, *(b.at for b in time_map.bends if span.contains(b.at)), span.end]
    media = np.array([float(time_map.to_source(edge)) for edge in edges])
    return np.array([float(edge) for edge in edges]), media


def _pieces(clip: ClipRange, series: Mapping[str, Series], shown: TimeRange) -> list[TrackPiece]:
    """Return the sound of a clip in a range of the timeline; none where it was not measured."""
    loud, spoken = (series.get(each.name) for each in (LoudnessMeasure, SpeechMeasure))
    first, end = int(shown.start // _STEP), int(-(-shown.end // _STEP))
    if loud is None or not len(loud) or clip.time_map.is_freeze or end <= first:
        return []
    moments = [shown.start, *((n * _STEP + _STEP / 2) for n in range(first, end))][1:]
    media = np.array([float(clip.time_map.to_source(moment)) for moment in moments])
    loudness = _values(loud, media, "loudness", LoudnessMeasure)
    if spoken is None or not len(spoken):
        return [TrackPiece(first, loudness, np.zeros(len(media)))]
    return [TrackPiece(first, loudness, _values(spoken, media, "speech", SpeechMeasure))]


def _values(
    series: Series, media: Numbers, column: str, measure: type[LoudnessMeasure | SpeechMeasure]
) -> Numbers:
    middle = (series.first + series.last + 1) / 2 * float(series.tick)
    values = series.values[:, measure.columns.index(column)].astype(np.float64)
    return np.asarray(np.interp(media, middle, values), np.float64)
