"""Values in elements of Final Cut Pro 7 XML: numbers, switches, rates and timecodes."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil

from shotlog.schema import exact_rate, knows_drop_frame
from shotlog_otio.exact import LONGEST
from shotlog_otio.xml_text import Element

SLOWEST, FASTEST = Fraction(1, 100), 100_000
"""Frames per second beyond which a rate is an error in the file."""

_FEW = 1 << 24
"""Frames that are less than :data:`LONGEST` at any rate."""

_LARGEST = 10**30
"""Numbers beyond which none is meant; neither are smaller parts of 1."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{0,40})?(?:[eE][+-]?[0-9]{1,3})?")
_TIMECODE = re.compile(r"\s*(\d{1,3})[:;](\d{1,2})[:;](\d{1,2})([:;.,])(\d{1,3})\s*")


def number_in(owner: Element, *path: str) -> Fraction | None:
    """Return the number in an element below another; None where it is absent or empty.

    Hiero writes frames as ``1055.0``.

    Raises:
        ValueError: It holds something else.
    """
    found = owner.child(*path)
    return None if found is None else number_of(found)


def number_of(element: Element) -> Fraction | None:
    """Return the number in an element; see :func:`number_in`."""
    text = element.text.strip()
    if not text:
        return None
    try:
        return _number(text)
    except ValueError as error:
        raise ValueError(f'its <{element.tag}> is "{text[:40]}", which {error}') from None


@lru_cache(maxsize=1 << 16)  # a timeline has few numbers, many times
def _number(text: str) -> Fraction:
    if not _NUMBER.fullmatch(text):
        raise ValueError("is no number")
    number = Fraction(text)
    if abs(number) > _LARGEST or number.denominator > _LARGEST:
        raise ValueError("is out of all bounds")
    return number


def frames_in(owner: Element, tag: str, rate: Fraction) -> Fraction | None:
    """Return a number of frames; see :func:`number_in`.

    Args:
        owner: The element around it.
        tag: Its name.
        rate: The frames per second in which it is counted.

    Raises:
        ValueError: It is no number, or longer than any film.
    """
    found = owner.child(tag)
    return None if found is None else frames_of(found, rate)


def frames_of(element: Element, rate: Fraction) -> Fraction | None:
    """Return a number of frames in an element; see :func:`frames_in`."""
    frames = number_of(element)
    if frames is None or -_FEW < frames.numerator < _FEW:
        return frames
    if abs(frames) > LONGEST * rate:
        raise ValueError(f"its <{element.tag}> of {float(frames):g} frames is out of all bounds")
    return frames


def is_on(owner: Element, tag: str, *, otherwise: bool) -> bool:
    """Return a switch, which is written TRUE or FALSE.

    Args:
        owner: The element around it.
        tag: Its name.
        otherwise: What holds where it is not written.
    """
    text = (owner.value(tag) or "").casefold()
    if text in ("true", "1", "yes"):
        return True
    return otherwise and text not in ("false", "0", "no")


def text_in(owner: Element, tag: str) -> str:
    """Return the text of a child as it is written, blanks around it included; "" for none."""
    child = owner.child(tag)
    return child.text if child is not None else ""


def rate_in(owner: Element) -> Fraction | None:
    """Return the frames per second in the ``<rate>`` of an element; None where it has none.

    Raises:
        ValueError: They are no rate, such as 0.
    """
    rate = owner.child("rate")
    base = number_in(rate, "timebase") if rate is not None else None
    if rate is None or base is None:
        return None
    if not SLOWEST <= base <= FASTEST:
        raise ValueError(f"its frame rate is {base}")
    if base.denominator != 1:  # 23.976, of tools that know no <ntsc>
        return exact_rate(base)
    # Multiples of 12, 15 and 24 have an NTSC form (SMPTE ST 12-1); tools write it at 25 as well.
    of_ntsc = base % 12 == 0 or base % 15 == 0
    return base * 1000 / 1001 if of_ntsc and is_on(rate, "ntsc", otherwise=False) else base


@dataclass(frozen=True)
class StartTimecode:
    """The timecode of a first frame.

    Attributes:
        start: It in seconds.
        drop_frame: True where it is drop-frame; None where the file does not tell.
    """

    start: Fraction
    drop_frame: bool | None


def timecode_in(owner: Element, rate: Fraction) -> StartTimecode | None:
    """Return the timecode in an element; None where none is written, or nothing in it is known.

    Args:
        owner: A sequence or a file.
        rate: Its frames per second, for a timecode that tells none of its own.
    """
    timecode = owner.child("timecode")
    if timecode is None:
        return None
    with suppress(ValueError):  # Final Cut Pro writes a rate of 0 for times that it does not use
        rate = rate_in(timecode) or rate
    label = _TIMECODE.fullmatch(timecode.value("string") or "")
    form = (timecode.value("displayformat") or "").upper()
    drop = form == "DF" if form in ("DF", "NDF") else (label[4] == ";" if label else None)
    frame = None
    with suppress(ValueError):
        frame = frames_in(timecode, "frame", rate)
    if frame is None or frame < 0:
        if label is None:
            return None
        frame = Fraction(_count(label, rate, drop=bool(drop)))
    return StartTimecode(frame / rate, drop)


def _count(label: re.Match[str], rate: Fraction, *, drop: bool) -> int:
    """Return the number of the frame that a label names."""
    hours, minutes, seconds, frames = (int(label[n]) for n in (1, 2, 3, 5))
    nominal, minutes = ceil(rate), hours * 60 + minutes
    count = (minutes * 60 + seconds) * nominal + frames
    if drop and knows_drop_frame(rate):
        # Two labels per minute at 29.97 are skipped, but for every tenth minute.
        count -= nominal // 15 * (minutes - minutes // 10)
    return count
