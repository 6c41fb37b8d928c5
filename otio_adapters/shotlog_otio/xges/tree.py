"""The tree of a project of GES: its layers as tracks, and the clips in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from shotlog.schema import NoPicture, TimeRange, nearest_frame
from shotlog_otio.dialects import Retiming
from shotlog_otio.exact import LONGEST, exact_scalar
from shotlog_otio.markers import FoundMarker
from shotlog_otio.references import ClipMedia, MediaFinder, generated
from shotlog_otio.timeline import Child, Kind, Node, track_of
from shotlog_otio.xges.effects import facts_reader, transition_facts
from shotlog_otio.xges.marker_list import GesMarkerList
from shotlog_otio.xges.structure import fields_of
from shotlog_otio.xml_text import Element, XmlText

_NANO = 10**9
_NOISE = Fraction(1, 10**6)
"""Seconds by which a time in nanoseconds may miss the frame that it stands for: it is rounded, by
some programs through a floating-point number."""

_VIDEO, _AUDIO = 4, 2
_CLIP = "clip"
"""The owner of markers on clips, which are read and never written."""

_GENERATED: Mapping[str, str] = {"GESTitleClip": "a title", "GESTestClip": "a test pattern"}
_SHOWN = frozenset({"GESUriClip", *_GENERATED})
"""Kinds of clips with a picture or sound of their own; others are effects and transitions."""

_OWN_NAME = re.compile(r"(?:uri|title|test)clip\d+")
_SPEED = re.compile(r"\bvideorate\b(?:.*?\brate=(?:\(\w+\))?([\d.eE+-]+))?")


@dataclass(frozen=True)
class _Asset:
    """The facts that the project tells of a media file."""

    rate: Fraction | None
    length: Fraction | None


class GesLayerReader:
    """Reader of the layers of one timeline.

    Args:
        text: The document.
        finder: Finds its media.
        rate: Frames per second of the timeline.
    """

    def __init__(self, text: XmlText, finder: MediaFinder, rate: Fraction) -> None:
        self._text = text
        self._finder = finder
        assets = [item for item in text.root.walk() if item.tag == "asset"]
        self._rate = rate
        self._assets = {item.get("id") or "": _read_asset(item) for item in assets}
        self._media: dict[tuple[str, str], ClipMedia] = {}

    def tracks(self, layer: Element) -> tuple[Node, Node]:
        """Return the track of picture and that of sound that a layer is."""
        clips = [item for item in layer.all("clip") if item.get("type-name") in _SHOWN]
        picture = [item for item in clips if _types(item) & _VIDEO]
        sound = [item for item in clips if _types(item) & (_VIDEO | _AUDIO) == _AUDIO]
        name = fields_of(layer.get("metadatas")).get("video::name", "")
        return (
            track_of(self._children(picture, _VIDEO), name=name, facts=transition_facts(layer)),
            track_of(self._children(sound, _AUDIO), name=name, picture=False),
        )

    def _children(self, clips: list[Element], kind: int) -> tuple[Child, ...]:
        placed = [self._placed(item, kind) for item in clips]
        placed.sort(key=lambda pair: pair[0])
        return tuple(Child(number, start, node) for number, (start, node) in enumerate(placed))

    def _placed(self, clip: Element, kind: int) -> tuple[Fraction, Node]:
        start, length = _time(clip, "start"), _time(clip, "duration")
        inpoint = _time(clip, "inpoint") or Fraction(0)
        fault = None
        if start is None or length is None:
            fault = "its start or duration is no time, or out of all bounds"
        begin = self._on_frame(start or Fraction(0))
        end = self._on_frame((start or Fraction(0)) + (length or Fraction(0)))
        return begin, self._node(clip, kind, end - begin, inpoint, fault)

    def _node(
        self, clip: Element, kind: int, length: Fraction, inpoint: Fraction, fault: str | None
    ) -> Node:
        url, name = clip.get("asset-id") or "", _name(clip)
        asset = self._assets.get(url) or _Asset(None, None)
        speed, unknown = _speed_of(clip) if kind == _VIDEO else (Fraction(1), None)
        first = self._on_frame(inpoint, asset.rate)
        content = TimeRange(start=first, duration=length * speed)
        return Node(
            Kind.CLIP,
            name,
            Retiming(content, length, speed),
            media=self._media_of(clip, url, name, asset),
            rate=asset.rate,
            counted_at=self._rate,
            enabled=_is_active(clip, kind),
            unknown_speed=unknown,
            fault=fault,
            markers=self._markers_on(clip) if kind == _VIDEO else (),
            facts=facts_reader(clip, inpoint, length, picture=kind == _VIDEO),
        )

    def _markers_on(self, clip: Element) -> tuple[FoundMarker, ...]:
        """Return the markers that Pitivi keeps on the picture of a clip, in time of its media."""
        found = (
            marker
            for source in clip.all("source")
            if "GESMarkerList" in (source.get("metadatas") or "")
            for marker in GesMarkerList(self._text, source, self._rate).found()
        )
        # Ours stand on the timeline alone.
        return tuple(replace(marker, owner=_CLIP, tag=None, edited=False) for marker in found)

    def _media_of(self, clip: Element, url: str, name: str, asset: _Asset) -> ClipMedia:
        if kind := _GENERATED.get(clip.get("type-name") or ""):
            return generated(name, kind)
        if (url, name) not in self._media:
            self._media[url, name] = self._found(url, name, asset)
        return self._media[url, name]

    def _found(self, url: str, name: str, asset: _Asset) -> ClipMedia:
        if url.lower().endswith(".xges"):
            error = NoPicture(
                name,
                f"it shows another project ({url}), whose clips are not followed",
                "Log that project by itself, or render it to a film and relink the clip.",
            )
            return ClipMedia(problem=error.problem, written=url)
        path, rate = _numbered(url)
        whole = TimeRange(start=Fraction(0), duration=asset.length or LONGEST)
        media = self._finder.clip_media(
            name, path, available=whole if asset.length or rate else None, rate=rate or asset.rate
        )
        if media.reference is not None:
            # In-points count from the first frame, whatever timecode the media have.
            update = {"start": Fraction(0), "duration": asset.length}
            media = replace(media, reference=media.reference.model_copy(update=update))
        return replace(media, available=None)

    def _on_frame(self, moment: Fraction, other: Fraction | None = None) -> Fraction:
        """Return the start of the frame that a time in nanoseconds stands for, else the time."""
        for rate in filter(None, (self._rate, other)):
            frame = nearest_frame(moment, rate) / rate
            if abs(frame - moment) <= _NOISE:
                return frame
        return moment


def _time(item: Element, name: str) -> Fraction | None:
    text = item.get(name) or ""
    if not (text.isascii() and text.isdigit()) or len(text) > 20:
        return None
    seconds = Fraction(int(text), _NANO)
    return seconds if seconds <= LONGEST else None


def _types(clip: Element) -> int:
    text = clip.get("track-types") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else _VIDEO | _AUDIO


def _name(clip: Element) -> str:
    name = fields_of(clip.get("properties")).get("name", "")
    if name and not _OWN_NAME.fullmatch(name):
        return name
    # Names of this form are GES's own numbers.
    path = re.split(r"[/\\]", (clip.get("asset-id") or "").partition("?")[0])[-1]
    return path if clip.get("type-name") == "GESUriClip" and path else name


def _is_active(clip: Element, kind: int) -> bool:
    """Return whether the picture or sound of a clip is switched on."""
    types = {1: _AUDIO, 0: _VIDEO}
    for source in clip.all("source"):
        facts = fields_of(source.get("properties"))
        told = facts.get("track-type", "")
        of = int(told) if told.isascii() and told.isdigit() and len(told) < 4 else types[0]
        if of == kind and facts.get("active", "true").lower() == "false":
            return False
    return True


def _speed_of(clip: Element) -> tuple[Fraction, str | None]:
    """Return the speed of a clip's picture, and the reason where it is not known."""
    speed = Fraction(1)
    for effect in clip.all("effect"):
        found = _SPEED.search(effect.get("asset-id") or "")
        if found is None or fields_of(effect.get("properties")).get("active") == "false":
            continue
        set_ = fields_of(effect.get("children-properties")).get("GstVideoRate::rate")
        try:
            speed *= exact_scalar(float(set_ or found[1] or 1))
        except (ValueError, OverflowError):
            return Fraction(1), "its speed is no number"
    if not 0 < speed <= 10_000:
        return Fraction(1), f"its speed is {float(speed):g}"
    return speed, None


