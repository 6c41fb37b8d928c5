"""Selects as a file, with our markers in it."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Literal

from shotlog.files import output_errors
from shotlog.markers import DEFAULT_OPTIONS, MarkerOptions, markers_of
from shotlog.schema import Marker, MarkerFamily
from shotlog.selects.picks import Selects, count_of_shots
from shotlog_otio import WriteResult, check_output, save, write_markers


def write_selects(
    path: Path,
    selects: Selects,
    options: MarkerOptions = DEFAULT_OPTIONS,
    *,
    on: Literal["timeline", "clips"] = "timeline",
    payload: Mapping[str, str] | None = None,
) -> WriteResult:
    """Write selects as an .otio file with markers; a reader sees the old file or the whole new one.

    The markers are those of the log, and one for each group with a name, as long as it: ``CS · 12
    shots``. It stands on the timeline, before the marker of its first shot.

    Args:
        path: The file; one that is there is replaced.
        selects: The selects.
        options: Which markers, their length and colours.
        on: The objects that hold the markers.
        payload: Facts for machines that markers of highlights hold, too.

    Raises:
        OutputNotWritable: see :func:`shotlog_otio.check_output`.
        DiskFull: There is no room for the file.
    """
    check_output(None, path)
    made = (_with(marker, payload) for marker in markers_of(selects.log, on=on, options=options))
    markers = [*_group_markers(selects, options), *made]
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        plain = Path(folder) / "selects.otio"
        plain.write_bytes(selects.timeline)
        for card, picture in selects.cards.items():  # first: the timeline names them
            with output_errors(card.parent):
                card.parent.mkdir(exist_ok=True)
            save(card, picture)
        return write_markers(plain, path, markers, selects.log.edit, on=on, options=options)


def _with(marker: Marker, payload: Mapping[str, str] | None) -> Marker:
    if payload is None or marker.family is not MarkerFamily.HIGHLIGHT:
        return marker
    facts = {f"highlight.{name}": value for name, value in payload.items()}
    return marker.model_copy(update={"payload": {**marker.payload, **facts}})


def _group_markers(selects: Selects, options: MarkerOptions) -> Iterator[Marker]:
    rate = selects.log.edit.rate
    clips = {clip.id: clip for clip in selects.log.edit.clips}
    for placed in selects.groups:
        group, count = placed.group, len(placed.clips)
        if not group.name:
            continue
        first = math.ceil(placed.range.start * rate)
        length = max(1, math.ceil(placed.range.end * rate) - first)
        seconds = float(sum(clips[clip].timeline.duration for clip in placed.clips))
        yield Marker(
            id=blake2b(f"group\0{group.key}".encode(), digest_size=8).hexdigest(),
            family=MarkerFamily.GROUP,
            name=f"{group.name} · {count_of_shots(count)}",
            note=f"A group of selects, {seconds:.1f} s in all",
            frame=first,
            duration=length if options.length == "shot" else min(length, options.length),
            rate=rate,
            payload={"group": group.key, "shots": count},
        )
