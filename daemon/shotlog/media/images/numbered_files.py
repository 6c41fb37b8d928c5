"""Files of an image sequence: numbered names, gaps, and warnings about missing pictures."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from shotlog.schema import ImageSequence

_NUMBER = re.compile(r"%0?(\d*)d")

_MAX_NAMED = 8
"""Ranges of numbers that a warning names, at most."""


class NumberedName(NamedTuple):
    """The parts of a pattern: ``/shots/a.%04d.exr`` is ``("/shots", "a.", 4, ".exr")``."""

    folder: str
    prefix: str
    width: int
    suffix: str

    @classmethod
    def of(cls, pattern: str) -> NumberedName:
        """Split a pattern into its parts.

        Raises:
            FileNotFoundError: its name has no place for a number, so it names no sequence.
        """
        folder, name = os.path.split(pattern)
        number = _NUMBER.search(name.replace("%%", "\0\0"))  # of the same length: same offsets
        if number is None:
            raise FileNotFoundError(pattern)
        prefix, suffix = name[: number.start()], name[number.end() :]
        folder, prefix, suffix = (text.replace("%%", "%") for text in (folder, prefix, suffix))
        return cls(folder or ".", prefix, int(number[1] or 0), suffix)

    def number(self, name: str) -> int | None:
        """Return the number in a file's name; None where the file is not part of the sequence."""
        digits = name.removeprefix(self.prefix).removesuffix(self.suffix)
        if len(digits) + len(self.prefix) + len(self.suffix) != len(name):
            return None
        if not (digits.isascii() and digits.isdigit()):
            return None
        number = int(digits)
        return number if digits == f"{number:0{self.width}d}" else None


def list_sequence_files(sequence: ImageSequence) -> list[tuple[int, Path]]:
    """Return the existing pictures of a sequence with their numbers, in order.

    Empty files are not pictures. Numbers beyond the last that the timeline gives belong to the
    sequence as long as they follow it without a gap.

    Raises:
        OSError: the folder cannot be listed.
    """
    # macOS stores names decomposed (NFD), others composed: both spellings are the same file.
    name = NumberedName.of(unicodedata.normalize("NFC", sequence.pattern))
    folder = NumberedName.of(sequence.pattern).folder
    files: dict[int, Path] = {}
    with os.scandir(folder) as entries:  # once: a lookup per number is slow on network shares
        for entry in entries:
            number = name.number(unicodedata.normalize("NFC", entry.name))
            if number is not None and entry.is_file() and entry.stat().st_size:
                files[number] = Path(entry.path)
    return [(number, files[number]) for number in _members(sorted(files), sequence)]


def _members(numbers: Iterable[int], sequence: ImageSequence) -> Iterator[int]:
    """Yield the numbers that belong to a sequence, from rising numbers."""
    end = sequence.last
    for number in numbers:
        index, between = divmod(number - sequence.first, sequence.step)
        if index < 0 or between:
            continue
        if end is not None and number > end:
            if number > end + sequence.step:
                return
            end = number
        yield number


def count_slots(sequence: ImageSequence, numbers: Sequence[int]) -> int:
    """Return the number of pictures of a sequence, including the missing ones.

    Args:
        sequence: The sequence.
        numbers: The numbers of its existing pictures, rising.
    """
    last = max(numbers[-1], sequence.last or 0)
    return (last - sequence.first) // sequence.step + 1


def describe_missing(sequence: ImageSequence, numbers: Sequence[int]) -> tuple[str, ...]:
    """Return a warning about the missing pictures of a sequence; empty where none is missing.

    Args:
        sequence: The sequence.
        numbers: The numbers of its existing pictures, rising.
    """
    step = sequence.step
    end = sequence.first + count_slots(sequence, numbers) * step
    edges = pairwise((sequence.first - step, *numbers, end))
    gaps = [range(a + step, b, step) for a, b in edges if b - a > step]
    if not gaps:
        return ()
    one = len(gaps) == 1 and len(gaps[0]) == 1
    # A gap at the very start has no picture before it.
    held = "; the one before is held" if gaps[-1][0] > sequence.first else ""
    return (
        f"{_name_ranges(gaps)} of the sequence {'is' if one else 'are'} missing or empty{held}",
    )


def describe_damaged(sequence: ImageSequence, indices: Iterable[int]) -> str | None:
    """Return a warning about pictures that could not be decoded; None where there are none.

    Args:
        sequence: The sequence.
        indices: Indices of these pictures, counted from its first.
    """
    runs: list[range] = []
    for number in sorted(sequence.first + index * sequence.step for index in set(indices)):
        if runs and number == runs[-1].stop:
            runs[-1] = range(runs[-1].start, number + sequence.step, sequence.step)
        else:
            runs.append(range(number, number + sequence.step, sequence.step))
    return f"{_name_ranges(runs)} of the sequence could not be decoded" if runs else None


def _name_ranges(runs: Sequence[range]) -> str:
    """Return ranges of numbers as text: ``pictures 1030, 1042-1045 and 60 more``."""
    names = [str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs[:_MAX_NAMED]]
    rest = sum(map(len, runs[_MAX_NAMED:]))
    one = len(runs) == 1 and len(runs[0]) == 1
    more = f" and {rest} more" if rest else ""
    return f"picture{'' if one else 's'} {', '.join(names)}{more}"
