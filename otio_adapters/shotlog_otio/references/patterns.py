"""Image sequences that a timeline names by one path with a pattern instead of the number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from shotlog.schema import ImageSequence, MediaReference, TimeRange, nearest_frame
from shotlog_otio.lookup import FileFinder, is_file, name_warning, similar_names

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

_RANGE_AFTER_NAME = re.compile(r"(?P<name>.*\S)[ ]+\[?(?P<first>\d+)-(?P<last>\d+)\]?", re.DOTALL)
"""Nuke's and clique's ``a.%04d.exr 1001-1100``, ``a.%04d.exr [1001-1100]``."""


class _Pattern(NamedTuple):
    """The parts of a path with a pattern.

    Attributes:
        folder: Path of the folder, with the separator at its end.
        prefix: Text of the name before the number.
        suffix: Text of the name after the number.
        width: Digits of the number; 0 where the pattern tells none.
        first: First number, where the pattern tells one.
        last: Last number, where the pattern tells one.
    """

    folder: str
    prefix: str
    suffix: str
    width: int
    first: int | None = None
    last: int | None = None

    @classmethod
    def all_of(cls, path: str) -> Iterator[_Pattern]:
        """Yield the possible patterns of a path, the likeliest first."""
        name = re.split(r"[/\\]", path)[-1]
        folder = path[: len(path) - len(name)]
        yield from cls._in_name(folder, name)
        if ranged := _RANGE_AFTER_NAME.fullmatch(name):
            first, last = int(ranged["first"]), int(ranged["last"])
            for pattern in cls._in_name(folder, ranged["name"]):
                yield pattern._replace(first=first, last=last)

    @classmethod
    def _in_name(cls, folder: str, name: str) -> Iterator[_Pattern]:
        """Yield the possible patterns of a name, the likeliest first."""
        # The number of a picture is near the end of its name, after those of scene and take.
        for match in reversed(list(_PATTERN.finditer(name))):
            prefix, suffix = name[: match.start()], name[match.end() :]
            if match["first"] and int(match["first"]) > int(match["last"]):
                continue
            if match["first"]:
                first, last = int(match["first"]), int(match["last"])
                yield cls(folder, prefix, suffix, len(match["first"]), first, last)
                continue
            digits = next(filter(None, map(match.__getitem__, _WIDTHS)), "")
            width = int(digits or len(match["signs"] or ""))
            # 1001-1100# is a range of pictures, or the end of a name that holds a dash.
            if match["from"]:
                yield cls(folder, prefix, suffix, width, int(match["from"]), int(match["to"]))
                prefix = name[: match.end("to")]
            yield cls(folder, prefix, suffix, width)

    def spelled_as_on_disk(self, folder: Path, names: Iterable[str]) -> _Pattern:
        """Return the pattern in a folder, with the spelling of the files there.

        Args:
            folder: The folder.
            names: The names in it.
        """
        pattern = self._replace(folder=str(folder / "_")[:-1])
        if any(map(pattern._digits, names)):
            return pattern
        ends = {(n[: d.start()], n[d.end() :]) for n in names for d in _DIGITS.finditer(n)}
        similar = similar_names(f"{self.prefix}\0{self.suffix}", map("\0".join, ends))
        if len(similar) != 1:  # none, or of several spellings it is not known which is meant
            return pattern
        prefix, suffix = similar[0].split("\0")
        return pattern._replace(prefix=prefix, suffix=suffix)

    def match_names(self, names: Iterable[str]) -> tuple[int, list[int]]:
        """Return the width of the numbers, and those of the files of these names, in order.

        For a pattern without a width, or with that of one digit, it is the width that most files
        have; 0 where numbers are not padded.
        """
        digits = [found for name in names if (found := self._digits(name))]
        if self.width < 2 and digits:
            padded = Counter(len(d) for d in digits if d.startswith("0") and len(d) > 1)
            width = padded.most_common(1)[0][0] if padded else 0
        else:
            width = self.width
        return width, sorted(int(d) for d in digits if d == f"{int(d):0{width}d}")

    def _digits(self, name: str) -> str | None:
        """Return the digits of a name that matches the pattern, in any width."""
        digits = name[len(self.prefix) : len(name) - len(self.suffix)]
        is_number = digits.isascii() and digits.isdigit()
        return digits if is_number and name == f"{self.prefix}{digits}{self.suffix}" else None

    def sequence(self, width: int, first: int, last: int | None, rate: Fraction) -> MediaReference:
        """Return the image sequence from one number to another."""
        stem, suffix = (t.replace("%", "%%") for t in (self.folder + self.prefix, self.suffix))
        pattern = f"{stem}{f'%0{width}d' if width else '%d'}{suffix}"
        path = f"{self.folder}{self.prefix}{first:0{width}d}{self.suffix}"
        sequence = ImageSequence(pattern=pattern, first=first, last=last, rate=rate)
        return MediaReference(path=path, sequence=sequence)


class MediaClock(NamedTuple):
    """The clock of a clip's media, as the timeline tells it.

    Attributes:
        rate: Frames per second.
        range: The range of the media, else that of the clip.
        whole: True where it is the media's.
    """

    rate: Fraction
    range: TimeRange
    whole: bool


class NumberedPictures(NamedTuple):
    """The pictures of a pattern, and a warning where their names differ from the pattern's."""

    media: MediaReference
    warning: str | None


