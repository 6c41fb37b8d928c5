"""Our markers in the form of an AAF file: points of Avid's palette, one on a frame of a track."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shotlog.markers import NAME_LIMIT, NOTE_LIMIT, MarkerOptions, clean
from shotlog.schema import Edit, Marker
from shotlog_otio.aaf.markers import colour_of
from shotlog_otio.markers import FoundMarker, PlacedText

Owner = tuple[int, int]
"""A track: its slot, and its number there."""


def place_on_tracks(
    markers: Sequence[Marker],
    owners: Sequence[Owner],
    others: Sequence[FoundMarker],
    edit: Edit,
    options: MarkerOptions,
) -> tuple[list[PlacedText], tuple[str, ...]]:
    """Return markers as they are written, and a sentence on those that had to give way.

    Media Composer holds one marker on a frame of a track.

    Args:
        markers: The markers, by frame.
        owners: The track of each.
        others: The markers of others in the file.
        edit: The timeline.
        options: Their colours.
    """
    rate = edit.rate
    taken = {(marker.owner, round(marker.start * rate)) for marker in others}
    placed, moved = [], 0
    for marker, owner in zip(markers, owners, strict=True):
        frame = marker.frame
        while (owner, frame) in taken:
            frame += 1
        taken.add((owner, frame))
        moved += frame != marker.frame
        placed.append(_placed(marker, owner, frame, rate, options))
    if not moved:
        return placed, ()
    what, stand = ("1 marker", "stands") if moved == 1 else (f"{moved} markers", "stand")
    reason = "Media Composer holds one marker on a frame of a track"
    return placed, (f"{what} {stand} on a later frame: {reason}",)


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
