"""Crops in the text of a project of MLT: a filter with key frames on each clip.

The filter is MLT's ``affine`` as Shotcut's "Size, Position & Rotate" writes it. Its in- and
out-point are those of the clip, and its key frames count from there. Shotcut shows the filters of
what an entry shows, which it makes anew for every clip; where clips share it, as in projects of
other programs, the filter goes into the entry.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

from shotlog.schema import CropPath, Edit, Reframing, ShotlogError, nearest_frame
from shotlog_otio.crops.patched import PatchedCrops
from shotlog_otio.crops.transform import placement
from shotlog_otio.mlt import MltFormat, PieceReader, PlaylistPiece, frames_of, raw_element
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.xml_text import Element, XmlSplice, fill, insert_last, quote_attribute

_DIGEST: Final = "shotlog:crop"
"""A property of our filters: a digest of their key frames."""
ASPECT: Final = "shotlog:aspect"
"""A property of our filters: the aspect of the crop, as ``9/16``."""
PICTURE: Final = "shotlog:picture"
"""A property of our filters: the size of the upright picture of the media, as ``1920x1080``."""

RECT: Final = "transition.rect"
KEY = re.compile(r"\s*([\d:;.,]+?)\s*[|!~$a-zA-Z-]?=(.*)")
_PLACING = frozenset({
    "affine", "avfilter.crop", "crop", "movit.crop", "movit.rect", "movit.resize", "qtblend",
    "qtcrop",
})  # fmt: skip
"""Filters that place or cut a picture."""

_NESTED = "it lies in a nested sequence, whose own frame is that of the project"
_UNPLACED = "it was not found on the tracks of the project"
_SHARED = "it shares its media with another clip, and ends in a transition"


def patch_mlt(
    source: Path,
    destination: Path,
    reframing: Reframing,
    edit: Edit,
    *,
    size: tuple[int, int],
    reading: ReadOptions,
) -> PatchedCrops:
    """Return the content of a project of another size whose clips have filters with key frames.

    Args:
        source: The file; ``edit`` was read from it.
        destination: An earlier result, where there is one.
        reframing: The crops.
        edit: The clips.
        size: Width and height of the new frame in pixels.
        reading: The options with which ``edit`` was read.

    Raises:
        TimelineError: The file cannot be read any more.
    """
    holders = Holders(source, reading)
    edited = _edited(destination, edit)
    data, splices = holders.data, [_profile(holders.root, size)]
    written: list[str] = []
    kept: list[str] = []
    foreign, left = [], []
    for clip in edit.clips:
        path = reframing.path(clip.id)
        if path is None:
            continue
        piece = holders.piece_at(clip.id, nearest_frame(clip.timeline.start, edit.rate), clip.path)
        holder = None if piece is None else holders.holder(piece)
        if piece is None or holder is None:
            nested = clip.id.count("/") > 1
            reason = _SHARED if piece is not None else _NESTED if nested else _UNPLACED
            left.append(f"{clip.name}: {reason}")
        elif holders.is_placed(piece):
            foreign.append(clip.name or clip.id)
        else:
            xml = edited.get(clip.id)
            (written if xml is None else kept).append(clip.id)
            xml = xml or _filter(reframing, path, piece, edit.rate, size)
            put = insert_last if holder.children else fill
            splices.append(put(data, holder, xml))
    content = holders.file.project.text.patched(splices)
    return PatchedCrops(content, tuple(written), tuple(kept), tuple(foreign), tuple(left))


class Holders:
    """The clips of a project, and the elements that hold their filters."""

    def __init__(self, path: Path, reading: ReadOptions) -> None:
        self.file = MltFormat().load(path, reading)
        self._project = self.file.project
        self.root, self.data = self._project.text.root, self._project.text.data
        self._pieces = self.file.pieces()
        self._reader = PieceReader(self._project)
        lists = (item for item in self._project.services() if item.tag == "playlist")
        shown = (
            piece
            for item in lists
            if self._project.properties(item).get("xml_retain") != "1"
            for piece in self._reader.read(item)
        )
        self._users = Counter(id(piece.service) for piece in shown)

    def piece_at(self, clip: str, start: int, media: tuple[str | int, ...]) -> PlaylistPiece | None:
        """Return a clip of the timeline's own tracks by its first frame and its media."""
        if clip.count("/") > 1:
            return None
        at_start = (piece for piece in self._pieces if piece.start == start and piece.service)
        named = ((piece, piece.service.get("id")) for piece in at_start if piece.service)
        return next((piece for piece, name in named if (name,) == media), None)

    def holder(self, piece: PlaylistPiece) -> Element | None:
        """Return the element that is to hold the filter of a clip; None where there is none."""
        if self._users[id(piece.service)] < 2:
            return piece.service
        whole = self._reader.piece(piece.entry, piece.start)
        return piece.entry if whole.cut == piece.cut and not piece.dissolved else None

    def is_placed(self, piece: PlaylistPiece) -> bool:
        """Return whether a filter of the editor's own places or cuts the picture."""
        for facts in map(self._project.properties, self.filters(piece)):
            off = facts.get("disable") == "1" or facts.get("mlt_service") not in _PLACING
            if not off and _DIGEST not in facts:
                return True
        return False

    def filters(self, piece: PlaylistPiece) -> Iterator[Element]:
        """Yield the filters of a clip."""
        for owner in dict.fromkeys((piece.service, piece.entry)):
            yield from owner.all("filter") if owner is not None else ()

    def shown_filter(self, piece: PlaylistPiece) -> tuple[Element, bool] | None:
        """Return the filter that places a picture, and whether an editor has set or changed it."""
        for item in self.filters(piece):
            facts = self._project.properties(item)
            if (
                facts.get("disable") != "1"
                and facts.get("mlt_service") == "affine"
                and RECT in facts
            ):
                return item, _digest(facts[RECT], self._project.rate) != facts.get(_DIGEST)
        return None

    def own_filter(self, piece: PlaylistPiece) -> tuple[Element, bool] | None:
        """Return the filter of ours on a clip, and whether an editor has changed it."""
        for item in self.filters(piece):
            facts = self._project.properties(item)
            if _DIGEST in facts:
                now = _digest(facts.get(RECT, ""), self._project.rate)
                return item, now != facts[_DIGEST] or facts.get("disable") == "1"
        return None