class PatternReader:
    """Reader of paths with patterns.

    Args:
        finder: Finds folders, and names in another Unicode form or letter case.
    """

    def __init__(self, finder: FileFinder) -> None:
        self._finder = finder

    def read(self, clock: MediaClock | None, paths: Iterable[str]) -> NumberedPictures | None:
        """Return the image sequence that a path stands for.

        The range of the media gives the rate and, where pictures of such numbers exist, the first
        number; else that is the lowest that exists.

        Args:
            clock: The clock of the media, for the first number and the rate.
            paths: The possible absolute paths, the likeliest first.

        Returns:
            None where a path is that of a file, or no picture of the pattern exists.
        """
        paths = list(paths)
        if any(map(is_file, paths)):
            return None
        for asked in (pattern for path in paths for pattern in _Pattern.all_of(path)):
            for folder in self._finder.entries(asked.folder):
                names = self._finder.names(folder)
                pattern = asked.spelled_as_on_disk(folder, names)
                width, numbers = pattern.match_names(names)
                if numbers and clock is not None:
                    media = _sequence(pattern, width, numbers, *clock)
                    return NumberedPictures(media, _warning(asked, pattern))
        return None


def _warning(asked: _Pattern, actual: _Pattern) -> str | None:
    """Return a warning where the spelling on the disk is not that of the timeline."""
    asked_path, actual_path = (f"{p.folder}{p.prefix}#{p.suffix}" for p in (asked, actual))
    same = Path(asked_path) == Path(actual_path)
    return None if same else name_warning(asked_path, actual_path)


def _sequence(
    pattern: _Pattern,
    width: int,
    numbers: list[int],
    rate: Fraction,
    range_: TimeRange,
    whole: bool,
) -> MediaReference:
    """Return the image sequence of a pattern.

    Args:
        pattern: The pattern.
        width: Digits of the numbers.
        numbers: The numbers of the pictures that exist.
        rate: Pictures per second.
        range_: The range of the media; else that of the clip.
        whole: True where it is the media's.
    """
    lowest = numbers[0] if pattern.first is None else pattern.first
    first, length = range_.start * rate, nearest_frame(range_.duration, rate)
    end = max(numbers[-1], pattern.last or 0)
    # A range that starts among the numbers counts by them; one that starts at 0 or at a timecode
    # does not.
    counted = first in numbers or (0 < first <= end and first + length > lowest)
    if not whole:
        return pattern.sequence(width, lowest, pattern.last, rate)
    number = int(first) if counted and pattern.first is None else lowest
    last = number + length - 1 if pattern.last is None else pattern.last
    return pattern.sequence(width, number, max(last, number), rate)
