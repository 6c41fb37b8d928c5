"""Runs of numbered pictures among files, and recognition of those that are frames of a film."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from shotlog.schema import ImageSequence, MediaReference

_MIN_MEMBERS = 3
"""Least number of pictures of a run."""

_MIN_FRAMES = 24
"""Least number of pictures of a film: one second. A few numbered drawings are no film."""

# The last number before the suffix counts: a_v2_0001.png is picture 1 of a_v2_.
_NUMBERED = re.compile(r"(?P<before>.*?)(?P<number>[0-9]{1,20})(?P<after>\.[^.]+)", re.DOTALL)

_BY_A_CAMERA = re.compile(r"[A-Z0-9_]{4}[0-9]{4}\.[A-Za-z0-9]+")
"""Names of photographs by cameras and phones: four free characters, four digits (DCF 2.0, JEITA
CP-3461B, 5.2), such as ``IMG_0001.JPG``, ``DSC_0001.NEF``, ``P1010001.JPG``."""


class _Numbered(NamedTuple):
    """A picture with the number in its name, and the digits as they are written."""

    number: int
    digits: str
    path: Path


class NumberedRun(NamedTuple):
    """Pictures of one folder with consecutive numbers and few gaps.

    Attributes:
        before: The part of their names before the number.
        after: The part of their names after the number.
        members: The pictures in the order of their numbers.
    """

    before: str
    after: str
    members: tuple[_Numbered, ...]

    @property
    def name(self) -> str:
        """Name of the run: ``a.1001-1100.exr``."""
        return f"{self.before}{self.members[0].digits}-{self.members[-1].digits}{self.after}"

    @property
    def paths(self) -> tuple[Path, ...]:
        """The existing pictures, in order."""
        return tuple(member.path for member in self.members)

    @property
    def may_be_film(self) -> bool:
        """True for at least 24 pictures whose names are not those of photographs."""
        photographs = all(_BY_A_CAMERA.fullmatch(path.name) for path in self.paths)
        return len(self.members) >= _MIN_FRAMES and not photographs

    def to_media(self, rate: Fraction) -> MediaReference:
        """Return the run as an image sequence with a rate."""
        first = self.members[0]
        width = len(first.digits) if first.digits.startswith("0") else 0
        stem = str(first.path.parent / self.before) if self.before else f"{first.path.parent}/"
        stem, after = (text.replace("%", "%%") for text in (stem, self.after))
        pattern = f"{stem}{f'%0{width}d' if width else '%d'}{after}"
        sequence = ImageSequence(
            pattern=pattern, first=first.number, last=self.members[-1].number, rate=rate
        )
        return MediaReference(path=str(first.path), sequence=sequence)


def find_runs(pictures: Iterable[Path]) -> list[NumberedRun]:
    """Return the runs among pictures, in the order of their first members.

    Numbers of another width than most, with leading zeros, are left out of a run.
    """
    groups: dict[tuple[str, str, str], list[_Numbered]] = defaultdict(list)
    for path in pictures:
        if found := _NUMBERED.fullmatch(path.name):
            key = (str(path.parent), found["before"], found["after"])
            member = _Numbered(int(found["number"]), found["number"], path)
            groups[key].append(member)
    runs: list[NumberedRun] = []
    for (_, before, after), group in groups.items():
        members = sorted(_spelled_alike(group))
        reach = members[-1].number - members[0].number
        # At least every second number exists, or the numbers have another meaning.
        if len(members) >= _MIN_MEMBERS and reach < 2 * len(members):
            runs.append(NumberedRun(before, after, tuple(members)))
    return runs


def _spelled_alike(group: list[_Numbered]) -> list[_Numbered]:
    """Return the members whose numbers are padded to the width that is most frequent."""
    # A pattern such as %04d writes numbers in one way. Only a leading zero shows a width.
    # Number 0 is not counted: a bare 0 looks padded, but is not.
    padded = Counter(len(m.digits) for m in group if m.digits.startswith("0") and m.number)
    width = padded.most_common(1)[0][0] if padded else 0
    return [m for m in group if m.digits == f"{m.number:0{width}d}"]
