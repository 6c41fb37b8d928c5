"""Scores of the faces of a shot: how surely each of them speaks."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.delivery.reframe.contract import SeenShot
from shotlog.delivery.reframe.sound import EditSound, on_timeline, to_media
from shotlog.delivery.reframe.talknet.cepstra import COUNT, EARLY, STEP, CepstrumMeasure
from shotlog.delivery.reframe.talknet.checkpoint import TalkNet
from shotlog.delivery.reframe.talknet.mouths import MouthMeasure, SeenMouths, read_mouths
from shotlog.delivery.reframe.talknet.shape import PER_PICTURE, RATE
from shotlog.delivery.reframe.tracks import FaceTrack
from shotlog.schema import SOUND_RATE, Series

Numbers = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]

_DURATIONS: Final = (1, 2, 3, 4, 5, 6)
"""Seconds of the stretches whose scores are averaged: ``durationSet`` of ``demoTalkNet.py``."""
_SMOOTHED: Final = 5
"""Pictures over which scores are averaged, as there."""
_NEAR: Final = 0.8
"""Largest distance of a mouth from a face of a track, in sides of the face."""
_NOBODY: Final = -10.0
"""Score of a face that was never found in the pictures."""


def score_faces(talknet: TalkNet, shot: SeenShot, sound: EditSound, moments: Numbers) -> Numbers:
    """Return (n, k) scores of the k faces of a shot at moments of media time; above 0 for speech.

    Args:
        talknet: The network.
        shot: The shot, with the rows of :class:`MouthMeasure`.
        sound: The sound of the edit.
        moments: (n,) seconds.
    """
    scores = np.full((len(moments), len(shot.tracks)), _NOBODY)
    series = shot.view.series.get(MouthMeasure.name)
    source = shot.view.shot.source
    first, end = math.ceil(source.start * RATE), math.ceil(source.end * RATE)
    pictures = np.arange(first, end)
    cepstra = _heard(shot, sound, pictures)
    if series is None or cepstra is None:
        return scores
    seen = read_mouths(series)
    for number, track in enumerate(shot.tracks):
        vectors = _vectors(track, seen, pictures)
        if vectors is not None:
            found = _score(talknet, vectors, cepstra)
            scores[:, number] = np.interp(moments, pictures / float(RATE), found)
    return scores


def _vectors(
    track: FaceTrack, seen: dict[int, SeenMouths], pictures: npt.NDArray[np.intp]
) -> Floats | None:
    """Return (t, 512) vectors of a track; where none is known, the nearest one in time."""
    known, vectors = [], []
    for picture in pictures.tolist():
        mouths = seen.get(picture)
        if mouths is None or not len(mouths.boxes):
            continue
        box = track.at(np.array([picture / float(RATE)]))[0]
        way = np.hypot(*((mouths.boxes[:, :2] - box[:2]) / box[2:]).T)
        if way.min() <= _NEAR:
            known.append(picture)
            vectors.append(mouths.vectors[way.argmin()])
    return np.stack(vectors)[_nearest(np.array(known), pictures)] if known else None


def _nearest(known: npt.NDArray[np.intp], wanted: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the places of the nearest known numbers; of two as near, that of the lower one."""
    later = np.clip(np.searchsorted(known, wanted), 0, len(known) - 1)
    earlier = np.maximum(later - 1, 0)
    return np.where(
        np.abs(known[earlier] - wanted) <= np.abs(known[later] - wanted), earlier, later
    )


def _score(talknet: TalkNet, vectors: Floats, cepstra: Floats) -> Numbers:
    """Return (t,) scores of one face, averaged over stretches of several lengths."""
    total = np.zeros(len(vectors))
    for seconds in _DURATIONS:
        length = seconds * int(RATE)
        for start in range(0, len(vectors), length):
            end = min(start + length, len(vectors))
            heard = cepstra[start * PER_PICTURE : end * PER_PICTURE]
            total[start:end] += talknet.score(vectors[start:end], heard)
    padded = np.pad(total / len(_DURATIONS), _SMOOTHED // 2, mode="edge")
    return np.convolve(padded, np.full(_SMOOTHED, 1 / _SMOOTHED), mode="valid")


def _heard(shot: SeenShot, sound: EditSound, pictures: npt.NDArray[np.intp]) -> Floats | None:
    """Return (4 t, 13) cepstra of pictures: of the audio track that is loudest then.

    Without audio tracks, and where the picture runs at another speed, it is the media's own sound.
    """
    steps = pictures[:, None] * PER_PICTURE + np.arange(PER_PICTURE)
    media = np.asarray(steps.ravel() * (STEP / SOUND_RATE), np.float64)
    if not sound.clips:
        return _take(shot.view.series.get(CepstrumMeasure.name), media)
    shown = on_timeline(shot.view, media)
    found: Floats = np.full((len(media), COUNT), -np.inf, np.float32)
    for heard in sound.clips:
        span = heard.clip.timeline
        inside = (shown >= float(span.start)) & (shown < float(span.end))
        if inside.any() and not heard.clip.time_map.is_freeze:
            at = to_media(heard.clip, shown[inside])
            rows = _take(heard.series.get(CepstrumMeasure.name), at)
            if rows is not None:
                louder = rows[:, 0] > found[inside, 0]
                found[np.flatnonzero(inside)[louder]] = rows[louder]
    known = np.isfinite(found[:, 0])
    if not known.any():
        return None
    return found[np.flatnonzero(known)[_nearest(np.flatnonzero(known), np.arange(len(found)))]]


def _take(series: Series | None, moments: Numbers) -> Floats | None:
    """Return the rows whose frames begin nearest to moments of media time; None without rows."""
    if series is None or not len(series):
        return None
    wanted = np.rint(moments * (SOUND_RATE / STEP)).astype(np.intp) + EARLY
    known = (series.first // STEP).astype(np.intp)
    return np.asarray(series.values[_nearest(known, wanted)], np.float32)
