"""Our markers in the form of an AAF file: points of Avid's palette, one on a frame of a track."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import count

from shotlog.markers import NAME_LIMIT, NOTE_LIMIT, MarkerOptions, clean
from shotlog.schema import Edit, Marker
from shotlog_otio.aaf.markers import colour_of
from shotlog_otio.markers import FoundMarker, PlacedText

Owner = tuple[int, int]
"""A track: its slot, and its number there."""


def place_on_tracks(
    markers: Sequence[Marker],
    owners: Sequence[Owner],
    tracks: Sequence[Owner],
    others: Sequence[FoundMarker],
    edit: Edit,
    options: MarkerOptions,
) -> tuple[list[PlacedText], tuple[str, ...]]:
    """Return markers as they are written, and a sentence on those that had to give way.

    Media Composer holds one marker on a frame of a track. Where that is taken, a marker goes to
    the same frame of another track; only where all have one, to a later frame.

    Args:
        markers: The markers, by frame.
        owners: The track of each.
        tracks: The tracks that may take a marker of another, the best first.
        others: The markers of others in the file.
        edit: The timeline.
        options: Their colours.
    """
    taken = {(marker.owner, round(marker.start * edit.rate)) for marker in others}
    placed, aside, late = [], 0, 0
    for marker, wanted in zip(markers, owners, strict=True):
        free = (
            (owner, frame)
            for frame in count(marker.frame)
            for owner in (wanted, *tracks)
            if (owner, frame) not in taken
        )
        owner, frame = next(free)
        taken.add((owner, frame))
        late += frame != marker.frame
        aside += frame == marker.frame and owner != wanted
        placed.append(_placed(marker, owner, frame, edit.rate, options))
    notes = ((aside, "on another track, at its frame"), (late, "on a later frame"))
    return placed, tuple(_sentence(number, where) for number, where in notes if number)


def _sentence(number: int, where: str) -> str:
    one = number == 1
    subject = "1 marker stands" if one else f"{number} markers stand"
    where = where if one else where.replace("its frame", "their frames")
    return f"{subject} {where}: Media Composer holds one marker on a frame of a track"


def _placed(
    marker: Marker, owner: Owner, frame: int, rate: Fraction, options: MarkerOptions
) -> PlacedText:
    # One text holds both: programs trim and join its lines, so its first line is no name to them.
    name = clean(" ".join(marker.name.split()), NAME_LIMIT)
    note = clean(marker.note, NOTE_LIMIT)
    duration = max(1, marker.duration - (frame - marker.frame))
    return PlacedText(
        marker=marker,
        owner=owner,
        start=frame / rate,
        duration=duration / rate,
        rate=rate,
        name="",
        note=f"{name}\n{note}".strip(),
        colour=colour_of(marker.family, options),
    )