def _profile(root: Element, size: tuple[int, int]) -> XmlSplice:
    """Return the splice that gives a project another size, with square pixels."""
    profile = root.child("profile")
    width, height = size
    aspect = Fraction(width, height)
    told = {
        **({} if profile is None else profile.attrib),
        "description": f"{width}x{height}",
        "width": str(width),
        "height": str(height),
        "sample_aspect_num": "1",
        "sample_aspect_den": "1",
        "display_aspect_num": str(aspect.numerator),
        "display_aspect_den": str(aspect.denominator),
    }
    if profile is None:
        told |= {"frame_rate_num": "25", "frame_rate_den": "1", "progressive": "1"}
    tag = "<profile " + " ".join(f"{k}={quote_attribute(v)}" for k, v in told.items()) + "/>"
    if profile is not None:
        return XmlSplice(profile.start, profile.end, tag)
    at = root.children[0].start
    return XmlSplice(at, at, tag)


def _filter(
    reframing: Reframing,
    path: CropPath,
    piece: PlaylistPiece,
    rate: Fraction,
    size: tuple[int, int],
) -> str:
    width, height = size
    fitted = min(width / path.width, height / path.height)
    keys = {}
    for key in path.keys:
        place = placement(reframing, path, key, size)
        across, down = (side * fitted * place.zoom for side in (path.width, path.height))
        left = width / 2 + place.pan * width - across / 2
        top = height / 2 - place.tilt * height - down / 2
        told = (round(value, 4) + 0.0 for value in (left, top, across, down))
        keys[nearest_frame(key.at, rate) - piece.start] = " ".join(map(str, (*told, 1)))
    rect = ";".join(f"{frame}={value}" for frame, value in keys.items())
    facts = {
        "background": "color:#00000000",
        "mlt_service": "affine",
        "shotcut:filter": "affineSizePosition",
        "transition.fill": 1,
        "transition.distort": 0,
        RECT: rect,
        "transition.valign": "middle",
        "transition.halign": "center",
        _DIGEST: _digest(rect, rate),
        ASPECT: reframing.aspect,
        PICTURE: f"{path.width}x{path.height}",
    }
    lines = [f'\n\t<property name="{name}">{value}</property>' for name, value in facts.items()]
    return f'<filter in="{piece.cut.first}" out="{piece.cut.last}">{"".join(lines)}\n</filter>'


def _edited(destination: Path, edit: Edit) -> dict[str, str]:
    """Return the filters of an earlier result that an editor has changed since, by clip id."""
    if not destination.is_file():
        return {}
    try:
        holders = Holders(destination, ReadOptions())
        former = {clip.id: clip for clip in MltFormat().read(destination).clips}
    except ShotlogError:  # no result of ours is there, so nothing is lost
        return {}
    found = {}
    for clip in edit.clips:
        there = former.get(clip.id)
        if there is None:
            continue
        start = nearest_frame(there.timeline.start, edit.rate)
        piece = holders.piece_at(clip.id, start, there.path)
        own = None if piece is None else holders.own_filter(piece)
        if own is not None and own[1]:
            raw = raw_element(holders.file.project.text, own[0])
            found[clip.id] = "\n".join(line.strip() for line in raw.splitlines())
    return found


def _digest(rect: str, rate: Fraction) -> str:
    """Return a digest of key frames: it tells whether an editor changed them.

    Programs write times and numbers of a file in another form when they save it.
    """
    told = []
    for key in rect.split(";"):
        found = KEY.fullmatch(key)
        try:
            frame = frames_of(found[1], rate) if found else 0
            numbers = [round(float(n), 1) + 0.0 for n in (found[2] if found else key).split()]
        except ValueError:
            return ""
        told.append((frame, numbers[:4]))
    return hashlib.blake2b(str(told).encode(), digest_size=8).hexdigest()
