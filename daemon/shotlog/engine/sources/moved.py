"""Search for media that are no longer where a timeline says, and the maps that lead to them."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from shotlog.schema import Media, MediaReference, ShotlogError

_NEAR = Fraction(1, 10)
"""Seconds by which lengths may differ: editors round to frames and leave out the last one."""

_SEPARATORS = re.compile(r"[/\\]")


@dataclass(frozen=True)
class LostMedia:
    """Media that a timeline names and that are not there.

    Attributes:
        written: The path, as the timeline writes it.
        start: Its start timecode in seconds, as far as the timeline tells.
        duration: Its length in seconds, as far as the timeline tells.
    """

    written: str
    start: Fraction | None = None
    duration: Fraction | None = None


@dataclass(frozen=True)
class Suggestion:
    """A file that may be lost media.

    Attributes:
        lost: The media.
        found: The file.
        agrees: The facts that agree: ``name``, and of ``timecode`` and ``length`` those that both
            sides tell.
        differs: The facts that both sides tell and that differ.
    """

    lost: LostMedia
    found: Path
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True)
class MovedMedia:
    """Result of a search.

    Attributes:
        suggestions: The likeliest file for each of the lost media that have one.
        ambiguous: Files that are equally likely, by the path of what was lost.
        missing: Paths of lost media that no file has the name of.
    """

    suggestions: tuple[Suggestion, ...]
    ambiguous: dict[str, tuple[Path, ...]]
    missing: tuple[str, ...]


def find_moved(
    lost: Sequence[LostMedia],
    folders: Iterable[Path],
    probe: Callable[[MediaReference], Media],
    on_count: Callable[[int], None] = lambda count: None,
) -> MovedMedia:
    """Search folders, with all their subfolders, for lost media.

    A file of the same name is a candidate; where timecode and length are told on both sides, those
    that agree make it likelier. Of several that are equally likely none is suggested.

    Args:
        lost: The media.
        folders: The folders.
        probe: Returns the facts of a file.
        on_count: Called with the number of files so far, after each folder.
    """
    by_name = _index(folders, {_key(item.written) for item in lost}, on_count)
    suggestions: list[Suggestion] = []
    ambiguous: dict[str, tuple[Path, ...]] = {}
    missing: list[str] = []
    for item in lost:
        rated = [_compare(item, path, probe) for path in by_name.get(_key(item.written), ())]
        rated.sort(key=lambda s: (len(s.differs), -len(s.agrees), str(s.found)))
        best = [s for s in rated if _rank(s) == _rank(rated[0])]
        if not best:
            missing.append(item.written)
        elif len(best) == 1:
            suggestions.append(best[0])
        else:
            ambiguous[item.written] = tuple(s.found for s in best)
    return MovedMedia(tuple(suggestions), ambiguous, tuple(missing))


def maps_of(suggestions: Sequence[Suggestion]) -> list[tuple[str, str]]:
    """Return the fewest beginnings of paths that lead from lost media to the suggested files.

    Each pair is the old and the new beginning. Longer old beginnings come first, as they are the
    exceptions from shorter ones.
    """
    # A bare name has no beginning that could be mapped.
    found = {s.lost.written: s.found for s in suggestions}
    open_ = {written: file for written, file in found.items() if _pair(written, file)[0]}
    pairs: list[tuple[str, str]] = []
    while open_:
        votes = Counter(_pair(written, file) for written, file in open_.items())
        # The commonest; of equals the longest, which moves the least else.
        pair = max(votes, key=lambda p: (votes[p], len(p[0]), p))
        pairs.append(pair)
        open_ = {w: file for w, file in open_.items() if _pair(w, file) != pair}
    return sorted(pairs, key=lambda pair: (-len(pair[0]), pair))


def _index(
    folders: Iterable[Path], wanted: set[str], on_count: Callable[[int], None]
) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    count = 0
    for top in dict.fromkeys(folder.absolute() for folder in folders):
        for folder, _, names in os.walk(top):
            count += len(names)
            on_count(count)
            for name in names:
                if (key := _key(name)) in wanted:
                    found.setdefault(key, []).append(Path(folder, name))
    return {key: list(dict.fromkeys(paths)) for key, paths in found.items()}


def _key(path: str) -> str:
    """Return the last part of a path of any system, without letter case and Unicode form."""
    name = _SEPARATORS.split(path)[-1]
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _compare(lost: LostMedia, path: Path, probe: Callable[[MediaReference], Media]) -> Suggestion:
    agrees: list[str] = ["name"]
    differs: list[str] = []
    try:
        media = probe(MediaReference(path=str(path)))
    except ShotlogError:
        return Suggestion(lost, path, ("name",), ("it cannot be read",))
    for fact, told, actual in (
        ("timecode", lost.start, media.start_timecode),
        ("length", lost.duration, media.duration),
    ):
        if told is not None and actual is not None:
            (agrees if abs(told - actual) <= _NEAR else differs).append(fact)
    return Suggestion(lost, path, tuple(agrees), tuple(differs))


def _rank(suggestion: Suggestion) -> tuple[int, int]:
    return len(suggestion.differs), len(suggestion.agrees)


def _pair(written: str, found: Path) -> tuple[str, str]:
    """Return the parts of two paths before the folders and the name that they share at the end."""
    old, new = _SEPARATORS.split(written), _SEPARATORS.split(str(found))
    # Windows ignores letter case, and so does a map of its paths.
    windows = "\\" in written or written[1:2] == ":"
    shared = 1
    while shared < min(len(old), len(new)) - 1:
        one, other = old[-shared - 1], new[-shared - 1]
        if one != other and not (windows and one.casefold() == other.casefold()):
            break
        shared += 1
    end = sum(len(part) + 1 for part in old[-shared:])
    return written[: max(0, len(written) - end)], str(found.parents[shared - 1])
