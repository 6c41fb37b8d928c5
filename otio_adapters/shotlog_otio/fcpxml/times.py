"""Times of FCPXML: rational seconds, ``1001/24000s`` or ``5s``."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from shotlog_otio.exact import LONGEST
from shotlog_otio.xml_text import Element

_TIME = re.compile(r"\s*([+-]?)(\d{1,40})(?:\.(\d{1,40}))?(?:/(\d{1,40}))?\s*s?\s*")

_LARGEST_DENOMINATOR = 2**31 - 1
"""Apple's times have 32-bit denominators (the comment on ``time`` in the DTD)."""


@lru_cache(maxsize=1 << 16)  # a timeline repeats its times: lengths of frames, bounds of clips
def parse_time(text: str) -> Fraction:
    """Return the seconds that a text gives, however many.

    Raises:
        ValueError: It is no time.
    """
    found = _TIME.fullmatch(text)
    if found is None or (found[4] and not int(found[4])):
        raise ValueError(f'"{text[:40]}" is no time')
    sign, whole, decimals, denominator = found.groups()
    numerator = int(f"{sign}{whole}{decimals or ''}")
    return Fraction(numerator, int(denominator or 1) * 10 ** len(decimals or ""))


def time_in(element: Element, name: str) -> Fraction | None:
    """Return the time in an attribute; None where there is none.

    Raises:
        ValueError: It is no time, or one beyond :data:`shotlog_otio.exact.LONGEST`.
    """
    text = element.get(name)
    if text is None:
        return None
    try:
        value = parse_time(text)
    except ValueError as error:
        raise ValueError(f"its {name} {error}") from error
    if abs(value) > LONGEST:
        raise ValueError(f'its {name} "{text[:40]}" is out of all bounds')
    return value


def length_in(element: Element, name: str = "duration") -> Fraction | None:
    """Return the length in an attribute; None where there is none.

    Raises:
        ValueError: see :func:`time_in`; or it is negative.
    """
    value = time_in(element, name)
    if value is not None and value < 0:
        raise ValueError(f'its {name} "{element.get(name)}" is negative')
    return value


def write_time(seconds: Fraction) -> str:
    """Return a time as Final Cut Pro writes it: whole seconds, or a fraction of them."""
    if seconds.denominator > _LARGEST_DENOMINATOR:
        seconds = seconds.limit_denominator(_LARGEST_DENOMINATOR)
    return f"{seconds}s"
