"""Films for the tests of subtitles: a voice that speaks at known times, a subtitle file."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import numpy as np
from scipy.signal import resample_poly

from shotlog.delivery.subtitles import Cue, SourceCues, SpokenFilm, SubtitleSource, open_film
from shotlog.engine import Cache
from shotlog.schema import SOUND_RATE, Media, Samples, TimeRange, VideoStream
from tests.analyzers.sounds import silence, voice


def seconds(start: float | str, end: float | str) -> TimeRange:
    return TimeRange.between(Fraction(str(start)), Fraction(str(end)))


def write_sound(path: Path, sound: Samples, rate: int = SOUND_RATE) -> Path:
    """Write samples, (n,) at 16 kHz, as a WAV file of any rate."""
    pcm = resample_poly(sound, rate, SOUND_RATE)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(pcm, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def write_talk(path: Path, spoken: Sequence[TimeRange], length: float, rate: int = 44_100) -> Path:
    """Write a WAV file in which somebody speaks in the ranges, at any sample rate."""
    sound = silence(length)
    for seed, item in enumerate(spoken):
        words = voice(float(item.duration), seed, 0.7)
        at = round(item.start * SOUND_RATE)
        sound[at : at + len(words)] += words
    return write_sound(path, sound, rate)


def heard(path: Path) -> SpokenFilm:
    with Cache(None) as cache:
        return open_film(path, cache)


def srt(*cues: tuple[float, float, str]) -> str:
    """Return a SubRip file."""
    return "\n".join(
        f"{number}\n{_clock(start)} --> {_clock(end)}\n{text}\n"
        for number, (start, end, text) in enumerate(cues, start=1)
    )


def _clock(moment: float) -> str:
    whole = round(moment * 1000)
    minutes, milliseconds = divmod(whole, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{milliseconds // 1000:02d},{milliseconds % 1000:03d}"


class Given(SubtitleSource):
    """A source of the cues that it is given."""

    name: ClassVar[str] = "given"
    summary: ClassVar[str] = "the cues that it is given"
    version: ClassVar[str] = "1"

    cues: tuple[Cue, ...] = ()

    def read(self, film: SpokenFilm, language: str) -> SourceCues:
        return SourceCues(self.cues)


def film_at(
    rate: Fraction | None, speech: Sequence[TimeRange] = (), end: Fraction | None = None
) -> SpokenFilm:
    """Return a film at a rate, in which somebody speaks in the ranges; None has no picture."""
    video = rate and VideoStream(
        index=0, codec="h264", width=1920, height=1080, rate=rate, tick=1 / rate, frames=None,
        duration=end,
    )  # fmt: skip
    media = Media(
        path="/talk.mp4", content_id="talk", container="mp4", video=video or None, audio=None
    )
    return SpokenFilm(media, tuple(speech))
