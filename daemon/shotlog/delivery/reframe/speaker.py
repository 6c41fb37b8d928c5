"""The reframer that follows who speaks: by lips and voice, or by the microphones of an edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.ndimage import uniform_filter1d
from scipy.optimize import linear_sum_assignment

from shotlog.analyzers.sound import SILENCE, LoudnessMeasure, SpeechMeasure
from shotlog.delivery.reframe.backends import (
    STEP,
    SubjectReframer,
    choose_face,
    runs,
    sample,
    settle,
    targets_of,
)
from shotlog.delivery.reframe.contract import SeenShot, Target
from shotlog.delivery.reframe.evidence import LipMeasure, SeenLips, read_lips
from shotlog.delivery.reframe.sound import EditSound
from shotlog.delivery.reframe.tracks import FaceTrack
from shotlog.schema import Measure

Numbers = npt.NDArray[np.float64]

_SPOKEN: Final = 0.5
"""Probability from which somebody speaks: ``threshold`` of silero-vad."""
_WINDOW: Final = 1.5
"""Seconds over which lips are compared: a few words."""
_LOUDER: Final = 6.0
"""Decibels by which a microphone is louder than the others while its owner speaks. Lavaliers at a
table hear the neighbour 10 to 20 dB below their owner."""
_AUDIBLE: Final = -55.0
"""Loudness in LUFS below which a microphone hears nobody."""
_SEPARATE: Final = 0.5
"""Share of the speech for which one microphone must be louder than the others, so that they count
as isolated."""
_NEAR: Final = 0.8
"""Largest distance of lips from a face of a track, in widths of the face."""
_DOUBT: Final = 0.15
"""Least lead of a mouth over the others, in natural logarithms; below it nobody is chosen anew."""


class SpeakerReframer(SubjectReframer):
    """The speaker among the faces of a shot; the most prominent face while nobody speaks."""

    name = "speaker"
    summary: ClassVar[str] = "who speaks: by isolated microphones, else by lips and voice"
    version: ClassVar[str] = "1"

    lead: float = Field(0.3, ge=0, le=5)
    """Seconds before the first word at which the crop is with the speaker."""

    @property
    def measures(self) -> Sequence[Measure]:
        """Measures of faces, of what moves, of lips and of sound."""
        return (*super().measures, LipMeasure(), LoudnessMeasure(), SpeechMeasure())

    def follow(self, shots: Sequence[SeenShot], sound: EditSound) -> Sequence[Sequence[Target]]:
        """Return the subjects of every shot."""
        looks = [_look(shot, sound) for shot in shots]
        owners = _owners(shots, looks)
        return [self._targets(shot, look, owners) for shot, look in zip(shots, looks, strict=True)]

    def _targets(
        self, shot: SeenShot, look: _Look, owners: dict[tuple[str, int, int], int]
    ) -> Sequence[Target]:
        moments, tracks = look.moments, shot.tracks
        present = choose_face(tracks, moments, [track.weight for track in tracks])
        if len(tracks) < 2:
            return targets_of(shot, moments, settle(present, self.hold), self.margin)
        speaking = _by_microphones(shot, look, owners) if look.microphones else _by_lips(look)
        speaking = _with_lead(speaking, self.lead)
        known = np.array(
            [
                number >= 0 and bool(tracks[number].present(moments[n : n + 1])[0])
                for n, number in enumerate(speaking)
            ]
        )
        chosen = _carried(np.where(known, speaking, -1), present)
        return targets_of(shot, moments, settle(chosen, self.hold), self.margin)


class _Look:
    """Lips and sound of a shot, at its sampled moments.

    Attributes:
        moments: (n,) seconds of media time.
        lips: (n, k) logarithm of the change of each face's mouth, against the rest of the face.
        spoken: (n,) True where somebody speaks.
        microphones: Names of the audio tracks, where they are isolated.
        loud: (n,) number of the microphone that is louder than the others; -1 where none is.
    """

    def __init__(self, moments: Numbers, lips: Numbers, tracks: Sequence[str], levels: Numbers,
                 speech: Numbers) -> None:  # fmt: skip
        self.moments, self.lips = moments, lips
        self.spoken = np.asarray((speech >= _SPOKEN).any(axis=0))
        self.microphones, self.loud = _isolated(tracks, levels, self.spoken)


def _look(shot: SeenShot, sound: EditSound) -> _Look:
    moments = sample(shot)
    series = shot.view.series.get(LipMeasure.name)
    lips = _activities(shot.tracks, read_lips(series) if series is not None else [], moments)
    time_map = shot.view.clip.time_map
    names = sorted(sound.tracks)
    if time_map.is_freeze or not names:
        return _Look(moments, lips, (), np.zeros((0, len(moments))), np.zeros((0, len(moments))))
    shown = _on_timeline(shot, moments)
    levels = np.array([sound.loudness(name, shown) for name in names])
    speech = np.array([sound.speech(name, shown) for name in names])
    return _Look(moments, lips, names, levels, speech)


def _on_timeline(shot: SeenShot, moments: Numbers) -> Numbers:
    """Return the moments of the timeline that show moments of media, in seconds."""
    span, time_map = shot.view.shot.timeline, shot.view.clip.time_map
    edges = [span.start, *(b.at for b in time_map.bends if span.contains(b.at)), span.end]
    media = np.array([float(time_map.to_source(edge)) for edge in edges])
    timeline = np.array([float(edge) for edge in edges])
    order = np.argsort(media, kind="stable")
    return np.asarray(np.interp(moments, media[order], timeline[order]), np.float64)


def _activities(tracks: Sequence[FaceTrack], lips: Sequence[SeenLips], moments: Numbers) -> Numbers:
    """Return (n, k) how much each mouth moves, as the logarithm of change of mouth over face."""
    activity = np.zeros((len(moments), len(tracks)))
    for number, track in enumerate(tracks):
        times, values = [], []
        for seen in lips:
            if not len(seen.mouth):
                continue
            box = track.at(np.array([seen.at]))[0]
            way = np.hypot(*((seen.faces[:, :2] - box[:2]) / box[2:]).T)
            nearest = int(way.argmin())
            if way[nearest] <= _NEAR:
                times.append(seen.at)
                values.append(np.log((seen.mouth[nearest] + 1) / (seen.rest[nearest] + 1)))
        if times:
            known = np.interp(moments, times, _smooth(np.array(values), np.array(times)))
            activity[:, number] = known
    return activity


def _smooth(values: Numbers, times: Numbers) -> Numbers:
    """Return a mean over the window, of values at nearly even moments."""
    step = float(np.median(np.diff(times))) if len(times) > 1 else float(STEP)
    size = max(1, round(_WINDOW / max(step, 1e-3)))
    return np.asarray(uniform_filter1d(values, size, mode="nearest"), np.float64)


def _isolated(
    tracks: Sequence[str], levels: Numbers, spoken: npt.NDArray[np.bool_]
) -> tuple[tuple[str, ...], npt.NDArray[np.intp]]:
    """Return the microphones and the loud one of each moment; none where they hear all the same."""
    nobody = np.full(len(spoken), -1, np.intp)
    heard = [n for n in range(len(tracks)) if (levels[n] > SILENCE).any()]
    if len(heard) < 2 or not spoken.any():
        return (), nobody
    ordered = np.sort(levels[heard], axis=0)
    clear = spoken & (ordered[-1] - ordered[-2] >= _LOUDER) & (ordered[-1] >= _AUDIBLE)
    if clear.sum() < _SEPARATE * spoken.sum():
        return (), nobody
    loudest = np.array(heard, np.intp)[levels[heard].argmax(axis=0)]
    return tuple(tracks), np.where(clear, loudest, nobody)


def _owners(shots: Sequence[SeenShot], looks: Sequence[_Look]) -> dict[tuple[str, int, int], int]:
    """Return the face that each microphone belongs to, in order from the left, by file.

    Lips decide over all shots of a file that show as many faces: people do not change places while
    a camera runs.

    Returns:
        By content, number of faces and number of the microphone, the place from the left.
    """
    votes: dict[tuple[str, int], Numbers] = defaultdict(lambda: np.zeros((0, 0)))
    for shot, look in zip(shots, looks, strict=True):
        count = len(shot.tracks)
        if count < 2 or not look.microphones:
            continue
        key = (shot.view.media.content_id, count)
        if not votes[key].size:
            votes[key] = np.zeros((len(look.microphones), count))
        order = _from_left(shot.tracks)
        for microphone in range(len(look.microphones)):
            at = look.loud == microphone
            if at.any():
                lead = look.lips[at] - look.lips[at].mean(axis=1, keepdims=True)
                votes[key][microphone] += lead.sum(axis=0)[order]
    owners = {}
    for (content, count), table in votes.items():
        rows, places = linear_sum_assignment(-table)
        for microphone, place in zip(rows.tolist(), places.tolist(), strict=True):
            owners[content, count, microphone] = place
    return owners


def _from_left(tracks: Sequence[FaceTrack]) -> list[int]:
    return sorted(range(len(tracks)), key=lambda n: float(tracks[n].boxes[:, 0].mean()))


def _by_microphones(
    shot: SeenShot, look: _Look, owners: dict[tuple[str, int, int], int]
) -> npt.NDArray[np.intp]:
    order, content = _from_left(shot.tracks), shot.view.media.content_id
    faces = [
        owners.get((content, len(shot.tracks), microphone), -1)
        for microphone in range(len(look.microphones))
    ]
    numbers = np.array([order[place] if place >= 0 else -1 for place in faces] + [-1], np.intp)
    return numbers[look.loud]


def _by_lips(look: _Look) -> npt.NDArray[np.intp]:
    best = look.lips.argmax(axis=1)
    ordered = np.sort(look.lips, axis=1)
    sure = look.spoken & (ordered[:, -1] - ordered[:, -2] >= _DOUBT)
    return np.where(sure, best, -1).astype(np.intp)


def _with_lead(speaking: npt.NDArray[np.intp], lead: float) -> npt.NDArray[np.intp]:
    """Return who is to be seen: each speaker a while before the first word too."""
    steps, early = round(lead / STEP), speaking.copy()
    for first, _ in runs(speaking):
        if speaking[first] >= 0:
            early[max(0, first - steps) : first] = speaking[first]
    return early


def _carried(speaking: npt.NDArray[np.intp], present: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the last speaker while nobody speaks; before the first one the most prominent face."""
    carried = speaking.copy()
    last = -1
    for n, number in enumerate(speaking):
        last = int(number) if number >= 0 else last
        carried[n] = last
    first = int(np.argmax(speaking >= 0)) if (speaking >= 0).any() else -1
    carried[carried == -1] = speaking[first] if first >= 0 else present[carried == -1]
    # Where a face has left the shot, the most prominent of those that are there.
    return np.where(present == -1, -1, carried)