def _numbered(url: str) -> tuple[str, Fraction | None]:
    """Return the path of numbered pictures and their rate; other URLs as they are."""
    found = re.fullmatch(r"(?:imagesequence|multifile)://(?P<path>[^?]*)(?:\?(?P<query>.*))?", url)
    if found is None:
        return url, None
    rate = re.search(r"framerate=(\d{1,9})/([1-9]\d{0,8})", found["query"] or "")
    return found["path"], Fraction(int(rate[1]), int(rate[2])) if rate else Fraction(25)


def _read_asset(item: Element) -> _Asset:
    length = fields_of(item.get("properties")).get("duration", "")
    known = length.isascii() and length.isdigit() and 0 < len(length) < 20
    rates = (rate_in(stream.get("caps")) for stream in item.all("stream-info"))
    seconds = Fraction(int(length), _NANO) if known else None
    return _Asset(
        next(filter(None, rates), None), seconds if seconds and seconds < LONGEST else None
    )


def rate_in(text: str | None) -> Fraction | None:
    """Return the frame rate in a text of capabilities; None where it tells no usable one."""
    found = re.search(r"framerate\\?=\\?\(fraction\\?\)\s*(\d{1,9})/(\d{1,9})", text or "")
    if found is None or not int(found[2]):
        return None
    rate = Fraction(int(found[1]), int(found[2]))
    return rate if 0 < rate <= 10_000 else None
