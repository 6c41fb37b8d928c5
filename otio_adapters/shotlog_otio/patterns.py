"""Image sequences that a timeline names by one path with a pattern in the place of the number."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from shotlog.schema.media import ImageSequence
from shotlog.schema.ranges import MediaReference
from shotlog.schema.times import TimeRange, nearest_frame
from shotlog_otio.exact import exact_range, rate_of
from shotlog_otio.finding import is_file

_PATTERN = re.compile(
    r"""
      % 0? (?P<printf>\d*) d                    # FFmpeg, Nuke: %04d
    | (?P<hashes>\#+) | (?P<ats>@+)             # Blender, Nuke: ####; Shake, RV: @@@@
    | \{ \w* (?: : 0? (?P<python>\d*) d? )? \}  # Python: {:04d}, {frame:04d}
    | \$F (?P<houdini>\d*)                      # Houdini: $F4
    | < (?: frame | f ) (?P<maya>\d*) >         # Maya, Katana: <f>, <frame04>
    | \[ (?P<first>\d+) - (?P<last>\d+) \]      # DaVinci Resolve: [1001-1100]
    """,
    re.VERBOSE | re.IGNORECASE,
)


class _Pattern(NamedTuple):
    """A path with a pattern, taken apart; width, first and last as far as it tells them."""

    folder: str
    prefix: str
    suffix: str
    width: int
    first: int | None = None
    last: int | None = None

    @classmethod
    def all_of(cls, path: str) -> Iterator[_Pattern]:
        """The ways to read a path as a pattern; a number stands near the end of a name."""
        name = re.split(r"[/\\]", path)[-1]
        folder = path[: len(path) - len(name)]
        for found in reversed(list(_PATTERN.finditer(name))):
            prefix, suffix = name[: found.start()], name[found.end() :]
            first, last = found["first"], found["last"]
            if first and last:
                yield cls(folder, prefix, suffix, len(first), int(first), int(last))
                continue
            told = found["printf"] or found["python"] or found["houdini"] or found["maya"]
            signs = found["hashes"] or found["ats"] or ""
            yield cls(folder, prefix, suffix, int(told or len(signs)))

    def fitted(self, names: Iterable[str]) -> tuple[int, list[int]]:
        """The width of the numbers, and those that are there, in order.

        A pattern that tells no width, or that of one digit, takes what most files have.
        """
        digits = [found for name in names if (found := self._digits(name))]
        if self.width < 2 and digits:
            padded = Counter(len(d) for d in digits if d.startswith("0") and len(d) > 1)
            width = padded.most_common(1)[0][0] if padded else 0
        else:
            width = self.width
        return width, sorted(int(d) for d in digits if d == f"{int(d):0{width}d}")

    def _digits(self, name: str) -> str | None:
        digits = name[len(self.prefix) : len(name) - len(self.suffix)]
        right = digits.isascii() and digits.isdigit()
        return digits if right and name == f"{self.prefix}{digits}{self.suffix}" else None

    def sequence(self, width: int, first: int, last: int | None, rate: Fraction) -> MediaReference:
        """The image sequence, from one number to another."""
        stem, suffix = (t.replace("%", "%%") for t in (self.folder + self.prefix, self.suffix))
        pattern = f"{stem}{f'%0{width}d' if width else '%d'}{suffix}"
        path = f"{self.folder}{self.prefix}{first:0{width}d}{self.suffix}"
        sequence = ImageSequence(pattern=pattern, first=first, last=last, rate=rate)
        return MediaReference(path=path, sequence=sequence)


class Patterns:
    """Reads paths with patterns; every folder is listed once at the most."""

    def __init__(self) -> None:
        self._names = cache(_names)

    def read(self, clip: Any, paths: Iterable[str]) -> MediaReference | None:
        """The image sequence that a path stands for.

        The range of the media tells the rate and, where pictures of such numbers are there, the
        first number; else that is the lowest that is there.

        Args:
            clip: The OpenTimelineIO clip, which tells ranges and rate.
            paths: Absolute paths, the ways to read what the timeline says.

        Returns:
            None where a file bears such a name itself, or no picture lies there.
        """
        paths = list(paths)
        if any(map(is_file, paths)):
            return None
        for pattern in (pattern for path in paths for pattern in _Pattern.all_of(path)):
            width, numbers = pattern.fitted(self._names(pattern.folder))
            clock = _clock(clip)
            if numbers and clock is not None:
                return _sequence(pattern, width, numbers, *clock)
        return None


def _sequence(
    pattern: _Pattern, width: int, numbers: list[int], rate: Fraction, told: TimeRange, whole: bool
) -> MediaReference:
    """The sequence of a pattern whose pictures have these numbers.

    Args:
        pattern: The pattern.
        width: Of its numbers.
        numbers: Those that are there.
        rate: Pictures per second.
        told: The range of the media; where the timeline does not tell that, the clip's own.
        whole: Whether it is the media's.
    """
    lowest = numbers[0] if pattern.first is None else pattern.first
    first, length = told.start * rate, nearest_frame(told.duration, rate)
    end = max(numbers[-1], pattern.last or 0)
    counted = first in numbers or (0 < first <= end and first + length > lowest)
    if not whole:
        return pattern.sequence(width, lowest, pattern.last, rate)
    number = int(first) if counted and pattern.first is None else lowest
    last = number + length - 1 if pattern.last is None else pattern.last
    return pattern.sequence(width, number, max(last, number), rate)


def _clock(clip: Any) -> tuple[Fraction, TimeRange, bool] | None:
    """Rate and range of the media, else of the clip; None where neither is told."""
    available = clip.media_reference.available_range
    for told in filter(None, (available, clip.source_range)):
        try:
            return rate_of(told.duration), exact_range(told), told is available
        except ValueError:
            continue
    return None


def _names(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries]
    except OSError:
        return []
