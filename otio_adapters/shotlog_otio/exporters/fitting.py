"""Markers in the form that a format can hold, with sentences on what that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from shotlog.markers import TextLimits, clean, frames_of, free_frames
from shotlog.schema import Edit


@dataclass(frozen=True)
class ExportMarker:
    """A marker to be exported.

    Attributes:
        frame: Its frame, from the timeline's first frame.
        duration: Its length in frames, at least 1.
        colour: Its colour: a name of OpenTimelineIO, or of the program that the export is for.
        name: Its name; may be empty.
        note: Its note; may have several lines.
        id: Its identity where it is ours; else empty.
        family: Its kind where it is ours; else empty.
        edited: True where it is ours and an editor has changed it.
        clip: Name of the clip that it stands on; empty for a marker of the timeline.
        wanted: The frame that it had before :func:`fit_markers` moved it; None where it did not.
    """

    frame: int
    duration: int
    colour: str
    name: str
    note: str = ""
    id: str = ""
    family: str = ""
    edited: bool = False
    clip: str = ""
    wanted: int | None = None

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.frame + self.duration


class Crowd(StrEnum):
    """Treatments of markers that begin on one frame."""

    STAY = "stay"
    """The format holds several on a frame."""
    MOVE = "move"
    """All but the first go to the next free frame."""
    MERGE = "merge"
    """They become one, with the names of all."""


class Fitted(NamedTuple):
    """Markers by frame as a format can hold them, and sentences on what was changed."""

    markers: list[ExportMarker]
    notes: tuple[str, ...] = ()


def fit_markers(
    markers: Sequence[ExportMarker], edit: Edit, *, limits: TextLimits, crowd: Crowd
) -> Fitted:
    """Return markers by frame, within the limits of a format.

    Args:
        markers: The markers, in any order.
        edit: The timeline that they belong to.
        limits: Longest name and note.
        crowd: What becomes of markers that begin on one frame.
    """
    inside = sorted((m for m in markers if m.frame >= 0), key=lambda marker: marker.frame)
    notes = []
    if early := len(markers) - len(inside):
        notes.append(f"{count(early, 'marker')} before the timeline's first frame left out")
    if crowd is Crowd.MOVE:
        inside = _apart(inside, edit)
        if moved := sum(marker.wanted is not None for marker in inside):
            notes.append(f"{count(moved, 'marker')} moved to the next free frame: one on each")
    elif crowd is Crowd.MERGE:
        before, inside = len(inside), _merged(inside)
        if merged := before - len(inside):
            notes.append(f"{count(merged, 'marker')} merged with another on the same frame")
    texts = [(clean(m.name, limits.name), clean(m.note, limits.note)) for m in inside]
    if cut := sum(_is_cut(m, name, note) for m, (name, note) in zip(inside, texts, strict=True)):
        notes.append(
            f"the texts of {count(cut, 'marker')} shortened to {limits.name} characters of name"
            f" and {limits.note} of note"
        )
    told = [
        replace(marker, name=name, note=note, duration=max(1, marker.duration))
        for marker, (name, note) in zip(inside, texts, strict=True)
    ]
    return Fitted(told, tuple(notes))


def count(number: int, what: str) -> str:
    """Return a number of things: ``1 marker``, ``2 markers``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _apart(markers: Sequence[ExportMarker], edit: Edit) -> list[ExportMarker]:
    frames = free_frames([marker.frame for marker in markers], frames_of(edit))
    placed = [
        marker
        if frame == marker.frame
        else replace(
            marker,
            frame=frame,
            wanted=marker.frame,
            duration=max(1, marker.duration - max(0, frame - marker.frame)),
        )
        for marker, frame in zip(markers, frames, strict=True)
    ]
    return sorted(placed, key=lambda marker: marker.frame)


def _merged(markers: Sequence[ExportMarker]) -> list[ExportMarker]:
    merged = []
    for _, group in groupby(markers, key=lambda marker: marker.frame):
        first, *others = group
        names = dict.fromkeys(m.name for m in (first, *others) if m.name)
        notes = dict.fromkeys(m.note for m in (first, *others) if m.note)
        longest = max(m.duration for m in (first, *others))
        name, note = " / ".join(names), "\n".join(notes)
        joined = replace(first, duration=longest, name=name, note=note)
        merged.append(joined if others else first)
    return merged


def _is_cut(marker: ExportMarker, name: str, note: str) -> bool:
    return (name.endswith("…") and name != marker.name) or (
        note.endswith("…") and note != marker.note
    )
