"""Runs of numbered pictures among files, and which of them are frames of a film."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from shotlog.schema import ImageSequence, MediaReference

_FEWEST = 3
"""Pictures from which on they are told as a run."""

_FEWEST_OF_FILM = 24
"""Pictures from which on they may be a film: one second. A handful of drawings is none."""

_NUMBERED = re.compile(r"(?P<before>.*?)(?P<number>[0-9]{1,20})(?P<after>\.[^.]+)", re.DOTALL)

_BY_A_CAMERA = re.compile(r"[A-Z0-9_]{4}[0-9]{4}\.[A-Za-z0-9]+")
"""Cameras and phones number photographs so: four free characters, four digits (DCF 2.0, JEITA
CP-3461B, 5.2): ``IMG_0001.JPG``, ``DSC_0001.NEF``, ``P1010001.JPG``."""


class _Numbered(NamedTuple):
    number: int
    digits: str
    path: Path


class Run(NamedTuple):
    """Pictures of one folder that are numbered through, with few holes.

    Attributes:
        before: Their names up to the number.
        after: Their names behind it.
        members: In the order of their numbers.
    """

    before: str
    after: str
    members: tuple[_Numbered, ...]

    @property
    def name(self) -> str:
        """One name for all: ``a.1001-1100.exr``."""
        return f"{self.before}{self.members[0].digits}-{self.members[-1].digits}{self.after}"

    @property
    def paths(self) -> tuple[Path, ...]:
        """The pictures that are there, in order."""
        return tuple(member.path for member in self.members)

    @property
    def may_be_film(self) -> bool:
        """Return whether the names are those of frames, not of photographs, and enough of them."""
        photographs = all(_BY_A_CAMERA.fullmatch(path.name) for path in self.paths)
        return len(self.members) >= _FEWEST_OF_FILM and not photographs

    def as_media(self, rate: Fraction) -> MediaReference:
        """Return the run as an image sequence of a rate."""
        first = self.members[0]
        # One way to write numbers is all that a sequence has; the others are left out.
        width = len(first.digits) if first.digits.startswith("0") else 0
        stem = str(first.path.parent / self.before) if self.before else f"{first.path.parent}/"
        stem, after = (text.replace("%", "%%") for text in (stem, self.after))
        pattern = f"{stem}{f'%0{width}d' if width else '%d'}{after}"
        sequence = ImageSequence(
            pattern=pattern, first=first.number, last=self.members[-1].number, rate=rate
        )
        return MediaReference(path=str(first.path), sequence=sequence)


def runs_of(pictures: Iterable[Path]) -> list[Run]:
    """Return the runs among pictures, in the order in which their first members are met.

    Numbers with and without leading zeros, or of several widths, are runs of their own.
    """
    groups: dict[tuple[str, str, str], list[_Numbered]] = defaultdict(list)
    for path in pictures:
        if found := _NUMBERED.fullmatch(path.name):
            key = (str(path.parent), found["before"], found["after"])
            member = _Numbered(int(found["number"]), found["number"], path)
            groups[key].append(member)
    runs: list[Run] = []
    for (_, before, after), group in groups.items():
        members = sorted(_spelled_alike(group))
        reach = members[-1].number - members[0].number
        if len(members) >= _FEWEST and reach < 2 * len(members):
            runs.append(Run(before, after, tuple(members)))
    return runs


def _spelled_alike(group: list[_Numbered]) -> list[_Numbered]:
    """Return the members whose numbers are as wide as those with a leading zero mostly are."""
    padded = Counter(len(m.digits) for m in group if m.digits.startswith("0") and m.number)
    width = padded.most_common(1)[0][0] if padded else 0
    return [m for m in group if m.digits == f"{m.number:0{width}d}"]
