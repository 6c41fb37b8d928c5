"""The tree of a project of OpenShot: its layers as tracks, and the clips in them."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from shotlog.schema import TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.exact import LONGEST
from shotlog_otio.openshot.effects import facts_of
from shotlog_otio.openshot.values import number_in, objects_in
from shotlog_otio.references import ClipMedia, MediaFinder, generated
from shotlog_otio.relinking import Relinks
from shotlog_otio.timeline import Child, Kind, Node, retiming_by_keys, track_of

_LINEAR = 1
"""The way to reach a key from the one before it; 0 is a curve and 2 a jump."""

_MOST_KEYS = 100_000
_PICTURES = frozenset({"QtImageReader", "ImageReader", "TextReader", "QtHtmlReader"})


def rate_of(told: Any) -> Fraction | None:
    """Return the frame rate in ``{"num": 24, "den": 1}``; None where it is none."""
    if not isinstance(told, dict):
        return None
    number, by = told.get("num"), told.get("den")
    if not isinstance(number, int) or not isinstance(by, int) or by <= 0 or number <= 0:
        return None
    rate = Fraction(number, by)
    return rate if rate <= 10_000 else None


class LayerReader:
    """Reader of the clips of one project.

    Args:
        path: The project.
        rate: Its frames per second.
        relinks: The places to which media have moved.
    """

    def __init__(self, path: Path, rate: Fraction, relinks: Relinks) -> None:
        self._finder = MediaFinder.beside(path, relinks)
        self._rate = rate
        # OpenShot's folder of titles and the like, named after the project.
        self._assets = f"{path.stem[:248]}_assets"

    def tracks(self, clips: Sequence[Any], layers: Sequence[Any]) -> tuple[Node, ...]:
        """Return the tracks: those of picture, the lowest first, and those of sound.

        A layer is a track, and its number its height. A clip without a picture is on the track of
        sound of its layer.
        """
        names = {
            _layer(item, "number"): str(item.get("label") or "") for item in objects_in(layers)
        }
        picture: dict[int, list[Mapping[str, Any]]] = {number: [] for number in names}
        sound: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
        for clip in objects_in(clips):
            silent = _reader(clip).get("has_video") is False
            kind = sound if silent else picture
            kind.setdefault(_layer(clip, "layer"), []).append(clip)
        return (
            *(self._track(picture[n], names.get(n, ""), picture=True) for n in sorted(picture)),
            *(self._track(sound[n], names.get(n, ""), picture=False) for n in sorted(sound)),
        )

    def _track(self, clips: Sequence[Mapping[str, Any]], name: str, *, picture: bool) -> Node:
        placed = sorted(map(self._placed, clips), key=lambda pair: pair[0])
        children = (Child(n, start, node) for n, (start, node) in enumerate(placed))
        return track_of(tuple(children), picture=picture, name=name)

    def _placed(self, clip: Mapping[str, Any]) -> tuple[Fraction, Node]:
        position, start, end = (number_in(clip.get(key)) for key in ("position", "start", "end"))
        fault = None
        if position is None or start is None or end is None:
            fault = "its position, start or end is no number"
        elif max(position, start, end) > LONGEST:
            fault = "its position, start or end is out of all bounds"
        if fault or position is None or start is None or end is None:
            return Fraction(0), self._node(clip, 0, 0, fault)
        # Both ends to the nearest frames, as OpenShot itself takes them.
        first = round_half_up(position * self._rate)
        frames = max(0, round_half_up((position + end - start) * self._rate) - first)
        source = round_half_up(start * self._rate)
        return first / self._rate, self._node(clip, source, frames, None)

    def _node(self, clip: Mapping[str, Any], source: int, frames: int, fault: str | None) -> Node:
        reader, rate = _reader(clip), self._rate
        name = str(clip.get("title") or "") or _file_name(reader)
        keys = _time_keys(clip, rate)
        content = TimeRange(start=source / rate, duration=frames / rate)
        retiming = Retiming(content, frames / rate, Fraction(1))
        unknown = None
        if keys is None:
            unknown = "it has a speed ramp whose curve is not followed"
        elif len(keys) > 1 and frames:
            retiming = retiming_by_keys(keys, source, frames, rate)
        return Node(
            Kind.CLIP,
            name,
            retiming,
            media=self._media(reader, name, source, frames),
            rate=rate_of(reader.get("fps")) if reader.get("has_single_image") is not True else None,
            counted_at=rate,
            unknown_speed=unknown,
            fault=fault,
            facts=partial(facts_of, clip, source, frames, rate),
        )

    def _media(self, reader: Mapping[str, Any], name: str, source: int, frames: int) -> ClipMedia:
        written = str(reader.get("path") or "")
        if not written and reader.get("type") in _PICTURES:
            return generated(name, "a title")
        path = written
        if path.startswith("@assets"):
            path = self._assets + path.removeprefix("@assets")
        elif path.startswith(("@transitions", "@emojis")):
            return replace(generated(name, "a picture of OpenShot's own"), written=written)
        # OpenShot keeps the titles that it makes in a folder of its own.
        if path.lower().endswith(".svg") and "_assets/title/" in path.replace("\\", "/"):
            return replace(generated(name, "a title"), written=written)
        used = TimeRange(start=source / self._rate, duration=frames / self._rate)
        media = self._finder.clip_media(name, path, used=used, rate=rate_of(reader.get("fps")))
        if media.reference is None:
            return replace(media, written=written or None)
        # OpenShot counts from the first frame, whatever timecode the media have.
        length = number_in(reader.get("duration"))
        update = {"start": Fraction(0), "duration": length if length and length > 0 else None}
        if media.reference.sequence is not None or reader.get("has_single_image") is True:
            update["duration"] = None
        return replace(media, reference=media.reference.model_copy(update=update), written=written)


def round_half_up(value: Fraction) -> int:
    """Return the nearest whole number; of two the greater."""
    return math.floor(value + Fraction(1, 2))


def _layer(item: Mapping[str, Any], key: str) -> int:
    number = number_in(item.get(key))
    return 0 if number is None else round_half_up(number)


def _reader(clip: Mapping[str, Any]) -> Mapping[str, Any]:
    reader = clip.get("reader")
    return reader if isinstance(reader, dict) else {}


def _file_name(reader: Mapping[str, Any]) -> str:
    return re.split(r"[/\\]", str(reader.get("path") or ""))[-1]


def _time_keys(clip: Mapping[str, Any], rate: Fraction) -> list[tuple[Fraction, Fraction]] | None:
    """Return the keys of a clip's time curve as frames and media seconds, both from 0.

    Returns:
        None where the curve is not straight between its keys; one key or none is normal speed.
    """
    curve = clip.get("time")
    points = objects_in(curve.get("Points")) if isinstance(curve, dict) else []
    if len(points) < 2:
        return []
    keys: dict[Fraction, Fraction] = {}
    for number, point in enumerate(points[:_MOST_KEYS]):
        place = point.get("co")
        at = number_in(place.get("X")) if isinstance(place, dict) else None
        value = number_in(place.get("Y")) if isinstance(place, dict) else None
        if at is None or value is None or (number and point.get("interpolation") != _LINEAR):
            return None
        # OpenShot counts frames from 1.
        keys[at - 1] = (value - 1) / rate
    return sorted(keys.items())
