"""Image sequences that a timeline names by one path with a pattern in the place of the number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from shotlog.schema import ImageSequence, MediaReference, TimeRange, nearest_frame
from shotlog_otio.exact import exact_range, rate_of
from shotlog_otio.lookup import Finder, alike, differs, is_file

_PATTERN = re.compile(
    r"""
      (?: (?P<from>\d+) - (?P<to>\d+) )?          # RV, fileseq: 1001-1100#, 1001-1100%04d
      (?P<bracket> \[ )?                          # After Effects: [####]
      (?: % (?: \( \w+ \) )? 0? (?P<printf>\d*) [diu]  # FFmpeg, Nuke: %04d; Python: %(frame)04d
        | (?P<signs> \#+ | @+ | \?+ | \* ) )       # Blender, Nuke: ####; Shake, RV: @@@@
      (?(bracket) \] )
    | \{ [\w.]* (?: : (?: 0? [<>=^] )? 0? (?P<python>\d*) d? )? \}  # Python: {:04d}, {frame:0>4}
    | \$ (?: \{F (?P<braced>\d*) F?\} | F (?P<houdini>\d*) F? )     # Houdini: $F4, ${F4}, $FF
    | < (?: frame | f ) :? (?P<maya>\d*) d? >     # Maya, Katana: <f>, <frame04>
    | \[ (?P<first>\d+) (?: - | \.\. ) (?P<last>\d+) \]  # DaVinci Resolve: [1001-1100]
    """,
    re.VERBOSE | re.IGNORECASE,
)

_WIDTHS = ("printf", "python", "houdini", "braced", "maya")
"""Groups that hold a width."""

_DIGITS = re.compile("[0-9]+")

_TOLD_BEHIND = re.compile(r"(?P<name>.*\S)[ ]+\[?(?P<first>\d+)-(?P<last>\d+)\]?", re.DOTALL)
"""Nuke's and clique's ``a.%04d.exr 1001-1100``, ``a.%04d.exr [1001-1100]``."""


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
        yield from cls._in(folder, name)
        if behind := _TOLD_BEHIND.fullmatch(name):
            first, last = int(behind["first"]), int(behind["last"])
            for pattern in cls._in(folder, behind["name"]):
                yield pattern._replace(first=first, last=last)

    @classmethod
    def _in(cls, folder: str, name: str) -> Iterator[_Pattern]:
        """Yield the ways to read a name as a pattern."""
        for found in reversed(list(_PATTERN.finditer(name))):
            prefix, suffix = name[: found.start()], name[found.end() :]
            if found["first"] and int(found["first"]) > int(found["last"]):
                continue
            if found["first"]:
                first, last = int(found["first"]), int(found["last"])
                yield cls(folder, prefix, suffix, len(found["first"]), first, last)
                continue
            told = next(filter(None, map(found.__getitem__, _WIDTHS)), "")
            width = int(told or len(found["signs"] or ""))
            if found["from"]:
                yield cls(folder, prefix, suffix, width, int(found["from"]), int(found["to"]))
                prefix = name[: found.end("to")]
            yield cls(folder, prefix, suffix, width)

    def spelled(self, folder: Path, names: Iterable[str]) -> _Pattern:
        """The pattern in a folder, as the files there spell it.

        That is another way where none has the very names, and all that are alike are spelled so.
        """
        here = self._replace(folder=str(folder / "_")[:-1])
        if any(map(here._digits, names)):
            return here
        parts = {(n[: d.start()], n[d.end() :]) for n in names for d in _DIGITS.finditer(n)}
        found = alike(f"{self.prefix}\0{self.suffix}", map("\0".join, parts))
        if len(found) != 1:
            return here
        prefix, suffix = found[0].split("\0")
        return here._replace(prefix=prefix, suffix=suffix)

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


class Numbered(NamedTuple):
    """The pictures of a pattern, and a warning where its names are not quite the ones there."""

    media: MediaReference
    warning: str | None


class Patterns:
    """Reads paths with patterns.

    Args:
        finder: Finds folders and names, as far as people see no difference.
    """

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    def read(self, clip: Any, paths: Iterable[str]) -> Numbered | None:
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
        clock = _clock(clip)
        for asked in (pattern for path in paths for pattern in _Pattern.all_of(path)):
            for folder in self._finder.entries(asked.folder):
                names = self._finder.names(folder)
                pattern = asked.spelled(folder, names)
                width, numbers = pattern.fitted(names)
                if numbers and clock is not None:
                    media = _sequence(pattern, width, numbers, *clock)
                    return Numbered(media, _differs(asked, pattern))
        return None


def _differs(asked: _Pattern, found: _Pattern) -> str | None:
    """A warning where pictures were found under names that are not quite those asked for."""
    places = [f"{p.folder}{p.prefix}#{p.suffix}" for p in (asked, found)]
    return None if Path(places[0]) == Path(places[1]) else differs(*places)


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
