"""Matching of the markers to be written with those that the file holds already."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol, TypeVar

from shotlog.schema import Marker


class Planned(Protocol):
    """A marker to be written."""

    @property
    def marker(self) -> Marker:
        """The marker."""

    @property
    def owner(self) -> Hashable:
        """The object that is to hold it."""

    @property
    def start(self) -> Fraction:
        """Its start on the owner's own clock, in seconds."""


class Existing(Protocol):
    """A marker of ours in a file."""

    def __hash__(self) -> int:
        """Return a hash by identity."""

    @property
    def owner(self) -> Hashable:
        """The object that holds it."""

    @property
    def id(self) -> str:
        """Its identity."""

    @property
    def family(self) -> str:
        """Its kind."""

    @property
    def start(self) -> Fraction | None:
        """Its start on the owner's own clock, in seconds; None where that cannot be read."""

    @property
    def edited(self) -> bool:
        """True where an editor has changed it."""

    @property
    def hash(self) -> str:
        """The hash of what we wrote, whatever an editor has changed."""


_Existing = TypeVar("_Existing", bound=Existing)


def match_markers(
    planned: Sequence[Planned], existing: Sequence[_Existing], hashes: Sequence[str]
) -> dict[int, _Existing]:
    """Match markers that stand for the same finding.

    Args:
        planned: The markers to be written.
        existing: Our markers in the file.
        hashes: Of each planned marker, the hash that it will carry.

    Returns:
        By number of the planned marker, the existing one; each at most once.
    """
    if not existing:
        return {}
    # By identity: a marker holds a dictionary, so it has no hash.
    number = {id(marker): n for n, marker in enumerate(planned)}
    # From the surest match to the least sure; an existing marker is matched once.
    keys: list[tuple[Callable[[Planned], Hashable], Callable[[_Existing], Hashable]]] = [
        # The very same marker.
        (
            lambda p: (p.owner, p.start, p.marker.id),
            lambda e: (e.owner, e.start, e.id),
        ),
        # The same shot at the same time: the count in an id shifts when a shot that is shown twice
        # is moved or copied with its clip.
        (
            lambda p: (p.owner, p.start, _without_count(p.marker.id)),
            lambda e: (e.owner, e.start, _without_count(e.id)),
        ),
        # The same id anywhere.
        (lambda p: p.marker.id, lambda e: e.id),
        # An edited marker that we wrote with this very content, wherever the editor has moved it: a
        # film that was touched or copied may have another identity, hence shots of other ids.
        (
            lambda p: (p.owner, hashes[number[id(p)]]),
            # An unedited one is its own key, which no planned marker has.
            lambda e: (e.owner, e.hash) if e.edited else e,
        ),
        # An edited marker of the same kind at the same time: a clip that was trimmed shows other
        # frames, hence another shot. The editor's version holds for it too.
        (
            lambda p: (p.owner, p.start, p.marker.family.value),
            lambda e: (e.owner, e.start, e.family) if e.edited else e,
        ),
    ]
    matches: dict[int, _Existing] = {}
    for key_of_planned, key_of_existing in keys:
        matched = {id(marker) for marker in matches.values()}
        # Reversed, so that of several with one key the first in the file is taken.
        free = {key_of_existing(e): e for e in reversed(existing) if id(e) not in matched}
        for n, item in enumerate(planned):
            if n not in matches and (match := free.pop(key_of_planned(item), None)):
                matches[n] = match
    return matches


def assign_ids(
    planned: Sequence[Planned],
    existing: Sequence[Existing],
    matches: Mapping[int, Existing],
) -> list[str]:
    """Return the id of each planned marker: that of its match, else its own; all differ.

    A clip that was copied with its marker brings a second marker of one id into the file: the
    count in the copy's id is raised. Ids of edited markers are not given to others.
    """
    used = {marker.id for marker in existing if marker.edited}
    ids = {n: matches[n].id if n in matches else p.marker.id for n, p in enumerate(planned)}
    for n in sorted(ids, key=lambda n: n not in matches):  # those in the file keep their ids
        if n in matches and matches[n].edited:
            continue
        count = 1
        while ids[n] in used:
            count += 1
            ids[n] = f"{_without_count(ids[n])}-{count}"
        used.add(ids[n])
    return [ids[n] for n in range(len(planned))]


def _without_count(marker_id: str) -> str:
    """Return an id without the count of the times that its shot is shown."""
    return marker_id.partition("-")[0]
