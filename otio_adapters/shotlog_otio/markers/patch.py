"""Markers patched into the JSON text of a timeline; all other characters stay as they are.

A marker that already has the content that would be written is left alone, one that an editor has
changed is left alone for good, and all others of ours are replaced at their position, so that a
second run gives the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from shotlog.markers import DEFAULT_OPTIONS, MarkerOptions
from shotlog.schema import ANALYSED, Edit, Marker, MarkerFamily, TimelineUnreadable
from shotlog_otio.dialects import Dialect, dialect_of
from shotlog_otio.documents import Document, JsonPath, JsonText, apply_splices
from shotlog_otio.markers.content import MarkerContent
from shotlog_otio.markers.locations import (
    ExistingMarker,
    PlannedMarker,
    Target,
    find_own_markers,
    find_unusable_lists,
    get_object,
    no_list_error,
    plan_markers,
    stack_path,
)
from shotlog_otio.markers.marker_edits import ListChanges, build_splice, read_empty_list
from shotlog_otio.markers.matching import assign_ids, match_markers
from shotlog_otio.markers.otio_markers import found_in
from shotlog_otio.markers.results import WriteResult, WrittenMarker
from shotlog_otio.markers.returned import ReturnedMarkers
from shotlog_otio.markers.spelling import is_same, own_data, parse_marker


def add_markers(
    document: Document,
    markers: Sequence[Marker],
    edit: Edit,
    *,
    on: Target = "timeline",
    options: MarkerOptions = DEFAULT_OPTIONS,
    dialect: str | None = None,
    replacing: Collection[MarkerFamily] = ANALYSED,
) -> tuple[str, WriteResult]:
    """Put markers into the text of a timeline, in place of those that an earlier run wrote.

    Args:
        document: The timeline; ``edit`` was read from it.
        markers: All markers of the kinds ``replacing`` that it is to hold afterwards; ids differ.
        edit: The clips that the markers speak of.
        on: The objects to put markers on; those that belong to no clip go on the stack either way.
        options: Their colours.
        dialect: Name of the dialect to write them in; None takes that of the timeline.
        replacing: The kinds of our markers that are replaced; all others stay.

    Returns:
        The new text, and what was changed. A marker that an editor has changed is kept as it is,
        and the new one of the same id is not written.

    Raises:
        TimelineUnreadable: The document is not the one that ``edit`` was read from, or holds no
            list of markers to put one into.
    """
    text = document.layout
    try:
        spoken = dialect_of(document, dialect).coloured(options)
        planned = plan_markers(markers, edit, document.data, on, spoken)
        unusable = find_unusable_lists(document.data, {item.owner for item in planned})
        if planned and unusable.issuperset(item.owner for item in planned):
            raise no_list_error(document.path, on)
        planned = [item for item in planned if item.owner not in unusable]
        existing = [m for m in find_own_markers(document, spoken) if m.family in replacing]
        owners = dict.fromkeys(item.owner for item in planned)
        others = [m for owner in owners for m in found_in(document.data, owner, spoken)]
        returned = ReturnedMarkers(others)
        changes, result = _plan_changes(text, planned, existing, returned, spoken)
        patched = _apply(text, changes)
        notes = spoken.import_doubts(get_object(document.data, stack_path(edit, document.data)))
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        raise TimelineUnreadable(
            str(document.path),
            f"markers cannot be put into it: {error}",
            "It may have been changed while it was analysed: run again.",
        ) from error
    facts = {
        "changed": patched != document.text,
        "unmarked": _names(unusable, edit),
        "notes": notes,
    }
    return patched, result.model_copy(update=facts)


def remove_markers(document: Document, *, edited: bool = False) -> tuple[str, int]:
    """Take our markers out of the text of a timeline.

    Args:
        document: The timeline.
        edited: True to take out those as well that an editor has changed.

    Returns:
        The new text, and the number of markers that were taken out.
    """
    existing = find_own_markers(document, dialect_of(document))
    removed = [m for m in existing if edited or not m.edited]
    changes: dict[JsonPath, ListChanges] = defaultdict(ListChanges)
    for marker in removed:
        changes[marker.owner].removed.add(marker.position)
    return _apply(document.layout, changes), len(removed)


def list_markers(document: Document) -> list[WrittenMarker]:
    """Return our markers as they now are, the stack's first, then clip by clip."""
    data, dialect = document.data, dialect_of(document)
    existing = find_own_markers(document, dialect)
    parsed = (parse_marker(m.marker, _clip_name(data, m.owner), dialect) for m in existing)
    return [marker for marker in parsed if marker is not None]


