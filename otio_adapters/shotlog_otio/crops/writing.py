"""Crops written into a copy of a timeline; markers where a subject was lost."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from shotlog.markers import REFRAMED
from shotlog.schema import (
    Edit,
    Marker,
    MarkerFamily,
    Model,
    Reframing,
    ReframingUnsupported,
    ShotlogError,
    nearest_frame,
)
from shotlog_otio.crops.fcpxml import patch_fcpxml
from shotlog_otio.crops.json_file import crops_text, edited_paths
from shotlog_otio.crops.mlt import patch_mlt
from shotlog_otio.crops.otio import patch_crops, read_edited
from shotlog_otio.crops.patched import PatchedCrops
from shotlog_otio.documents import Document, check_output_file, save
from shotlog_otio.fcpxml import FcpxmlFormat
from shotlog_otio.formats import Format, OtioFormat, find_format, write_markers
from shotlog_otio.mlt import MltFormat
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions

_FORMATS: Final[Mapping[str, type[Format]]] = MappingProxyType({
    ".otio": OtioFormat, ".fcpxml": FcpxmlFormat, ".mlt": MltFormat,
})  # fmt: skip
CROP_SUFFIXES: Final = (*_FORMATS, ".json")
"""Suffixes of files that crops are written into."""


class WrittenCrops(Model):
    """The crops that a file holds now.

    Attributes:
        written: Ids of clips whose crop was written.
        kept: Ids of clips whose key frames an editor had changed in the file; they are kept.
        foreign: Names of clips that have a Transform of the editor's own, which is left alone.
        left: A sentence for each clip that cannot have key frames in this format.
        markers: Number of markers of lost subjects.
        doubts: Reasons why the editing program may not import the file, as sentences.
    """

    written: tuple[str, ...]
    kept: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    markers: int = 0
    doubts: tuple[str, ...] = ()


def check_crop_output(source: Path, destination: Path) -> None:
    """Check, before the long work, that crops of a timeline can be written to a file.

    Raises:
        ReframingUnsupported: The file is of a kind that holds none, or of another kind than the
            timeline.
        OutputNotWritable: It cannot be written.
    """
    suffix = destination.suffix.lower()
    if suffix not in CROP_SUFFIXES:
        raise ReframingUnsupported(str(destination))
    wanted = _FORMATS.get(suffix)
    if wanted is not None and not isinstance(find_format(source), wanted):
        message = f"{source.name} is no {suffix} file, and stays what it is"
        hint = f"Write a .json file, or export the timeline as {suffix} first."
        raise ReframingUnsupported(str(destination), message, hint)
    if destination.exists() and destination.samefile(source):
        message = "the timeline itself would be replaced"
        raise ReframingUnsupported(str(destination), message, "Choose another name.")
    check_output_file(destination, suffix)


def write_reframing(
    source: Path,
    destination: Path,
    reframing: Reframing,
    edit: Edit,
    *,
    size: tuple[int, int],
    name: str,
    reading: ReadOptions = DEFAULT_READING,
) -> WrittenCrops:
    """Write a copy of a timeline whose clips show their crops; all else in it stays as it is.

    Where the destination is an earlier result, clips whose key frames an editor has changed since
    keep them.

    Args:
        source: The timeline; ``edit`` was read from it.
        destination: The file, of the kind of the timeline: .otio for DaVinci Resolve, .fcpxml for
            Final Cut Pro, .mlt for Shotcut; or .json.
        reframing: The crops.
        edit: The clips.
        size: Width and height of the new frame in pixels.
        name: The name of the new timeline.
        reading: The options with which ``edit`` was read.

    Raises:
        ReframingUnsupported: see :func:`check_crop_output`.
        TimelineError: The timeline cannot be read any more.
        OutputNotWritable: The result cannot be written.
        DiskFull: There is no room for it.
    """
    check_crop_output(source, destination)
    if destination.suffix.lower() in _FORMATS:
        return _write_timeline(source, destination, reframing, edit, size, name, reading)
    kept = {path.clip: path for path in edited_paths(destination, edit, reframing)}
    paths = tuple(kept.get(path.clip, path) for path in reframing.paths)
    result = reframing.model_copy(update={"paths": paths})
    save(destination, (crops_text(result) + "\n").encode())
    return WrittenCrops(
        written=tuple(path.clip for path in paths if path.clip not in kept), kept=tuple(kept)
    )


def lost_markers(reframing: Reframing, edit: Edit) -> list[Marker]:
    """Return a yellow marker for every stretch without a subject, in order of time."""
    counts: Counter[str] = Counter()
    markers = []
    for path in reframing.paths:
        for lost in path.lost:
            first = nearest_frame(lost.range.start, edit.rate)
            end = nearest_frame(lost.range.end, edit.rate)
            subject = f"reframing\0{path.clip}\0{first}"
            digest = hashlib.blake2b(subject.encode(), digest_size=8).hexdigest()
            counts[digest] += 1
            markers.append(
                Marker(
                    id=f"{digest}-{counts[digest]}",
                    family=MarkerFamily.REFRAMING,
                    name=f"{REFRAMED} · centre",
                    note=f"The middle of {path.name} is shown: {lost.reason}.",
                    frame=first,
                    duration=max(1, end - first),
                    rate=edit.rate,
                    payload={"reason": lost.reason},
                )
            )
    return sorted(markers, key=lambda marker: marker.frame)


def _write_timeline(
    source: Path,
    destination: Path,
    reframing: Reframing,
    edit: Edit,
    size: tuple[int, int],
    name: str,
    reading: ReadOptions,
) -> WrittenCrops:
    suffix = destination.suffix.lower()
    if suffix == ".fcpxml":
        patched = patch_fcpxml(
            source, destination, reframing, edit, size=size, name=name, reading=reading
        )
    elif suffix == ".mlt":
        patched = patch_mlt(source, destination, reframing, edit, size=size, reading=reading)
    else:
        patched = _patch_otio(source, destination, reframing, edit, size, name)
    save(destination, patched.content)
    shown = reframing.model_copy(
        update={"paths": tuple(p for p in reframing.paths if p.clip in patched.written)}
    )
    markers = lost_markers(shown, edit)
    result = write_markers(
        destination, destination, markers, edit, reading=_of_copy(reading, name, suffix),
        replacing={MarkerFamily.REFRAMING},
    )  # fmt: skip
    return WrittenCrops(
        written=patched.written,
        kept=patched.kept,
        foreign=patched.foreign,
        left=patched.left,
        markers=result.added + result.replaced + result.unchanged,
        doubts=result.notes,
    )


def _of_copy(reading: ReadOptions, name: str, suffix: str) -> ReadOptions:
    """Return the options that choose the same timeline in the copy, where it has the new name."""
    if reading.sequence is None or suffix != ".fcpxml":
        return reading
    return replace(reading, sequence=name)


def _patch_otio(
    source: Path,
    destination: Path,
    reframing: Reframing,
    edit: Edit,
    size: tuple[int, int],
    name: str,
) -> PatchedCrops:
    form = OtioFormat()
    document = form.load(source)
    edited = _former_effects(form, destination, edit)
    return patch_crops(document, edit, reframing, size=size, name=name, edited=edited)


def _former_effects(form: OtioFormat, path: Path, edit: Edit) -> Mapping[str, dict[str, Any]]:
    """Return what an editor has changed in an earlier result; nothing where there is none."""
    if not path.is_file():
        return {}
    try:
        document: Document = form.load(path)
        found = read_edited(document, edit)
    except (ShotlogError, LookupError, TypeError):  # no result of ours is there, so nothing is lost
        return {}
    return found
