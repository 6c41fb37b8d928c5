"""The content of story elements that show a file, or a picture that the editor makes."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from shotlog.schema import TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.fcpxml.items import Timing
from shotlog_otio.fcpxml.resources import Asset, Resources
from shotlog_otio.fcpxml.retiming import Course
from shotlog_otio.references import ClipMedia, MediaFinder, generated
from shotlog_otio.timeline import Kind, Node
from shotlog_otio.xml_text import Element

_NONE = Fraction(0)
UNSET = Retiming(TimeRange(start=_NONE, duration=_NONE), _NONE, Fraction(1))
"""The range of a node whose place is not known yet."""


class Content(NamedTuple):
    """The content of an element.

    Attributes:
        node: A node without range, place and markers.
        shift: What is added to the original time of the element for the clock of the node.
        frozen: The moment of the content that a still shows.
    """

    node: Node
    shift: Fraction = _NONE
    frozen: Fraction | None = None

    @property
    def still(self) -> bool:
        """True where the same picture is shown all the time."""
        return self.frozen is not None

    def course(self, timing: Timing) -> Course:
        """Return the course of an element with a time map, or of a still, through it."""
        if self.frozen is not None:
            return Course.of_freeze(self.frozen)
        return timing.course or Course(((_NONE, _NONE), (Fraction(1), Fraction(1))))


class MediaReader:
    """Reader of the files that elements refer to.

    Args:
        resources: Those of the file.
        finder: Finds media.
        picture: False to read sound.
    """

    def __init__(self, resources: Resources, finder: MediaFinder, *, picture: bool) -> None:
        self._resources = resources
        self._finder = finder
        self._picture = picture
        self._media: dict[str, ClipMedia] = {}

    def of_media(self, element: Element) -> Content | None:
        """Return the content of an element that refers to a file or to a generator.

        Raises:
            ValueError: A time of the file is none.
        """
        reference = element.get("ref")
        asset = self._resources.asset(reference)
        if asset is None and self._resources.is_effect(reference):
            kind = self._resources.name_of("effect", reference) or "a generator"
            return self.generated(element, kind)
        heard, seen = element.tag != "video", element.tag != "audio"
        if asset is None:
            if not (seen if self._picture else heard and not seen):
                return None
            return Content(self._clip(element, self._finder.clip_media(name_of(element), None)))
        if not (asset.picture and seen if self._picture else asset.sound and heard):
            return None
        media = self._media.get(reference or "")
        if media is None:
            media = self._media[reference or ""] = self._found(asset, element)
        node = self._clip(element, media, asset.rate if self._picture else None)
        start = asset.available.start if asset.available else _NONE
        return Content(node, frozen=start if asset.still and self._picture else None)

    def _found(self, asset: Asset, element: Element) -> ClipMedia:
        return self._finder.clip_media(
            name_of(element), asset.source, available=asset.available, rate=asset.rate
        )

    def generated(self, element: Element, kind: str) -> Content | None:
        """Return a picture that the editor makes, of a kind."""
        if not self._picture:
            return None
        return Content(self._clip(element, generated(name_of(element), kind)))

    def _clip(self, element: Element, media: ClipMedia, rate: Fraction | None = None) -> Node:
        reference = element.get("ref")
        name = element.get("name") or self._resources.name_of("asset", reference)
        return Node(
            Kind.CLIP, name, UNSET, media=media, rate=rate, counted_at=rate, picture=self._picture
        )

    def missing(self, element: Element) -> Content | None:
        """Return the content of a nest that the file does not hold: a clip without media."""
        if not self._picture:
            return None
        return Content(self._clip(element, self._finder.clip_media(name_of(element), None)))


def name_of(element: Element) -> str:
    """Return the name of an element; may be empty."""
    return element.get("name") or ""
