"""Crops read back from an FCPXML file: the inverse of what is written into its Transforms."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from shotlog_otio.crops.fcpxml import TRANSFORM, conform_share, digest_of, is_set, items_of
from shotlog_otio.crops.fcpxml_project import read_digests, read_pictures
from shotlog_otio.crops.shown import ShownClip, ShownCrops
from shotlog_otio.crops.transform import Placement, joined
from shotlog_otio.fcpxml import FcpxmlFormat, parse_time
from shotlog_otio.xml_text import Element

if TYPE_CHECKING:
    from shotlog_otio.fcpxml import FcpxmlFile, StoryItem


def shown_by_fcpxml(path: Path) -> ShownCrops:
    """Return the places of the pictures of a project.

    Raises:
        TimelineError: It cannot be read.
    """
    form = FcpxmlFormat()
    file, edit = form.load(path), form.read(path)
    items, told = items_of(file), read_digests(file.sequence) or frozenset()
    formats = {item.get("id"): item for item in file.text.root.walk() if item.tag == "format"}
    clips, warnings, aspect = [], [], None
    size = _size(formats.get(file.sequence.get("format")))
    try:
        aspect, pictures = read_pictures(file.sequence)
    except ValueError:
        pictures = {}
    others: list[str] = []
    for clip in edit.clips:
        item = items.get(clip.path)
        transform = item.element.child(TRANSFORM) if item is not None else None
        if item is None or transform is None or not is_set(transform):
            others.append(clip.name or clip.id)
            continue
        try:
            picture = pictures.get(clip.id) or _size(_media_format(file, item, formats))
            if picture is None or size is None:
                raise ValueError("the size of its picture or of the frame is not told")
            places = _places(transform, item, picture, size)
        except ValueError as error:
            warnings.append(f"{clip.name or clip.id}: its Transform is not followed: {error}")
            continue
        edited = f"{clip.id}={digest_of(transform)}" not in told
        clips.append(ShownClip(clip, picture, places, edited))
    return ShownCrops(aspect, size, tuple(clips), tuple(warnings), tuple(others))


def _size(told: Element | None) -> tuple[int, int] | None:
    try:
        width, height = (int((told and told.get(side)) or 0) for side in ("width", "height"))
    except ValueError:
        return None
    return (width, height) if width > 0 and height > 0 else None


def _media_format(
    file: FcpxmlFile, item: StoryItem, formats: dict[str | None, Element]
) -> Element | None:
    named = {each.get("id"): each for each in file.text.root.walk() if each.tag == "asset"}
    asset = named.get(item.element.get("ref"))
    return None if asset is None else formats.get(asset.get("format"))


def _places(
    transform: Element, item: StoryItem, picture: tuple[int, int], size: tuple[int, int]
) -> dict[Fraction, Placement]:
    if transform.get("enabled") == "0":
        raise ValueError("it is switched off")
    if float(transform.get("rotation") or 0) or _curve(transform, "rotation", item, 1):
        raise ValueError("it rotates the picture")
    width, height = size
    shown = conform_share(item.element, picture, size)
    scales = _curve(transform, "scale", item, 2) or {item.range.start: (1.0, 1.0)}
    if any(abs(x - y) > 1e-3 * abs(x) for x, y in scales.values()):
        raise ValueError("it scales width and height apart")
    places = _curve(transform, "position", item, 2) or {item.range.start: (0.0, 0.0)}
    return joined(
        {at: x / shown for at, (x, _) in scales.items()},
        {at: x / 100 * height / width for at, (x, _) in places.items()},
        {at: y / 100 for at, (_, y) in places.items()},
    )


def _curve(
    transform: Element, name: str, item: StoryItem, count: int
) -> dict[Fraction, tuple[float, ...]]:
    """Return the numbers of a value by moments of the timeline; none where it is not told."""
    timing, start = item.timing, item.range.start
    param = next((each for each in transform.all("param") if each.get("name") == name), None)
    told = {}
    for key in param.walk() if param is not None else ():
        if key.tag == "keyframe":
            local = parse_time(key.get("time") or "")
            told[start + (local - timing.start) / timing.pace] = key.get("value") or ""
    if not told:
        single = transform.get(name) or (param.get("value") if param is not None else None)
        told = {start: single} if single else {}
    found = {at: tuple(float(number) for number in text.split()) for at, text in told.items()}
    if any(len(numbers) != count for numbers in found.values()):
        raise ValueError(f"its {name} has another form")
    return found
