"""Crops read back from a project of MLT: the inverse of what is written into its filters."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Final

from shotlog.schema import nearest_frame
from shotlog_otio.crops.mlt import ASPECT, KEY, PICTURE, RECT, Holders
from shotlog_otio.crops.shown import ShownClip, ShownCrops, whole_picture
from shotlog_otio.crops.transform import Placement
from shotlog_otio.mlt import MltFormat, PlaylistPiece, frames_of
from shotlog_otio.reading_options import DEFAULT_READING
from shotlog_otio.xml_text import Element

_ROTATION: Final = "transition.fix_rotate_x"
"""Degrees by which a picture is turned, in the filter of Shotcut."""


def shown_by_mlt(path: Path) -> ShownCrops:
    """Return the places of the pictures of a project.

    Raises:
        TimelineError: It cannot be read.
    """
    holders, edit = Holders(path, DEFAULT_READING), MltFormat().read(path)
    project = holders.file.project
    profile = holders.root.child("profile")
    clips, warnings, others, aspect = [], [], [], None
    for clip in edit.clips:
        start = nearest_frame(clip.timeline.start, edit.rate)
        piece = holders.piece_at(clip.id, start, clip.path)
        found = None if piece is None else holders.shown_filter(piece)
        if piece is None or found is None:
            others.append(clip.name or clip.id)
            continue
        item, edited = found
        facts = project.properties(item)
        try:
            if facts.get(_ROTATION, "0") not in ("0", "0.0"):
                raise ValueError("it rotates the picture")
            if profile is None:
                raise ValueError("the size of the frame is not told")
            size = whole_picture(f"{profile.get('width')}x{profile.get('height')}")
            picture = _picture(facts, project.properties(piece.service) if piece.service else {})
            aspect = aspect or (Fraction(facts[ASPECT]) if ASPECT in facts else None)
            places = {
                frame / edit.rate: _place(numbers, picture, size)
                for frame, numbers in _rects(facts.get(RECT, ""), item, piece, edit.rate).items()
            }
        except (ValueError, ZeroDivisionError) as error:
            warnings.append(f"{clip.name or clip.id}: its filter is not followed: {error}")
            continue
        clips.append(ShownClip(clip, picture, places, edited))
    size_told = None if not clips or profile is None else (
        whole_picture(f"{profile.get('width')}x{profile.get('height')}")
    )  # fmt: skip
    return ShownCrops(aspect, size_told, tuple(clips), tuple(warnings), tuple(others))


def _picture(facts: Mapping[str, str], media: Mapping[str, str]) -> tuple[int, int]:
    sides = f"{media.get('meta.media.width', 0)}x{media.get('meta.media.height', 0)}"
    return whole_picture(facts.get(PICTURE) or sides)


def _rects(
    told: str, item: Element, piece: PlaylistPiece, rate: Fraction
) -> dict[int, tuple[float, ...]]:
    """Return left, top, width and height of the picture by frames of the timeline."""
    # Key frames count from the first frame of the filter, which counts as the clip's media do.
    offset = frames_of(item.get("in") or str(piece.cut.first), rate) - piece.cut.first
    rects = {}
    for key in told.split(";"):
        found = KEY.fullmatch(key)
        frame = frames_of(found[1], rate) if found else 0
        numbers = tuple(float(number) for number in (found[2] if found else key).split())
        if len(numbers) < 4:
            raise ValueError("its place has another form")
        rects[piece.start + offset + frame] = numbers[:4]
    return rects


def _place(rect: tuple[float, ...], picture: tuple[int, int], size: tuple[int, int]) -> Placement:
    (left, top, across, down), (width, height) = rect, size
    fitted = min(width / picture[0], height / picture[1])
    # The picture keeps its aspect in the middle of its place.
    shown = min(across / picture[0], down / picture[1])
    pan = (left + across / 2 - width / 2) / width
    return Placement(shown / fitted, pan, -(top + down / 2 - height / 2) / height)
