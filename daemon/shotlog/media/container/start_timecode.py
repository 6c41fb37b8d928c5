"""Reads the timecode that a file carries for its first frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from av.container import InputContainer

from shotlog.media.container.timecode_track import timecode_rates
from shotlog.schema import VideoStream

_TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)([:;.])(\d{2,3})")
_USUAL_RATE = Fraction(25)
_NTSC = Fraction(1000, 1001)
_DROP_FRAME = tuple(n * _NTSC for n in (30, 60, 120))
_FAMILIES = (
    tuple(map(Fraction, (25, 50, 100))),
    tuple(n * _NTSC for n in (24, 30, 60, 120)),
    tuple(map(Fraction, (24, 30, 60, 120))),
)
"""Rates at which timecode counts, by what can be converted without a change of speed (SMPTE
ST 12-1 and ST 12-3)."""


def start_timecode(
    container: InputContainer, path: str, video: VideoStream | None
) -> Fraction | None:
    """Timecode of media time 0 in seconds from 00:00:00:00, or None where the file has none.

    A ``tmcd`` track counts at a rate of its own, which need not be the picture's: cameras write
    59.94p with a timecode of 29.97. A ``timecode`` tag of the file or of a stream (as FFmpeg hands
    on what MXF, Matroska and GXF carry) counts at the picture's rate, unless that has no such
    frame. The rate makes seconds of it: 01:00:00:00 at 24000/1001 is 3603.6 s. Of Broadcast Wave
    the time reference counts (EBU Tech 3285).

    Args:
        container: The file.
        path: Where it lies.
        video: Its picture.
    """
    for match, rate in _of_tracks(container, path, video):
        return _seconds(match, rate, drop=match[4] == ";")
    for match in _tags(container, video):
        rate = _rate_of_tag(match, video)
        return _seconds(match, rate, drop=match[4] != ":" and rate in _DROP_FRAME)
    reference = container.metadata.get("time_reference", "")
    sounds = container.streams.audio
    if reference.isdigit() and sounds and sounds[0].rate:
        return Fraction(int(reference), sounds[0].rate)
    return None


def starts_drop_frame(container: InputContainer, video: VideoStream | None) -> bool | None:
    """Whether the timecode of a file is written as drop-frame; None where it carries none."""
    return next((match[4] != ":" for match in _tags(container, video)), None)


def _of_tracks(
    container: InputContainer, path: str, video: VideoStream | None
) -> Iterator[tuple[re.Match[str], Fraction]]:
    """What timecode tracks say, and at which rate; that of the picture first."""
    tracks = [s for s in container.streams.data if "timecode" in s.metadata]
    rates = timecode_rates(path) if tracks and "mov" in container.format.name else {}
    own = container.streams[video.index].metadata.get("timecode") if video else None
    for track in sorted(tracks, key=lambda track: track.metadata["timecode"] != own):
        match = _TIMECODE.fullmatch(track.metadata["timecode"].strip())
        if match and track.id in rates:
            yield match, rates[track.id]


def _tags(container: InputContainer, video: VideoStream | None) -> Iterator[re.Match[str]]:
    """Every timecode that a tag says: the picture's own first, then that of a data stream."""
    own = None if video is None else video.index
    streams = sorted(container.streams, key=lambda s: (s.index != own, s.type != "data"))
    for tags in (*(stream.metadata for stream in streams), container.metadata):
        for key, value in tags.items():
            match = _TIMECODE.fullmatch(value.strip()) if key.lower() == "timecode" else None
            if match:
                yield match


def _rate_of_tag(match: re.Match[str], video: VideoStream | None) -> Fraction:
    """The picture's rate, or the next one that has the frame and the mark of the tag."""
    rate = _USUAL_RATE if video is None else video.rate
    if video is not None and video.variable_rate:
        rate = video.nominal_rate or _USUAL_RATE
    frame, marked = int(match[5]), match[4] == ";"
    if frame < rate and (rate in _DROP_FRAME or not marked):
        return rate
    family = next((f for f in _FAMILIES if rate in (f[0] / 2, *f)), _FAMILIES[-1])
    twice = (2 * rate,) if 2 * rate in family else ()
    usual = [r for r in _DROP_FRAME if r >= rate * _NTSC] if marked else [*twice, *family]
    return next((r for r in usual if frame < r), rate)


def _seconds(match: re.Match[str], rate: Fraction, *, drop: bool) -> Fraction:
    """SMPTE ST 12-1; drop-frame leaves out labels, never frames."""
    hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
    nominal = ceil(rate)
    total_minutes = hours * 60 + minutes
    count = (total_minutes * 60 + seconds) * nominal + frames
    if drop and nominal % 30 == 0:
        count -= nominal // 15 * (total_minutes - total_minutes // 10)
    return count / rate
