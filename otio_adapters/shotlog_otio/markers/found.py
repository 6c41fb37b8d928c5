"""Markers in files, those of others among them, and the changes to them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction

from shotlog.markers import MarkerTag
from shotlog.schema import Marker


@dataclass(frozen=True, eq=False)
class FoundMarker:
    """A marker in a file.

    Attributes:
        start: Its start on its owner's own clock, in seconds.
        duration: Its length on that clock; 0 where the format knows points.
        name: Its name.
        note: Its note, without our tag.
        colour: Its colour as the application names it, else ``#rrggbb``, else "".
        owner: The object that holds it: the position of a node in the file.
        key: Its position in the file, in a form that its format defines.
        tag: What we wrote with it; None for a marker of others.
        edited: True where it is ours and an editor has changed it.
        shown_at: Of a marker on a picture that stands still, its distance in seconds from the
            first moment that shows the picture; None where the clock of its owner runs.
    """

    start: Fraction
    duration: Fraction
    name: str
    note: str = ""
    colour: str = ""
    owner: Hashable = ()
    key: Hashable = None
    tag: MarkerTag | None = None
    edited: bool = False
    shown_at: Fraction | None = None

    @property
    def id(self) -> str:
        """Identity of a marker of ours; "" for others."""
        return self.tag.id if self.tag else ""

    @property
    def family(self) -> str:
        """Kind of a marker of ours; "" for others."""
        return self.tag.family.value if self.tag else ""

    @property
    def hash(self) -> str:
        """Hash of the content that we wrote; "" for a marker of others."""
        return self.tag.hash if self.tag else ""


@dataclass(frozen=True)
class PlacedText:
    """A marker to be written, in the form of one format.

    Attributes:
        marker: The marker.
        owner: The object that is to hold it.
        start: Its start on the owner's own clock, in seconds, on a frame of ``rate``.
        duration: Its length, in whole frames of ``rate``.
        rate: Frames per second in which the format counts there.
        name: Its name within the format's limits.
        note: Its note within the format's limits, without our tag; "" where the format has none.
        colour: Its colour in the format's own terms; "" where the format has none.
    """

    marker: Marker
    owner: Hashable
    start: Fraction
    duration: Fraction
    rate: Fraction
    name: str
    note: str = ""
    colour: str = ""

    @property
    def frames(self) -> tuple[int, int]:
        """Start and length in frames of :attr:`rate`."""
        return round(self.start * self.rate), round(self.duration * self.rate)


@dataclass
class MarkerChanges:
    """Changes to the markers of one file.

    Attributes:
        added: New markers, each with the tag that is written with it.
        replaced: New markers in place of those in the file, which stand on the same owner.
        removed: Markers to be taken out.
    """

    added: list[tuple[PlacedText, MarkerTag]] = field(default_factory=list)
    replaced: list[tuple[FoundMarker, PlacedText, MarkerTag]] = field(default_factory=list)
    removed: list[FoundMarker] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.replaced or self.removed)
