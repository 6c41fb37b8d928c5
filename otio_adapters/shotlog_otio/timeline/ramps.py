"""Speed ramps: the exact curve of an item, from the key frames that its time effect tells."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shotlog.schema import TimeMap, TimeRange
from shotlog_otio.dialects import KeyFrame, Retiming, curve_points

_MISS = Fraction(1, 50)
"""Part of a frame by which a key frame may miss one: a quarter of an hour in seconds of a rounded
rate (23.976), which is one frame in a million off. Eased key frames were seen at tenths of
a frame."""


def ramp_of(
    keys: Sequence[KeyFrame],
    own: TimeRange,
    available: TimeRange | None,
    rate: Fraction,
    media_rate: Fraction,
) -> Retiming:
    """Return the relation between an item's content and its place in its parent, under a ramp.

    DaVinci Resolve writes the curve of the whole clip: a ramp of 100 %, 25 % and 100 % over all of
    1500 frames of media at 50 has its key frames at the frames 0, 516, 2460 and 2957, for the media
    frames 0, 516, 1002 and 1499, and takes 2956 frames on the timeline. How the key frames of a
    trimmed clip count is not known, so the curve is taken only where both readings agree.

    Args:
        keys: The key frames.
        own: The item's own range: the start of its content, and its length on the timeline.
        available: Range of its media; None where it is not known.
        rate: Frames per second of its own range.
        media_rate: Frames per second of its media.

    Raises:
        ValueError: The key frames do not fit the item; the message ends "its speed ramp ...".
    """
    keys = [_on_frames(key, rate, media_rate) for key in keys]
    if len(keys) < 2 or any(keys[0].point):
        raise ValueError("does not begin where the clip does")
    curve = TimeMap.through(curve_points(keys)).shifted(Fraction(0), own.start)
    beyond = (keys[-1].at - own.duration) * rate
    trimmed = available is None or own.start != available.start
    if beyond < -1 or (trimmed and beyond > 1):
        raise ValueError("does not fit the length of the clip")
    retiming = Retiming.of_ramp(curve, own.duration)
    frame, shown = 1 / media_rate, retiming.content
    if available is not None and (
        shown.start < available.start - frame or shown.end > available.end + frame
    ):
        raise ValueError("shows more than its media have")
    return retiming


def _on_frames(key: KeyFrame, rate: Fraction, media_rate: Fraction) -> KeyFrame:
    """Return a key frame at the exact moments that its rounded ones stand for."""
    at, content = _on_frame(key.at, rate), _on_frame(key.content, media_rate)
    return KeyFrame(at, content, key.arrive, key.leave)


def _on_frame(moment: Fraction, rate: Fraction) -> Fraction:
    frame = round(moment * rate)
    return frame / rate if abs(moment * rate - frame) <= _MISS else moment