def _names(paths: Collection[JsonPath], edit: Edit) -> tuple[str, ...]:
    """Return the names of the objects at some paths: the timeline first, then clips in order."""
    clips = [clip for clip in edit.clips if clip.path in paths]
    names = [clip.name or clip.id for clip in clips]
    return (*(["the timeline"] if len(clips) < len(paths) else []), *names)


def _plan_changes(
    text: JsonText,
    planned: Sequence[PlannedMarker],
    existing: Sequence[ExistingMarker],
    returned: ReturnedMarkers,
    dialect: Dialect,
) -> tuple[dict[JsonPath, ListChanges], WriteResult]:
    """Return the changes to each list of markers, and their counts."""
    contents = [
        MarkerContent.of(item.marker, item.start, item.duration, item.rate, dialect)
        for item in planned
    ]
    matches = match_markers(planned, existing, [content.hash for content in contents])
    ids = assign_ids(planned, existing, matches)
    former = _former_lists(text, planned, existing)
    changes: dict[JsonPath, ListChanges] = defaultdict(ListChanges)
    counts = {"added": 0, "replaced": 0, "removed": 0, "unchanged": 0}
    for n, (item, content) in enumerate(zip(planned, contents, strict=True)):
        match = matches.get(n)
        if match is not None and match.edited:
            continue
        if match is None and _is_returned(item, content, returned):
            counts["unchanged"] += 1
            continue
        new = content.as_json(ids[n], former[item.owner])
        if match is None:
            counts["added"] += 1
            changes[item.owner].added.append(new)
        elif match.owner == item.owner and is_same(match.marker, new):
            counts["unchanged"] += 1
        elif match.owner == item.owner:
            counts["replaced"] += 1
            changes[item.owner].replaced[match.position] = new
        else:  # its clip was moved, so it stands on another object now
            counts["replaced"] += 1
            changes[match.owner].removed.add(match.position)
            changes[item.owner].added.append(new)
    matched = {id(marker) for marker in matches.values()}
    for marker_in_file in existing:
        if id(marker_in_file) not in matched and not marker_in_file.edited:
            counts["removed"] += 1
            changes[marker_in_file.owner].removed.add(marker_in_file.position)
    return changes, WriteResult(**counts, kept=tuple(m.id for m in existing if m.edited))


def _is_returned(item: PlannedMarker, content: MarkerContent, returned: ReturnedMarkers) -> bool:
    family = item.marker.family
    return returned.take(item.owner, item.start, content.rate, family, content.name)


def _former_lists(
    text: JsonText, planned: Sequence[PlannedMarker], existing: Sequence[ExistingMarker]
) -> dict[JsonPath, str | None]:
    """Return, by object, the text of its empty list of markers before ours were put there."""
    former = {path: read_empty_list(text, text.find(path)) for path in {p.owner for p in planned}}
    for marker in existing:
        was = (own_data(marker.marker) or {}).get("was")
        if isinstance(was, str) and marker.owner in former:
            former[marker.owner] = was
    return former


def _apply(text: JsonText, changes: Mapping[JsonPath, ListChanges]) -> str:
    splices = [build_splice(text, text.find(path), item) for path, item in changes.items() if item]
    return apply_splices(text.text, splices)


def _clip_name(data: Mapping[str, Any], owner: JsonPath) -> str | None:
    """Return the name of the clip that holds a marker; None for the timeline's stack."""
    item = get_object(data, owner)
    is_clip = str(item.get("OTIO_SCHEMA")).startswith("Clip.") and owner
    return str(item.get("name") or "") if is_clip else None
