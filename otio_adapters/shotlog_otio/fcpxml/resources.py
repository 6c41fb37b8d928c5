"""The resources of an FCPXML file: formats, assets, effects, compound and multicam clips."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from shotlog.schema import TimeRange, exact_rate
from shotlog_otio.fcpxml.times import length_in, time_in
from shotlog_otio.xml_text import Element

_NAMED_RATES = MappingProxyType({
    "2398": Fraction(24000, 1001), "24": Fraction(24), "25": Fraction(25),
    "2997": Fraction(30000, 1001), "30": Fraction(30), "48": Fraction(48), "50": Fraction(50),
    "5994": Fraction(60000, 1001), "60": Fraction(60), "90": Fraction(90), "100": Fraction(100),
    "11988": Fraction(120000, 1001), "120": Fraction(120),
})  # fmt: skip
"""Ends of the names of Apple's own formats, such as ``FFVideoFormat1080p2398``."""

_NAME_END = re.compile(r"([pi])(\d+)")


class Asset(NamedTuple):
    """A media file.

    Attributes:
        source: Path or URL as the file writes it; None where it names none.
        available: Its range in its own time; None where that is not told.
        rate: Frames per second; None for sound and stills.
        picture: True where it has pictures.
        sound: True where it has sound.
        still: True for a single picture.
    """

    source: str | None
    available: TimeRange | None
    rate: Fraction | None
    picture: bool
    sound: bool
    still: bool


class Resources:
    """The resources of a file.

    Args:
        root: Its root element. In versions 1.2 and 1.3 the resources are in the project.
    """

    def __init__(self, root: Element) -> None:
        self._elements = {
            (item.tag, name): item
            for resources in root.walk()
            if resources.tag == "resources"
            for item in resources.children
            if (name := item.get("id")) is not None
        }
        self._assets: dict[str, Asset] = {}

    def name_of(self, kind: str, reference: str | None) -> str:
        """Return the name of a resource; "" where there is none."""
        found = self._elements.get((kind, reference or ""))
        return (found.get("name") if found is not None else None) or ""

    def rate(self, reference: str | None) -> Fraction | None:
        """Return the frames per second of a format; None where it tells none."""
        found = self._elements.get(("format", reference or ""))
        return None if found is None else _rate_of(found)

    def asset(self, reference: str | None) -> Asset | None:
        """Return the asset of an id; None where there is none.

        Raises:
            ValueError: Its start or length is no time.
        """
        if reference in self._assets:
            return self._assets[reference]
        found = self._elements.get(("asset", reference or ""))
        if found is None or reference is None:
            return None
        asset = self._assets[reference] = self._read(found)
        return asset

    def is_effect(self, reference: str | None) -> bool:
        """Return whether an id is that of a generator or title."""
        return ("effect", reference or "") in self._elements

    def timeline(self, reference: str | None) -> Element | None:
        """Return the ``sequence`` or ``multicam`` of a compound or multicam clip, or None."""
        media = self._elements.get(("media", reference or ""))
        if media is None:
            return None
        return media.child("sequence") or media.child("multicam")

    def compounds(self) -> Iterator[tuple[Element, Element]]:
        """Yield the media of every compound clip with its sequence."""
        for (kind, _), media in self._elements.items():
            sequence = media.child("sequence") if kind == "media" else None
            if sequence is not None:
                yield media, sequence

    def _read(self, element: Element) -> Asset:
        start, length = time_in(element, "start") or Fraction(0), length_in(element)
        told = element.get("hasVideo"), element.get("hasAudio")
        picture = told[0] == "1" or (told[0] is None and told[1] != "1")
        available = TimeRange(start=start, duration=length) if length else None
        rate = self.rate(element.get("format"))
        still = picture and length == 0 and told[1] != "1"
        return Asset(_source_of(element), available, rate, picture, told[1] == "1", still)


def _source_of(asset: Element) -> str | None:
    """Return the path of an asset: its own up to version 1.8, that of a representation since."""
    files = [item for item in asset.all("media-rep") if item.get("src")]
    originals = [f for f in files if f.get("kind", "original-media") == "original-media"]
    found = next(iter([*originals, *files]), asset)
    return found.get("src") or None


def _rate_of(format_: Element) -> Fraction | None:
    try:
        frame = time_in(format_, "frameDuration")
    except ValueError:
        frame = None
    if frame is not None and 0 < frame < 1000:
        return 1 / frame
    ends = _NAME_END.findall(format_.get("name") or "")
    if not ends:
        return None
    scan, digits = ends[-1]
    rate = _NAMED_RATES.get(digits)
    # Interlaced formats are named after their fields.
    return rate / 2 if rate is not None and scan == "i" and rate >= 50 else rate


def source_rate(text: str | None) -> Fraction | None:
    """Return the rate that ``srcFrameRate`` names: 24000/1001 for ``23.98``."""
    named = _NAMED_RATES.get((text or "").replace(".", ""))
    if named is not None or text is None:
        return named
    try:
        return (
            exact_rate(2 * Fraction(24000, 1001)) if text == "47.95" else exact_rate(Fraction(text))
        )
    except (ValueError, ZeroDivisionError):
        return None
