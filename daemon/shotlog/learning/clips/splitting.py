"""Division of labelled clips by film into parts: to learn from, to tune on, to judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

from shotlog.learning.clips.labelled import DataSet, LabelledClip, Part
from shotlog.learning.clips.tied_films import tie_films
from shotlog.schema import Family, SplitUnusable

_STARTS: Final = {Part.TRAIN: 0.0, Part.VAL: 0.8, Part.TEST: 0.9}
"""Start of each part among draws from 0 to 1: 80, 10 and 10 % of the films."""
_ENDS: Final = {Part.TRAIN: 0.8, Part.VAL: 0.9, Part.TEST: 1.0}


@dataclass
class _Group:
    """Films that must be in one part.

    Attributes:
        films: Their names.
        draw: A number from 0 to 1 that follows from them.
        part: Their part.
        kept: True where the data set's own split keeps them for the test.
    """

    films: tuple[str, ...]
    draw: float
    part: Part
    kept: bool

    @property
    def name(self) -> str:
        return " + ".join(self.films)

    def distance(self, part: Part) -> float:
        """Return how far its draw is from those of a part; 0 within them."""
        return max(_STARTS[part] - self.draw, self.draw - _ENDS[part], 0.0)


def split(data: DataSet, *, seed: int = 0, copies: Iterable[tuple[str, str]] = ()) -> DataSet:
    """Return the data set with the part of every clip; the order of the clips stays.

    The part of a film follows from its name and the seed alone, so that it stays when clips or
    films are added. A data set's own split is kept. A part that would be empty gets films of the
    largest part, and the data set's warnings tell which; but what a data set keeps for its test is
    never learned from. Films that share a file or a copy of a
    clip come into one part; where their own parts differ, into the one that judges least.

    Args:
        data: The clips.
        seed: Another one gives another split.
        copies: Pairs of films that share clips, by :func:`find_copies`.

    Raises:
        SplitUnusable: A film is in two parts of the data set's own split, there are fewer than
            three films, or groups of them, or it keeps all but one for its test.
    """
    own = _own_parts(data)
    warnings: list[str] = []
    groups = [_group(films, own, seed, warnings) for films in tie_films(data.clips, copies)]
    if len(groups) < len(Part):
        message = f"it has clips of {len(groups)} films, and each of {len(Part)} parts needs one"
        raise SplitUnusable(data.name, message)
    if (free := sum(not group.kept for group in groups)) < 2:  # one to learn from, one to tune on
        message = f"its own split keeps all films but {free} for its test, and two must be left"
        hint = "Give clips to learn from besides; or judge a model on it by: shotlog evaluate."
        raise SplitUnusable(data.name, message, hint)
    for part in Part:
        warnings += _fill(part, groups)
    parts = {film: group.part for group in groups for film in group.films}
    clips = tuple(replace(clip, part=parts[clip.film]) for clip in data.clips)
    found = replace(data, clips=clips)
    check_leaks(found)
    return replace(found, warnings=(*data.warnings, *warnings, *_absent_labels(found)))


def check_leaks(data: DataSet) -> None:
    """Check that nothing of a film is in two parts, by its name and by its files.

    Raises:
        SplitUnusable: A film or a file is in two parts, or a clip is in none.
    """
    places: dict[str, Part] = {}
    for clip in data.clips:
        if clip.part is None:
            raise SplitUnusable(clip.id, "it is in no part")
        for name in (f"film '{clip.film}'", f"file '{clip.path}'"):
            if places.setdefault(name, clip.part) is not clip.part:
                message = f"the {name} is in {places[name]} and in {clip.part}"
                raise SplitUnusable(data.name, message)


def count_labels(clips: Iterable[LabelledClip]) -> Mapping[tuple[Family, str], Counter[Part]]:
    """Return the number of clips of each label by part; clips without a part are not counted."""
    counts: dict[tuple[Family, str], Counter[Part]] = {}
    for clip in clips:
        if clip.part is None:
            continue
        for family, labels in clip.labels.items():
            for label in labels:
                counts.setdefault((family, label), Counter()).update([clip.part])
    return counts


def _own_parts(data: DataSet) -> dict[str, Part]:
    """Return the parts of films in the data set's own split."""
    own: dict[str, Part] = {}
    for clip in data.clips:
        if clip.part and own.setdefault(clip.film, clip.part) is not clip.part:
            message = f"the film '{clip.film}' is in {own[clip.film]} and in {clip.part}"
            raise SplitUnusable(data.name, message, "Leave it in one part of the data set's split.")
    return own


def _group(
    films: tuple[str, ...], own: Mapping[str, Part], seed: int, warnings: list[str]
) -> _Group:
    digest = blake2b(f"{seed} {films[0]}".encode("utf-8", "surrogateescape"), digest_size=8)
    draw = int.from_bytes(digest.digest(), "big") / 2**64
    drawn = next(part for part in Part if draw < _ENDS[part])
    parts = {own[film] for film in films if film in own}
    part = next((part for part in Part if part in parts), drawn)
    group = _Group(films, draw, part, kept=parts == {Part.TEST})
    if len(films) > 1:
        warnings.append(f"{group.name} share clips, and are all in {group.part}")
    return group


def _fill(part: Part, groups: Sequence[_Group]) -> list[str]:
    """Give a part films of the largest one if it is empty; return a sentence about it."""
    if any(group.part is part for group in groups):
        return []
    free = {one: [g for g in groups if g.part is one and not g.kept] for one in Part}
    kept = {group.part for group in groups if group.kept}
    # A part without films of its own split keeps one of the others.
    spare = {one: len(free[one]) - (one not in kept) for one in Part}
    most = max(Part, key=spare.__getitem__)
    donors = sorted(free[most], key=lambda group: (group.distance(part), group.name))
    near = [group for group in donors if not group.distance(part)]
    moved = near[: spare[most]] or donors[:1]
    for group in moved:
        group.part = part
    names = ", ".join(group.name for group in moved[:3])
    more = f" and {len(moved) - 3} more films" if len(moved) > 3 else ""
    return [f"{part} was empty and got, of {most}: {names}{more}"]


def _absent_labels(data: DataSet) -> list[str]:
    return [
        f"no clip of {family} {label} is in {part}"
        for (family, label), counts in sorted(count_labels(data.clips).items())
        for part in Part
        if not counts[part]
    ]
