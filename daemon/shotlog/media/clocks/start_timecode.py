"""Start timecode of a file: that of its first frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from av.container import InputContainer

from shotlog.media.clocks.timecode_track import read_timecode_rates
from shotlog.schema import VideoStream

# Three digits of frames occur at 119.88 and 120 a second.
_TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)([:;.])(\d{2,3})")
_USUAL_RATE = Fraction(25)
_NTSC = Fraction(1000, 1001)
_DROP_FRAME = tuple(n * _NTSC for n in (30, 60, 120))
_FAMILIES = (
    tuple(map(Fraction, (25, 50, 100))),
    tuple(n * _NTSC for n in (24, 30, 60, 120)),
    tuple(map(Fraction, (24, 30, 60, 120))),
)
"""Timecode rates, grouped so that conversion within a group needs no change of speed (SMPTE
ST 12-1 and ST 12-3)."""


def read_start_timecode(
    container: InputContainer, path: str, video: VideoStream | None
) -> Fraction | None:
    """Return the timecode of media time 0 in seconds from 00:00:00:00; None where there is none.

    A ``tmcd`` track counts at a rate of its own, which may differ from the picture's: cameras write
    59.94p with a timecode of 29.97. A ``timecode`` tag of the file or of a stream (FFmpeg's form of
    the timecode in MXF, Matroska and GXF) counts at the picture's rate, unless its frame number is
    too large for that. The rate converts it to seconds: 01:00:00:00 at 24000/1001 is 3603.6 s. In
    Broadcast Wave files the time reference is used (EBU Tech 3285).

    Args:
        container: The open file.
        path: The file.
        video: Its picture.
    """
    for match, rate in _track_timecodes(container, path, video):
        return _seconds(match, rate, drop=match[4] == ";")
    for match in _tags(container, video):
        rate = _rate_of_tag(match, video)
        # Tags of drop-frame timecode have ";" or ".", also at rates that have no drop-frame.
        return _seconds(match, rate, drop=match[4] != ":" and rate in _DROP_FRAME)
    reference = container.metadata.get("time_reference", "")
    sounds = container.streams.audio
    if reference.isdigit() and sounds and sounds[0].rate:
        return Fraction(int(reference), sounds[0].rate)
    return None


def starts_drop_frame(container: InputContainer, video: VideoStream | None) -> bool | None:
    """Return true where the timecode of a file is written as drop-frame; None without timecode."""
    return next((match[4] != ":" for match in _tags(container, video)), None)


def _track_timecodes(
    container: InputContainer, path: str, video: VideoStream | None
) -> Iterator[tuple[re.Match[str], Fraction]]:
    """Yield the timecodes of the timecode tracks with their rates, that of the picture first."""
    tracks = [s for s in container.streams.data if "timecode" in s.metadata]
    rates = read_timecode_rates(path) if tracks and "mov" in container.format.name else {}
    # FFmpeg copies the timecode of the track that a picture refers to into the picture's tags.
    own = container.streams[video.index].metadata.get("timecode") if video else None
    for track in sorted(tracks, key=lambda track: track.metadata["timecode"] != own):
        match = _TIMECODE.fullmatch(track.metadata["timecode"].strip())
        if match and track.id in rates:
            yield match, rates[track.id]


def _tags(container: InputContainer, video: VideoStream | None) -> Iterator[re.Match[str]]:
    """Yield the timecodes of all tags: of the picture first, then of data streams, then others."""
    own = None if video is None else video.index
    streams = sorted(container.streams, key=lambda s: (s.index != own, s.type != "data"))
    for tags in (*(stream.metadata for stream in streams), container.metadata):
        for key, value in tags.items():
            match = _TIMECODE.fullmatch(value.strip()) if key.lower() == "timecode" else None
            if match:
                yield match


def _rate_of_tag(match: re.Match[str], video: VideoStream | None) -> Fraction:
    """Return the picture's rate, or the next one that fits the frame and the mark of the tag."""
    rate = _USUAL_RATE if video is None else video.rate
    if video is not None and video.variable_rate:
        rate = video.nominal_rate or _USUAL_RATE
    frame, marked = int(match[5]), match[4] == ";"
    if frame < rate and (rate in _DROP_FRAME or not marked):
        return rate
    # Footage at half the lowest rate of a family (12.5) belongs to it too.
    family = next((f for f in _FAMILIES if rate in (f[0] / 2, *f)), _FAMILIES[-1])
    twice = (2 * rate,) if 2 * rate in family else ()
    usual = [r for r in _DROP_FRAME if r >= rate * _NTSC] if marked else [*twice, *family]
    return next((r for r in usual if frame < r), rate)


def _seconds(match: re.Match[str], rate: Fraction, *, drop: bool) -> Fraction:
    """Return the seconds from 00:00:00:00 to a timecode (SMPTE ST 12-1)."""
    hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
    nominal = ceil(rate)
    total_minutes = hours * 60 + minutes
    count = (total_minutes * 60 + seconds) * nominal + frames
    # Drop-frame skips two labels (at 30) each minute, except every tenth; no frames are dropped.
    if drop and nominal % 30 == 0:
        count -= nominal // 15 * (total_minutes - total_minutes // 10)
    return count / rate
