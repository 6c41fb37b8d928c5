"""Lips and sound of a shot: how surely each face speaks, and whose microphone is loud."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter1d

from shotlog.analyzers.sound import SILENCE
from shotlog.delivery.reframe.backends import STEP, sample
from shotlog.delivery.reframe.contract import SeenShot
from shotlog.delivery.reframe.evidence import LipMeasure, SeenLips, read_lips
from shotlog.delivery.reframe.sound import EditSound, on_timeline
from shotlog.delivery.reframe.talknet import TalkNet, score_faces
from shotlog.delivery.reframe.tracks import FaceTrack

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


class Look:
    """Lips and sound of a shot, at its sampled moments.

    Attributes:
        moments: (n,) seconds of media time.
        lips: (n, k) logarithm of the change of each face's mouth, against the rest of the face; by
            TalkNet, its scores.
        clear: (n,) True where they tell one face.
        spoken: (n,) True where somebody speaks.
        microphones: Names of the audio tracks, where they are isolated.
        loud: (n,) number of the microphone that is louder than the others; -1 where none is.
    """

    def __init__(self, moments: Numbers, lips: Numbers, clear: npt.NDArray[np.bool_],
                 tracks: Sequence[str], levels: Numbers, speech: Numbers) -> None:  # fmt: skip
        self.moments, self.lips, self.clear = moments, lips, clear
        self.spoken = np.asarray((speech >= _SPOKEN).any(axis=0))
        self.microphones, self.loud = _isolated(tracks, levels, self.spoken)


def look_at(shot: SeenShot, sound: EditSound, talknet: TalkNet | None) -> Look:
    """Return lips and sound of a shot; TalkNet, where there is one, decides instead of the lips."""
    moments, names = sample(shot), sorted(sound.tracks)
    silent = shot.view.clip.time_map.is_freeze or not names
    lips, clear = _who(shot, sound, moments, None if silent else talknet)
    if silent:
        none = np.zeros((0, len(moments)))
        return Look(moments, lips, clear, (), none, none)
    shown = on_timeline(shot.view, moments)
    levels = np.array([sound.loudness(name, shown) for name in names])
    speech = np.array([sound.speech(name, shown) for name in names])
    return Look(moments, lips, clear, names, levels, speech)


def _who(
    shot: SeenShot, sound: EditSound, moments: Numbers, talknet: TalkNet | None
) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Return (n, k) how surely each face speaks, and (n,) True where that tells one of them."""
    if len(shot.tracks) < 2:
        return np.zeros((len(moments), len(shot.tracks))), np.zeros(len(moments), np.bool_)
    if talknet is not None:
        scores = score_faces(talknet, shot, sound, moments)
        return scores, np.asarray(scores.max(axis=1) > 0)
    series = shot.view.series.get(LipMeasure.name)
    lips = _activities(shot.tracks, read_lips(series) if series is not None else [], moments)
    ordered = np.sort(lips, axis=1)
    return lips, np.asarray(ordered[:, -1] - ordered[:, -2] >= _DOUBT)


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
