"""The contract of an exporter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from shotlog.markers import PlacedMarker
from shotlog.schema import Edit


class Exporter(ABC):
    """A kind of file that holds markers alone, to be brought into a timeline.

    Attributes:
        name: Unique name, in lower case.
        suffix: Suffix of its files, in lower case, with the dot; no two exporters share one.
        description: Name of the kind of file for people, with its article.
        most: Largest number of markers in a file; None if there is no limit.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]
    description: ClassVar[str]
    most: ClassVar[int | None] = None

    @abstractmethod
    def export(self, markers: Sequence[PlacedMarker], edit: Edit) -> bytes:
        """Return the content of a file.

        Texts of markers come from names of clips and files: whatever they hold, the file has the
        form of its kind, and nothing of them is run by the program that reads it.

        Args:
            markers: The markers, by frame, each on a frame of its own; not more than ``most``.
            edit: The timeline that they belong to. Its name may hold anything, too.
        """
