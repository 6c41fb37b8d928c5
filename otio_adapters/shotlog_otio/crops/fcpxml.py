"""Crops in the text of an FCPXML file: a Transform with key frames on each element of a clip.

The order of elements is that of Apple's DTD (1.10, ``intrinsic-params-video``). Key frames count on
the local time of their element, as its ``start`` does. ``position`` is in hundredths of the frame's
height, upwards; ``scale`` is against the size that Spatial Conform gives. Position takes neither
``interp`` nor ``curve``, scale takes ``curve``: so did others find by importing. No Final Cut Pro
was at hand to look at a result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace as replace_in
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from shotlog.schema import (
    ClipRange,
    CropPath,
    Edit,
    Reframing,
    ShotlogError,
)
from shotlog_otio.crops.fcpxml_project import metadata_splices, project_splices, read_digests
from shotlog_otio.crops.patched import PatchedCrops
from shotlog_otio.crops.transform import placement
from shotlog_otio.fcpxml import FcpxmlFormat, parse_time, write_time
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.xml_text import (
    Element,
    XmlSplice,
    fill,
    insert_after,
    insert_first,
    replace,
)

if TYPE_CHECKING:
    from shotlog_otio.fcpxml import FcpxmlFile, StoryItem

_BEFORE = frozenset({
    "note", "conform-rate", "timeMap", "object-tracker", "adjust-crop", "adjust-corners",
    "adjust-conform",
})  # fmt: skip
"""Elements that stand before a Transform."""

_HOLDERS = frozenset({"asset-clip", "clip", "sync-clip", "video"})
TRANSFORM = "adjust-transform"
"""Tag of a Transform."""
UNSET = {"position": "0 0", "scale": "1 1", "rotation": "0", "anchor": "0 0", "enabled": "1"}
_IN_NEST = "it lies in a compound or multicam clip, whose own frame keeps its aspect"
_CROPPED = "it has a Crop of your own, which changes its size"


def patch_fcpxml(
    source: Path,
    destination: Path,
    reframing: Reframing,
    edit: Edit,
    *,
    size: tuple[int, int],
    name: str,
    reading: ReadOptions,
) -> PatchedCrops:
    """Return the content of a file whose project has another size, a name, and key frames.

    Args:
        source: The file; ``edit`` was read from it.
        destination: An earlier result, where there is one.
        reframing: The crops.
        edit: The clips.
        size: Width and height of the new frame in pixels.
        name: The name of the new project.
        reading: The options with which ``edit`` was read.

    Raises:
        ReframingUnsupported: The timeline is a compound clip.
        TimelineError: The file cannot be read any more.
    """
    file = FcpxmlFormat().load(source, reading)
    items, edited = items_of(file), _edited(destination, edit, reading, name)
    data, splices, digests = file.text.data, [], []
    written, kept, foreign, left = [], [], [], []
    pictures = {}
    for clip, path in _with_paths(edit, reframing):
        item = items.get(clip.path)
        if item is None or item.element.tag not in _HOLDERS:
            left.append(f"{clip.name}: {_IN_NEST}")
            continue
        element = item.element
        there = element.child(TRANSFORM)
        if there is not None and is_set(there):
            foreign.append(clip.name or clip.id)
            continue
        if _is_cropped(element):
            left.append(f"{clip.name}: {_CROPPED}")
            continue
        if clip.id in edited:
            xml = edited[clip.id]
            kept.append(clip.id)
        else:
            xml, digest = _transform(reframing, path, item, size)
            digests.append(f"{clip.id}={digest}")
            written.append(clip.id)
        pictures[clip.id] = (path.width, path.height)
        splices.append(_insertion(data, element, there, xml))
    splices += project_splices(file, 1 / edit.rate, size, name)
    splices += metadata_splices(data, file.sequence, digests, reframing.aspect, pictures)
    content = file.text.patched(splices)
    return PatchedCrops(content, tuple(written), tuple(kept), tuple(foreign), tuple(left))


def _with_paths(edit: Edit, reframing: Reframing) -> Iterator[tuple[ClipRange, CropPath]]:
    for clip in edit.clips:
        path = reframing.path(clip.id)
        if path is not None:
            yield clip, path


def items_of(file: FcpxmlFile) -> dict[tuple[str | int, ...], StoryItem]:
    """Return the items of a timeline by the addresses of their elements."""
    return {item.address: item for item in (*file.primary, *file.connected)}


def is_set(transform: Element) -> bool:
    """Return whether a Transform changes anything."""
    told = {k: v.strip() for k, v in transform.attrib.items()}
    return bool(transform.children) or any(v != UNSET.get(k) for k, v in told.items())


def _is_cropped(element: Element) -> bool:
    crop = element.child("adjust-crop")
    return crop is not None and crop.get("mode") != "trim" and crop.get("enabled") != "0"


def _transform(
    reframing: Reframing, path: CropPath, item: StoryItem, size: tuple[int, int]
) -> tuple[str, str]:
    """Return the Transform of an element, and its digest."""
    width, height = size
    shown = conform_share(item.element, (path.width, path.height), size)
    places = [(item.local(key.at), placement(reframing, path, key, size)) for key in path.keys]
    positions = {
        at: f"{_number(p.pan * width / height * 100)} {_number(p.tilt * 100)}" for at, p in places
    }
    scales = {at: f"{(s := _number(p.zoom * shown))} {s}" for at, p in places}
    attributes, params = "", []
    for told, values, curve in (
        ("position", positions, ""), ("scale", scales, ' curve="linear"')
    ):  # fmt: skip
        first = next(iter(values.values()))
        if all(value == first for value in values.values()):
            attributes += f' {told}="{first}"'
        else:
            params.append(_param(told, values, curve))
    inner = "".join(f"\n{param}" for param in params)
    end = f">{inner}\n</{TRANSFORM}>" if params else "/>"
    return f"<{TRANSFORM}{attributes}{end}", _digest(positions, scales)


def conform_share(element: Element, picture: tuple[int, int], size: tuple[int, int]) -> float:
    """Return the scale at which a picture fits into the frame, against its Spatial Conform."""
    fits = (size[0] / picture[0], size[1] / picture[1])
    conform = element.child("adjust-conform")
    kind = (conform.get("type") if conform is not None else None) or "fit"
    return {"fit": 1.0, "fill": min(fits) / max(fits), "none": min(fits)}.get(kind, 1.0)


def _param(name: str, values: Mapping[Fraction, str], curve: str) -> str:
    keys = "".join(
        f'\n\t\t\t<keyframe time="{write_time(at)}" value="{value}"{curve}/>'
        for at, value in values.items()
    )
    return (
        f'\t<param name="{name}">\n\t\t<keyframeAnimation>{keys}'
        "\n\t\t</keyframeAnimation>\n\t</param>"
    )


def _number(value: float) -> str:
    return str(round(value, 6) + 0.0)  # -0.0 becomes 0.0


def _insertion(data: bytes, element: Element, there: Element | None, xml: str) -> XmlSplice:
    if there is not None:
        return replace(data, there, xml)
    before = [item for item in element.children if item.tag in _BEFORE]
    if before:
        return insert_after(data, before[-1], xml)
    return insert_first(data, element, xml) if element.children else fill(data, element, xml)


def _edited(destination: Path, edit: Edit, reading: ReadOptions, name: str) -> dict[str, str]:
    """Return the Transforms of an earlier result that an editor has changed since, by clip id."""
    if not destination.is_file():
        return {}
    try:
        form = FcpxmlFormat()
        reading = replace_in(reading, sequence=None if reading.sequence is None else name)
        file = form.load(destination, reading)
        former = {clip.id: clip.path for clip in form.read(destination, reading).clips}
    except ShotlogError:  # no result of ours is there, so nothing is lost
        return {}
    told = read_digests(file.sequence)
    if told is None:
        return {}
    items, found = items_of(file), {}
    for clip in edit.clips:
        item = items.get(former.get(clip.id, ()))
        transform = item.element.child(TRANSFORM) if item is not None else None
        if transform is not None and f"{clip.id}={digest_of(transform)}" not in told:
            raw = file.text.data[transform.start : transform.end].decode()
            found[clip.id] = "\n".join(line.strip() for line in raw.splitlines())
    return found


def digest_of(transform: Element) -> str:
    """Return the digest of a Transform as it stands in a file."""
    told: dict[str, dict[Fraction, str]] = {}
    for name in ("position", "scale"):
        params = [param for param in transform.all("param") if param.get("name") == name]
        keys = [key for param in params for key in param.walk() if key.tag == "keyframe"]
        try:
            times = [parse_time(key.get("time") or "") for key in keys]
        except ValueError:
            return ""
        values = dict(zip(times, (key.get("value") or "" for key in keys), strict=True))
        single = transform.get(name) or next((p.get("value") or "" for p in params), "")
        told[name] = values or {Fraction(0): single or UNSET[name]}
    return _digest(told["position"], told["scale"])


def _digest(*curves: Mapping[Fraction, str]) -> str:
    """Return a digest of the values of a Transform: it tells whether an editor changed them.

    Moments of a value that never changes tell nothing. Programs write numbers to other places.
    """
    parts = []
    for curve in curves:
        values = {at: _rounded(value) for at, value in curve.items()}
        still = len(set(values.values())) == 1
        first = next(iter(values.values()), ())
        parts.append(str(first) if still else str([(str(at), v) for at, v in values.items()]))
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def _rounded(value: str) -> tuple[float, ...]:
    try:
        return tuple(round(float(number), 3) + 0.0 for number in value.split())
    except ValueError:
        return ()
