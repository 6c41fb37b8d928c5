"""All sound tracks of a file, with all of their channels, at their own rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream as SoundStream

from shotlog.media.container import (
    decode_stream,
    media_errors,
    open_media,
    select_streams,
    sound_stream,
)
from shotlog.media.decoding.pcm import JITTER
from shotlog.schema import Media, Samples


@dataclass(frozen=True)
class SoundTrack:
    """A sound stream of a file.

    Attributes:
        number: Its number among the sound streams, from 1.
        index: Its index among all streams.
        rate: Samples per second; 0 where none of it can be decoded.
        channels: Number of channels.
        layout: FFmpeg's name of what they are: ``stereo``, ``5.1``.
        start: Media time of its first sample.
    """

    number: int
    index: int
    rate: int
    channels: int
    layout: str
    start: Fraction


def sound_tracks(media: Media) -> tuple[SoundTrack, ...]:
    """Return the sound streams of a file, in its order.

    Args:
        media: The description of the file by :func:`~shotlog.media.probe`.

    Raises:
        MediaMissing: the file no longer exists.
        MediaUnreadable: it can no longer be read.
    """
    if media.sequence is not None:
        return ()
    with media_errors(media.path):
        with open_media(media.path) as container:
            indices = [s.index for s in container.streams.audio if s.codec_context is not None]
        firsts = [_first(media, index) for index in indices]
        zero = Fraction(0)
        for index, first in zip(indices, firsts, strict=True):
            if media.audio is not None and index == media.audio.index and first is not None:
                zero = _time(first) - media.audio.start
        return tuple(
            SoundTrack(
                number=number,
                index=index,
                rate=first.sample_rate if first else 0,
                channels=len(first.layout.channels) if first else 0,
                layout=first.layout.name if first else "",
                start=_time(first) - zero if first else Fraction(0),
            )
            for number, (index, first) in enumerate(zip(indices, firsts, strict=True), start=1)
        )


def read_track(media: Media, track: SoundTrack) -> Iterator[tuple[int, Samples]]:
    """Yield the sound of a track from its start, in order.

    Samples are counted; a timestamp decides at the start and after a gap alone. A stream that
    changes its rate or layout midway is brought to those of its start.

    Args:
        media: The description of the file by :func:`~shotlog.media.probe`.
        track: One of its :func:`sound_tracks`.

    Yields:
        The number of the first sample from media time 0, and (channels, n) float32; full scale
        is 1.

    Raises:
        MediaMissing: the file no longer exists.
        MediaUnreadable: it can no longer be read.
    """
    with media_errors(media.path), open_media(media.path, pictures=False) as container:
        stream = sound_stream(container, track.index, media.path)
        select_streams(container, stream)
        breaks = media.audio.breaks if media.audio is not None else ()
        resampler, form = _resampler(track), None
        zero, follows = None, 0
        for frame in decode_stream(container, stream, AudioFrame, breaks):
            if zero is None:
                zero = _time(frame) - track.start
                follows = round(track.start * track.rate)
            here = (frame.format.name, frame.layout.name, frame.sample_rate)
            if form is not None and here != form:
                resampler = _resampler(track)
            form = here
            stamped = round((_time(frame) - zero) * track.rate)
            if frame.pts is not None and abs(stamped - follows) > JITTER * track.rate:
                follows = stamped
            frame.pts = None
            for made in resampler.resample(frame):
                samples = made.to_ndarray().astype(np.float32, copy=False)
                yield follows, samples
                follows += samples.shape[1]


def _first(media: Media, index: int) -> AudioFrame | None:
    """Return the first frame of a stream that can be decoded."""
    with open_media(media.path, pictures=False) as container:
        stream: SoundStream = sound_stream(container, index, media.path)
        select_streams(container, stream)
        return next(decode_stream(container, stream, AudioFrame), None)


def _resampler(track: SoundTrack) -> AudioResampler:
    return AudioResampler(format="fltp", layout=track.layout, rate=track.rate)


def _time(frame: AudioFrame) -> Fraction:
    """Return the time of a frame on the container's clock, in seconds."""
    stamp = frame.dts if frame.pts is None else frame.pts
    return (stamp or 0) * (frame.time_base or Fraction(0))
