"""A film whose speech is to be shown as text: its clock, its picture, its sound."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from shotlog.analyzers.clock import join_ranges
from shotlog.analyzers.sound import SpeechMeasure, find_spoken
from shotlog.engine import Cache, cache_key, missing_cells
from shotlog.engine.passes import SoundJob, measure_sound
from shotlog.media import probe, read_cells
from shotlog.schema import (
    SOUND_RATE,
    Media,
    MediaReference,
    Samples,
    SoundNeed,
    TimeRange,
)

_SILENCE: Final = Fraction(1, 5)
"""Seconds of silence that divide two stretches of speech. Shorter ones lie within words: stops such
as p, t and k close the mouth for 0.05 to 0.15 s."""
_LONGEST: Final = Fraction(24 * 3600)
"""Seconds of sound that are read of a file that does not tell its length."""
_CELL: Final = SoundNeed(cell=Fraction(1), lead=Fraction(0))


@dataclass(frozen=True)
class SpokenFilm:
    """A film, and where somebody speaks in it.

    Attributes:
        media: The file.
        speech: Ranges in which somebody speaks, in media time and in order.
    """

    media: Media
    speech: tuple[TimeRange, ...] = ()

    @property
    def rate(self) -> Fraction | None:
        """Frames a second; None without a moving picture."""
        video = self.media.video
        return None if video is None or video.still else video.intended_rate

    @property
    def end(self) -> Fraction | None:
        """End of the film in seconds; None if unknown."""
        return self.media.duration

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of the picture in square pixels; None without a picture."""
        video = self.media.video
        return None if video is None else (video.width, video.height)

    def samples(self, span: TimeRange) -> Samples:
        """Return (n,) samples of a range at 16 kHz, whatever the rate of the file.

        They are fewer where the sound ends.

        Raises:
            MediaError: The sound cannot be read.
        """
        first, last = math.floor(span.start), math.ceil(span.end)
        cells = read_cells(self.media, _CELL, range(first, last))
        sound = np.zeros((last - first) * SOUND_RATE, np.float32)
        end = 0
        for cell in cells:
            at = cell.start - first * SOUND_RATE
            end = at + len(cell.samples)
            sound[at:end] = cell.samples
        begin = round((span.start - first) * SOUND_RATE)
        return sound[begin : min(end, round((span.end - first) * SOUND_RATE))]


def open_film(
    path: Path, cache: Cache, heard: Callable[[float], None] = lambda _: None
) -> SpokenFilm:
    """Return a film with its speech, which is measured where the cache does not know it.

    Args:
        path: The file.
        cache: The cache of evidence.
        heard: Gets the seconds of sound that were measured, piece by piece.

    Raises:
        MediaError: The file cannot be read.
        AnalyzerError: The voice detector cannot be used.
    """
    media = probe(MediaReference(path=str(path.absolute())))
    if media.audio is None:
        return SpokenFilm(media)
    measure = SpeechMeasure()
    length = media.audio.start + (media.audio.duration or _LONGEST)
    whole = TimeRange(start=Fraction(0), duration=max(length, measure.need.cell))
    key = cache_key(measure)
    missing = missing_cells([whole], cache.pieces(media.content_id, key), measure.need)
    job = SoundJob(measure, missing)
    for seconds in measure_sound(media, [job], cache):
        heard(seconds)
    if job.failure is not None:
        raise job.failure
    series = cache.read(media.content_id, key, whole)
    return SpokenFilm(media, tuple(join_ranges(find_spoken(series), _SILENCE)) if series else ())
