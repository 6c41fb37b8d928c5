"""Writes, clears and reads our markers in a timeline file, and touches nothing else in it.

The JSON text of the file is patched in place. A marker that already says what would be written is
left alone, one that an editor has changed is left alone for good, and all others of ours are
replaced where they stand, so that a second run gives the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from shotlog.schema import OTIO, Edit, Marker, OutputNotWritable, TimelineUnreadable
from shotlog_otio.formats import (
    Document,
    JsonText,
    copy_file,
    copy_folder,
    load,
    replace_member,
    save,
    spliced,
)
from shotlog_otio.marker_json import Written, WrittenMarker, as_found, is_same, own_data, spelled
from shotlog_otio.markers.locations import (
    Place,
    Standing,
    Wanted,
    nowhere,
    object_at,
    standing_markers,
    unmarkable,
    wanted_markers,
)
from shotlog_otio.markers.marker_edits import Changes, change, spelling
from shotlog_otio.markers.matching import free_ids, pairs_of
from shotlog_otio.timeline import read_edit

_KINDS = {
    ".otio": "a plain timeline (.otio)",
    ".otioz": "a bundle (.otioz)",
    ".otiod": "a bundle that is a folder (.otiod)",
}


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
        destination: Where the result goes; may be the source itself. Of a bundle all is copied.
        markers: What is to stand there afterwards; ids differ.
        edit: The clips that the markers speak of.
        on: Whether markers stand on the timeline's stack or on their clips; those that belong to
            no clip stand on the stack either way.

    Returns:
        What was done. A marker that an editor has changed is kept as it is, and the new one of
        the same id is not written.

    Raises:
        TimelineMissing: from reading the source, as are the other errors of a timeline.
        TimelineUnreadable: also where the file no longer is the one that ``edit`` was read from,
            and where there is no list of markers to put one into.
        OutputNotWritable: see :func:`shotlog_otio.formats.saving.save`.
        DiskFull: likewise.
    """
    document = load(source)
    text = JsonText(document.text)
    try:
        wanted = wanted_markers(markers, edit, document.data, on)
        damaged = unmarkable(document.data, {item.owner for item in wanted})
        if wanted and damaged.issuperset(item.owner for item in wanted):
            raise nowhere(source, on)
        wanted = [item for item in wanted if item.owner not in damaged]
        changes, written = _plan(text, wanted, standing_markers(document.data))
        patched = _apply(text, changes)
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        raise TimelineUnreadable(
            str(source),
            f"markers cannot be put into it: {error}",
            "It may have been changed while it was analysed: run again.",
        ) from error
    _store(document, patched, destination)
    beside = destination.absolute().parent == document.path.absolute().parent
    stays = document.suffix != ".otio" or (beside and not document.path.is_symlink())
    astray = () if stays else _astray(edit, destination)
    told = {"astray": astray, "unmarked": _names(damaged, edit)}
    return written.model_copy(update={"changed": patched != document.text, **told})


def _names(places: Collection[Place], edit: Edit) -> tuple[str, ...]:
    """Return the names of the objects at some places: the timeline first, then clips in order."""
    clips = [clip for clip in edit.clips if clip.path in places]
    named = [clip.name or clip.id for clip in clips]
    return (*(["the timeline"] if len(clips) < len(places) else []), *named)


def _astray(edit: Edit, destination: Path) -> tuple[str, ...]:
    """Media that a copy of a timeline looks for where they are not."""
    there = {clip.id: clip.media for clip in read_edit(destination).clips}
    return tuple(
        dict.fromkeys(
            clip.media.path
            for clip in edit.clips
            if clip.media and (now := there.get(clip.id)) and now.path != clip.media.path
        )
    )


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
    leaving = [s for s in standing_markers(document.data) if edited or not s.edited]
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
    found = [as_found(s.marker, _name(data, s.owner)) for s in standing_markers(data)]
    return [marker for marker in found if marker is not None]


def _plan(
    text: JsonText, wanted: Sequence[Wanted], standing: Sequence[Standing]
) -> tuple[dict[Place, Changes], Written]:
    """What happens to which list, and how that is told."""
    pairs = pairs_of(wanted, standing)
    ids = free_ids(wanted, standing, pairs)
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
    here = destination.exists() and destination.samefile(document.path)
    folder = document.suffix == ".otiod"
    suffix = destination.suffix.lower()
    if not here and suffix != document.suffix and (folder or suffix in OTIO):
        kind = _KINDS[document.suffix]
        raise OutputNotWritable(str(destination), f"the timeline is {kind} and stays one")
    unchanged = text == document.text
    if unchanged and here:
        return
    data = (b"\xef\xbb\xbf" if document.bom else b"") + text.encode()
    if folder and not here:
        copy_folder(document.path, destination, data)
    elif document.member is None:
        save(document.file if folder else destination, data)
    elif unchanged:
        copy_file(document.path, destination)
    else:
        replace_member(document.path, destination, document.member, data)


def _name(data: Mapping[str, Any], owner: Place) -> str | None:
    """The name of a clip that carries a marker; None for the timeline's stack."""
    item = object_at(data, owner)
    is_clip = str(item.get("OTIO_SCHEMA")).startswith("Clip.") and owner
    return str(item.get("name") or "") if is_clip else None
