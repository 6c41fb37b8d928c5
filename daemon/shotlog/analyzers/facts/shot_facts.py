"""Facts of the shots of an edit: faces, speech, loudness, and properties of the media.

No measure is taken for them: they come from the rows that the analyzers of the run use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import STEP, EditClock, hear, steps_of
from shotlog.analyzers.faces import FaceMeasure, read_samples
from shotlog.analyzers.size import count_faces, reframe
from shotlog.analyzers.sound import SILENCE, LoudnessMeasure, SpeechMeasure
from shotlog.schema import (
    Analyzer,
    EditAnalyzer,
    EditView,
    Measure,
    Media,
    Series,
    ShotFacts,
    ShotView,
)

_SPOKEN: Final = 0.5
"""Least probability of speech in a row that counts as spoken: the default of Silero VAD's own
``get_speech_timestamps``."""

Numbers = npt.NDArray[np.float64]
Sound = tuple[Numbers, Numbers]
"""The sound of a shot: loudness in LUFS, and probabilities of speech; NaN where unknown."""


def gather_facts(
    view: EditView, analyzers: Sequence[Analyzer], failed: Mapping[str, frozenset[str]]
) -> list[ShotFacts]:
    """Return the facts of every shot of an edit, in the order of its shots.

    Where the edit has audio tracks that are switched on, the sound of a shot is what they play
    under it, the loudest of simultaneous clips; else it is that of its own media.

    Args:
        view: The edit and its evidence.
        analyzers: The analyzers whose measures were taken.
        failed: By content id, names of the measures that failed on a file; of such a file they
            tell nothing.
    """
    tracks = any(clip.enabled for clip in view.edit.sound)
    heard = _of_tracks(view, analyzers) if tracks else (_of_media(s, failed) for s in view.shots)
    return [
        ShotFacts(
            faces=_count_faces(_series(shot, FaceMeasure, failed)),
            speech=_share_spoken(speech),
            loudness=_mean_loudness(loudness),
            **_properties(shot.media),
        )
        for shot, (loudness, speech) in zip(view.shots, heard, strict=True)
    ]


def _series(
    shot: ShotView, measure: type[Measure], failed: Mapping[str, frozenset[str]]
) -> Series | None:
    """Return the rows of a measure; None where it was not taken, or failed on the file."""
    if measure.name in failed.get(shot.media.content_id, frozenset()):
        return None
    return shot.series.get(measure.name)


def _count_faces(series: Series | None) -> int | None:
    samples = read_samples(series) if series is not None else []
    return count_faces(reframe(samples)) if samples else None


def _of_media(shot: ShotView, failed: Mapping[str, frozenset[str]]) -> Sound:
    loudness, speech = (
        _column(measure, name, _series(shot, measure, failed))
        for measure, name in ((LoudnessMeasure, "loudness"), (SpeechMeasure, "speech"))
    )
    return loudness, speech


def _column(measure: type[Measure], name: str, series: Series | None) -> Numbers:
    if series is None:
        return np.empty(0)
    return np.asarray(series.values[:, measure.columns.index(name)], np.float64)


def _of_tracks(view: EditView, analyzers: Sequence[Analyzer]) -> Iterator[Sound]:
    """Yield the sound that the audio tracks play under each shot."""
    # Only analyzers of edits have audio tracks measured. Where none listens, the silence between
    # the clips of a track would be all that is known.
    listening = [a for a in analyzers if isinstance(a, EditAnalyzer)]
    taken = {measure.name for analyzer in listening for measure in analyzer.measures}
    sound, speech = hear(EditClock.of(view))
    for shot in view.shots:
        shown = shot.shot.timeline
        steps = steps_of(shown)
        if not len(steps):  # a shot shorter than a step
            steps = np.array([(shown.start + shown.end) / 2 // STEP], np.intp)
        steps = steps[steps < len(sound)]
        yield (
            sound[steps, 0] if LoudnessMeasure.name in taken else np.empty(0),
            speech[steps, 0] if SpeechMeasure.name in taken else np.empty(0),
        )


def _share_spoken(speech: Numbers) -> float | None:
    known = speech[np.isfinite(speech)]
    return round(float(np.mean(known >= _SPOKEN)), 3) if len(known) else None


def _mean_loudness(loudness: Numbers) -> float | None:
    """Return the mean by power, as BS.1770-5 averages its blocks."""
    known = loudness[np.isfinite(loudness)]
    if not len(known):
        return None
    return round(max(SILENCE, 10 * float(np.log10(np.mean(10 ** (known / 10))))), 1)


def _properties(media: Media) -> dict[str, object]:
    video = media.video
    if video is None:
        return {"start_timecode": media.start_timecode}
    return {
        "width": video.width,
        "height": video.height,
        "rate": None if video.still else video.intended_rate,
        "start_timecode": media.start_timecode,
    }
