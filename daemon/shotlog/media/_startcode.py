"""Reads the timecode that a file carries for its first frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from av.container import InputContainer

from shotlog.schema.media import VideoStream

_TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)([:;.])(\d{2,3})")
_USUAL_RATE = Fraction(25)


def start_timecode(container: InputContainer, video: VideoStream | None) -> Fraction | None:
    """Timecode of media time 0 in seconds from 00:00:00:00, or None where the file has none.

    Taken from a ``tmcd`` track or a ``timecode`` tag of the file or of a stream (as FFmpeg hands
    on what QuickTime, MXF, Matroska and GXF carry). It counts at the picture's rate, and that
    rate makes seconds of it: 01:00:00:00 at 24000/1001 is 3603.6 s. Of Broadcast Wave the time
    reference counts (EBU Tech 3285).
    """
    rate = video.rate if video and not video.variable_rate else _USUAL_RATE
    for text in _stated(container, video):
        match = _TIMECODE.fullmatch(text.strip())
        if match:
            return _seconds(match, rate)
    reference = container.metadata.get("time_reference", "")
    sounds = container.streams.audio
    if reference.isdigit() and sounds and sounds[0].rate:
        return Fraction(int(reference), sounds[0].rate)
    return None


def starts_drop_frame(container: InputContainer, video: VideoStream | None) -> bool | None:
    """Whether the timecode of a file is written as drop-frame; None where it carries none."""
    stated = (_TIMECODE.fullmatch(text.strip()) for text in _stated(container, video))
    return next((match[4] != ":" for match in stated if match), None)


def _stated(container: InputContainer, video: VideoStream | None) -> Iterator[str]:
    """Every text that says a timecode: the picture's own first, then that of a timecode track."""
    own = None if video is None else video.index
    tracks = sorted(container.streams, key=lambda s: (s.index != own, s.type != "data"))
    for tags in (*(track.metadata for track in tracks), container.metadata):
        yield from (value for key, value in tags.items() if key.lower() == "timecode")


def _seconds(match: re.Match[str], rate: Fraction) -> Fraction:
    """SMPTE ST 12-1; drop-frame leaves out labels, never frames."""
    hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
    nominal = ceil(rate)
    total_minutes = hours * 60 + minutes
    count = (total_minutes * 60 + seconds) * nominal + frames
    if match[4] != ":" and nominal % 30 == 0 and rate.denominator == 1001:
        count -= nominal // 15 * (total_minutes - total_minutes // 10)
    return count / rate
