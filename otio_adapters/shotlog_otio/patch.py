"""Writes, clears and reads our markers in a timeline file, and touches nothing else in it.

The JSON text of the file is patched in place. A marker that already says what would be written is
left alone, one that an editor has changed is left alone for good, and all others of ours are
replaced where they stand, so that a second run gives the same bytes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from shotlog.schema.errors import OutputNotWritable, TimelineUnreadable
from shotlog.schema.findings import Marker
from shotlog.schema.ranges import ClipRange, Edit
from shotlog.schema.times import exact_rate, nearest_frame
from shotlog_otio.bundle import copy_file, replace_member
from shotlog_otio.document import Document, load
from shotlog_otio.jsontext import JsonText, spliced
from shotlog_otio.markerlist import MARKERS, Changes, change, spelling
from shotlog_otio.saving import save
from shotlog_otio.written import (
    Written,
    WrittenMarker,
    as_found,
    is_edited,
    is_same,
    own_data,
    spelled,
    start_of,
)

Place = tuple[str | int, ...]
"""Keys and positions from the root of a JSON document to an object in it."""


@dataclass(frozen=True)
class Wanted:
    """A marker that is to be written: on which object, and where in that object's time."""

    marker: Marker
    owner: Place
    start: Fraction
    duration: Fraction
    rate: float


@dataclass(frozen=True, eq=False)
class Standing:
    """A marker of ours that stands in a file: on which object, at which position of its list."""

    owner: Place
    position: int
    marker: Mapping[str, Any]
    id: str
    edited: bool


def write_markers(
    source: Path,
    destination: Path,
    markers: Sequence[Marker],
    edit: Edit,
    *,
    on: Literal["timeline", "clips"] = "timeline",
) -> Written:
    """Writes markers into a timeline file, in place of those that an earlier run wrote.

    Args:
        source: The timeline; ``edit`` was read from it.
        destination: Where the result goes; may be the source itself.
        markers: What is to stand there afterwards; ids differ.
        edit: The clips that the markers speak of.
        on: Whether markers stand on the timeline's stack or on their clips; those that belong to
            no clip stand on the stack either way.

    Returns:
        What was done. A marker that an editor has changed is kept as it is, and the new one of
        the same id is not written.

    Raises:
        TimelineMissing: from reading the source, as are the other errors of a timeline.
        TimelineUnreadable: also where the file no longer is the one that ``edit`` was read from.
        OutputNotWritable: see :func:`shotlog_otio.saving.save`.
        DiskFull: likewise.
    """
    document = load(source)
    text = JsonText(document.text)
    try:
        wanted = _wanted(markers, edit, document.data, on)
        changes, written = _plan(text, wanted, _standing(document.data))
        patched = _apply(text, changes)
    except (LookupError, ValueError) as error:
        raise TimelineUnreadable(
            str(source),
            f"markers cannot be put into it: {error}",
            "It may have been changed while it was analysed: run again.",
        ) from error
    _store(document, patched, destination)
    return written.model_copy(update={"changed": patched != document.text})


def clear_markers(source: Path, destination: Path, *, edited: bool = False) -> int:
    """Takes our markers out of a timeline file.

    Args:
        source: The timeline.
        destination: Where the result goes; may be the source itself.
        edited: Whether those go too that an editor has changed.

    Returns:
        How many were taken away. Errors are those of :func:`write_markers`.
    """
    document = load(source)
    leaving = [s for s in _standing(document.data) if edited or not s.edited]
    changes: dict[Place, Changes] = defaultdict(Changes)
    for item in leaving:
        changes[item.owner].removed.add(item.position)
    _store(document, _apply(JsonText(document.text), changes), destination)
    return len(leaving)


def read_markers(path: Path) -> list[WrittenMarker]:
    """Our markers in a timeline file as they now are, the stack's first, then clip by clip.

    Raises:
        TimelineMissing: as are the other errors of a timeline.
    """
    data = load(path).data
    found = [as_found(s.marker, _name(data, s.owner)) for s in _standing(data)]
    return [marker for marker in found if marker is not None]


def _standing(data: Mapping[str, Any]) -> list[Standing]:
    """Every marker of ours, on whatever object; others' metadata is not looked into."""
    found: list[Standing] = []
    waiting: list[tuple[Place, Any]] = [((), data)]
    while waiting:
        place, item = waiting.pop()
        if isinstance(item, list):
            waiting += [((*place, i), value) for i, value in reversed(list(enumerate(item)))]
        if not isinstance(item, dict):
            continue
        listed = item.get(MARKERS)
        for position, marker in enumerate(listed if isinstance(listed, list) else ()):
            own = own_data(marker)
            if own is not None:
                found.append(Standing(place, position, marker, own["id"], is_edited(marker)))
        inner = [(k, v) for k, v in item.items() if k not in (MARKERS, "metadata")]
        waiting += [((*place, key), value) for key, value in reversed(inner)]
    return found


