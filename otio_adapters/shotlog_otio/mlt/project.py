"""An MLT project: the services in it, their properties, and what refers to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from shotlog.schema import TimelineUnreadable
from shotlog_otio.mlt.times import frames_of
from shotlog_otio.xml_text import Element, XmlText

SERVICES = frozenset({"producer", "chain", "playlist", "tractor", "multitrack"})
"""Elements that can be shown: by a track, by an entry of a playlist, or as the project."""

_DEFAULT_RATE = Fraction(25)
"""The rate of a project without a profile: MLT then takes PAL."""

_HIGHEST_RATE = Fraction(10_000)


class MltProject:
    """The content of one file.

    Args:
        text: Its XML.
        path: The file, for errors.

    Attributes:
        text: Its XML.
        rate: Frames per second, of everything that is counted in it.
        warnings: A sentence for each assumption about it.

    Raises:
        TimelineUnreadable: It is another kind of XML, or tells no usable frame rate.
    """

    def __init__(self, text: XmlText, path: Path) -> None:
        if text.root.tag != "mlt":
            raise TimelineUnreadable(str(path), f"it is XML, but of <{text.root.tag}>, not of MLT")
        self.text = text
        self.warnings: list[str] = []
        self.rate = self._read_rate(str(path))
        self._services: dict[str, list[Element]] = {}
        for item in text.root.walk():
            if item.tag in SERVICES and (name := item.get("id")):
                self._services.setdefault(name, []).append(item)
        self._properties: dict[int, Mapping[str, str]] = {}

    @property
    def root_folder(self) -> str:
        """The folder at which relative paths start; "" where the file tells none."""
        return self.text.root.get("root") or ""

    def services(self) -> Iterator[Element]:
        """Yield the services that stand by themselves, in the order of the file."""
        return (item for item in self.text.root if item.tag in SERVICES)

    def named(self, name: str) -> Element | None:
        """Return the last service of an id; None where there is none."""
        found = self._services.get(name)
        return found[-1] if found else None

    def shown_by(self, reference: Element) -> Element | None:
        """Return the service that a track or an entry shows; None where the file lacks it.

        An id may be given more than once: the last definition before the reference counts.
        """
        if reference.tag in SERVICES:
            return reference
        inline = next((item for item in reference if item.tag in SERVICES), None)
        if inline is not None:
            return inline
        found = self._services.get(reference.get("producer") or "", [])
        before = [item for item in found if item.end <= reference.start]
        # Generators of files may put a definition later; MLT itself does not.
        after = [item for item in found if item.start >= reference.end]
        return next(iter((*reversed(before), *after)), None)

    def properties(self, item: Element) -> Mapping[str, str]:
        """Return the properties of an element by name, its attributes among them."""
        known = self._properties.get(id(item))
        if known is None:
            own = {p.get("name") or "": p.text for p in item if p.tag == "property"}
            known = self._properties[id(item)] = {**item.attrib, **own}
        return known

    def frames(self, item: Element, name: str) -> int | None:
        """Return the frames of a time among the properties of an element; None without it.

        Raises:
            ValueError: It is no time.
        """
        text = self.properties(item).get(name, "").strip()
        return frames_of(text, self.rate) if text else None

    def length(self, item: Element) -> int | None:
        """Return the frames that a service has by its own properties; None where it tells none.

        Raises:
            ValueError: They are no times.
        """
        if (out := self.frames(item, "out")) is not None:
            return out + 1
        return self.frames(item, "length")

    def _read_rate(self, subject: str) -> Fraction:
        profile = self.text.root.child("profile")
        if profile is None:
            self.warnings.append("the project has no profile; 25 frames per second were taken")
            return _DEFAULT_RATE
        try:
            number = int((profile.get("frame_rate_num") or "25")[:18])
            rate = Fraction(number, int((profile.get("frame_rate_den") or "1")[:18]))
        except (ValueError, ZeroDivisionError):
            rate = Fraction(0)
        if not 0 < rate <= _HIGHEST_RATE:
            raise TimelineUnreadable(
                subject,
                "its profile tells no usable frame rate"
                f" ({profile.get('frame_rate_num')}/{profile.get('frame_rate_den')})",
                "Open it in the editor that made it, set the frame rate and save it again.",
            )
        return rate
