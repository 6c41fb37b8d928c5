"""The contract of an exporter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from shotlog.markers import TextLimits
from shotlog.plugins import PluginKind
from shotlog.schema import Edit
from shotlog_otio.exporters.fitting import Crowd, ExportMarker, Fitted, fit_markers


class Export(NamedTuple):
    """The content of a file of markers, and sentences on what its format made necessary."""

    content: bytes
    notes: tuple[str, ...] = ()


class Exporter(ABC):
    """A kind of file that holds markers alone, to be brought into a timeline or beside a film.

    Attributes:
        name: Unique name, in lower case.
        suffix: Suffix of its files, in lower case, with the dot.
        description: Name of the kind of file for people, with its article.
        imported: The program that reads it, and its menu entry; a sentence without its full stop.
        palette: Key of :data:`shotlog.markers.PALETTES` for its colours.
        owns_suffix: True where a file of this suffix is of this kind unless another is named; of
            the exporters of one suffix, one at most is that.
        beside_timelines: True where ``shotlog watch`` writes it beside a marked timeline.
        most: Largest number of markers in a file; None if there is no limit.
        limits: Longest name and note of a marker.
        crowd: What becomes of markers that begin on one frame.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]
    description: ClassVar[str]
    imported: ClassVar[str]
    palette: ClassVar[str] = "otio"
    owns_suffix: ClassVar[bool] = True
    beside_timelines: ClassVar[bool] = False
    most: ClassVar[int | None] = None
    limits: ClassVar[TextLimits] = TextLimits()
    crowd: ClassVar[Crowd] = Crowd.STAY

    def export(self, markers: Sequence[ExportMarker], edit: Edit) -> Export:
        """Return the content of a file, and sentences on what was merged, moved or shortened.

        Args:
            markers: The markers, in any order; not more than :attr:`most`.
            edit: The timeline that they belong to.
        """
        fitted = self.fit(markers, edit)
        return Export(self.write(fitted.markers, edit), fitted.notes)

    def fit(self, markers: Sequence[ExportMarker], edit: Edit) -> Fitted:
        """Return the markers as the format can hold them; overridden where it has more rules."""
        return fit_markers(markers, edit, limits=self.limits, crowd=self.crowd)

    @abstractmethod
    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file.

        Texts of markers come from names of clips and files: whatever they hold, the file has the
        form of its kind, and nothing of them is run by the program that reads it.

        Args:
            markers: The markers, by frame, as :meth:`fit` returned them.
            edit: The timeline that they belong to. Its name may hold anything, too.
        """


EXPORTERS = PluginKind("shotlog.exporters", Exporter, "exporter")
"""Exporters; the suffix of a file or ``shotlog export --to`` chooses one."""