def _wanted(
    markers: Sequence[Marker], edit: Edit, data: Mapping[str, Any], on: str
) -> list[Wanted]:
    """Where each marker goes."""
    clips = {clip.id: clip for clip in edit.clips}
    stack = _stack_place(edit, data)
    origin = _origin(_at(data, stack), edit)
    wanted = []
    for marker in markers:
        clip = clips.get(marker.clip or "") if on == "clips" else None
        if clip is not None and marker.source_start is not None:
            wanted.append(_on_clip(marker, clip, _clip_rate(_at(data, clip.path), edit.rate)))
            continue
        start, duration = Fraction(marker.frame), Fraction(marker.duration)
        wanted.append(
            Wanted(
                marker=marker,
                owner=stack,
                start=start / marker.rate + origin,
                duration=duration / marker.rate,
                rate=float(marker.rate),
            )
        )
    return wanted


def _on_clip(marker: Marker, clip: ClipRange, rate: float) -> Wanted:
    """In whole frames of the clip's own rate, at least one, within what the clip uses."""
    exact = exact_rate(rate)
    begin, finish = marker.source_start or Fraction(0), marker.source_duration or Fraction(0)
    finish += begin
    first = math.ceil(clip.source.start * exact)
    last = max(first + 1, math.floor(clip.source.end * exact))
    start = min(max(nearest_frame(begin, exact), first), last - 1)
    end = min(max(nearest_frame(finish, exact), start + 1), last)
    return Wanted(marker, clip.path, start / exact, (end - start) / exact, rate)


def _plan(
    text: JsonText, wanted: Sequence[Wanted], standing: Sequence[Standing]
) -> tuple[dict[Place, Changes], Written]:
    """What happens to which list, and how that is told."""
    pairs = _pairs(wanted, standing)
    ids = _free_ids(wanted, pairs)
    memory = _memory(text, wanted, standing)
    changes: dict[Place, Changes] = defaultdict(Changes)
    told = {"added": 0, "replaced": 0, "removed": 0, "unchanged": 0}
    for n, item in enumerate(wanted):
        found = pairs.get(n)
        if found is not None and found.edited:
            continue
        marker = item.marker.model_copy(update={"id": ids[n]})
        fresh = spelled(marker, item.start, item.duration, item.rate, memory[item.owner])
        if found is None:
            told["added"] += 1
            changes[item.owner].added.append(fresh)
        elif found.owner == item.owner and is_same(found.marker, fresh):
            told["unchanged"] += 1
        elif found.owner == item.owner:
            told["replaced"] += 1
            changes[item.owner].replaced[found.position] = fresh
        else:
            told["replaced"] += 1
            changes[found.owner].removed.add(found.position)
            changes[item.owner].added.append(fresh)
    taken = {id(found) for found in pairs.values()}
    for found in standing:
        if id(found) not in taken and not found.edited:
            told["removed"] += 1
            changes[found.owner].removed.add(found.position)
    return changes, Written(**told, kept=tuple(s.id for s in standing if s.edited))


def _pairs(wanted: Sequence[Wanted], standing: Sequence[Standing]) -> dict[int, Standing]:
    """By number of the wanted marker, the standing one that speaks of the same.

    First the one that is it in every way; then one of the same thing at the same place, because
    the count in an id shifts when a shot that is shown twice is moved or copied with its clip;
    then one of the same id anywhere.
    """
    keys: list[tuple[Callable[[Wanted], Hashable], Callable[[Standing], Hashable]]] = [
        (
            lambda w: (w.owner, w.start, w.marker.id),
            lambda s: (s.owner, start_of(s.marker), s.id),
        ),
        (
            lambda w: (w.owner, w.start, _thing(w.marker.id)),
            lambda s: (s.owner, start_of(s.marker), _thing(s.id)),
        ),
        (lambda w: w.marker.id, lambda s: s.id),
    ]
    pairs: dict[int, Standing] = {}
    for key_of_wanted, key_of_standing in keys:
        taken = {id(found) for found in pairs.values()}
        free = {key_of_standing(s): s for s in reversed(standing) if id(s) not in taken}
        for n, item in enumerate(wanted):
            if n not in pairs and (found := free.pop(key_of_wanted(item), None)):
                pairs[n] = found
    return pairs


def _free_ids(wanted: Sequence[Wanted], pairs: Mapping[int, Standing]) -> list[str]:
    """The id of each wanted marker: that of its standing one, else its own; none is given twice.

    Those of edited markers are theirs. A clip that was copied with its marker has brought in a
    second marker of one id: the copy's is counted up.
    """
    used = {found.id for found in pairs.values() if found.edited}
    ids = {n: pairs[n].id if n in pairs else w.marker.id for n, w in enumerate(wanted)}
    for n in sorted(ids, key=lambda n: n not in pairs):
        if n in pairs and pairs[n].edited:
            continue
        count = 1
        while ids[n] in used:
            count += 1
            ids[n] = f"{_thing(ids[n])}-{count}"
        used.add(ids[n])
    return [ids[n] for n in range(len(wanted))]


def _thing(marker_id: str) -> str:
    """An id without the count of the times that its shot is shown."""
    return marker_id.partition("-")[0]


def _memory(
    text: JsonText, wanted: Sequence[Wanted], standing: Sequence[Standing]
) -> dict[Place, str | None]:
    """By object, how its empty list of markers was spelled before us."""
    memory = {place: spelling(text, text.find(place)) for place in {w.owner for w in wanted}}
    for found in standing:
        was = (own_data(found.marker) or {}).get("was")
        if isinstance(was, str) and found.owner in memory:
            memory[found.owner] = was
    return memory


def _apply(text: JsonText, changes: Mapping[Place, Changes]) -> str:
    splices = [change(text, text.find(place), item) for place, item in changes.items() if item]
    return spliced(text.text, splices)


def _store(document: Document, text: str, destination: Path) -> None:
    """Writes the patched text to where it belongs; an unchanged file is not written over itself."""
    suffix = destination.suffix.lower()
    if suffix == (".otioz" if document.member is None else ".otio"):
        kind = "a bundle (.otioz)" if document.member else "a plain timeline (.otio)"
        raise OutputNotWritable(str(destination), f"the timeline is {kind} and stays one")
    unchanged = text == document.text
    if unchanged and destination.exists() and destination.samefile(document.path):
        return
    data = (b"\xef\xbb\xbf" if document.bom else b"") + text.encode()
    if document.member is None:
        save(destination, data)
    elif unchanged:
        copy_file(document.path, destination)
    else:
        replace_member(document.path, destination, document.member, data)


def _at(data: Any, place: Place) -> Any:
    for step in place:
        data = data[step]
    return data


def _stack_place(edit: Edit, data: Mapping[str, Any]) -> Place:
    """Where the timeline's stack stands: above all clips; the root where that is no timeline."""
    path = edit.clips[0].path if edit.clips else ()
    if "tracks" in path:
        return path[: path.index("tracks") + 1]
    return ("tracks",) if "tracks" in data else ()


def _origin(stack: Mapping[str, Any], edit: Edit) -> Fraction:
    """What the stack's own time says at the timeline's first frame.

    A stack or track counts from 0 unless it is trimmed; a clip that stands alone counts in the
    time of its media.
    """
    if str(stack.get("OTIO_SCHEMA")).startswith("Clip.") and edit.clips:
        return edit.clips[0].source.start
    trimmed = stack.get("source_range")
    if not isinstance(trimmed, dict):
        return Fraction(0)
    start = trimmed["start_time"]
    return Fraction(start["value"]) / exact_rate(start["rate"])


def _clip_rate(clip: Mapping[str, Any], timeline_rate: Fraction) -> float:
    """The rate at which a clip counts its source: of its range, its media, or the timeline."""
    references = clip.get("media_references")
    active = clip.get("active_media_reference_key")
    media = references.get(active) if isinstance(references, dict) else clip.get("media_reference")
    available = media.get("available_range") if isinstance(media, dict) else None
    for found in (clip.get("source_range"), available):
        rate = found["start_time"]["rate"] if isinstance(found, dict) else 0
        if rate > 0:
            return float(rate)
    return float(timeline_rate)


def _name(data: Mapping[str, Any], owner: Place) -> str | None:
    """The name of a clip that carries a marker; None for the timeline's stack."""
    item = _at(data, owner)
    is_clip = str(item.get("OTIO_SCHEMA")).startswith("Clip.") and owner
    return str(item.get("name") or "") if is_clip else None
