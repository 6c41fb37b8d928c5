"""The common base of the formats that hold OpenTimelineIO's JSON text."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar

from shotlog.markers import DEFAULT_OPTIONS, MarkerOptions
from shotlog.schema import ANALYSED, Edit, Marker, MarkerFamily, OutputNotWritable
from shotlog_otio.documents import Document, naming_other_formats
from shotlog_otio.formats.contract import Format, checked
from shotlog_otio.markers import (
    Target,
    WriteResult,
    WrittenMarker,
    add_markers,
    check_marker_lists,
    list_markers,
    remove_markers,
)
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions
from shotlog_otio.timeline import Reading, reading_of, tree_of

_SUFFIXES = frozenset({".otio", ".otioz", ".otiod"})


class OtioTextFormat(Format):
    """A format that holds OpenTimelineIO's JSON text, in a container of one kind or another.

    Attributes:
        description: Name of the format for people, with its article.
    """

    description: ClassVar[str]

    def load(self, path: Path) -> Document:
        """Read the document of a timeline.

        Raises:
            TimelineMissing: There is no such file.
            TimelineUnreadable: It is no OpenTimelineIO, or damaged; another format is named, media
                too.
            TimelineTooNew: It holds a schema that this OpenTimelineIO does not know yet.
        """
        with naming_other_formats(path):
            document = self._open(path)
            document.check()
        return document

    def read(self, path: Path, options: ReadOptions = DEFAULT_READING) -> Edit:
        """Read every video clip of a timeline; the markers in it are passed over."""
        return checked(reading_of(tree_of(self.load(path), options, markers=False)), path)

    def open(self, path: Path, options: ReadOptions = DEFAULT_READING) -> Reading:
        """Read a timeline: tracks and stacks are followed to any depth."""
        return reading_of(tree_of(self.load(path), options))

    def check_marker_lists(self, source: Path, edit: Edit, *, on: Target = "timeline") -> None:
        """Check, before the long work, that a timeline can hold at least one marker."""
        if edit.warnings:  # without a warning nothing is damaged, and reading takes a while
            check_marker_lists(self.load(source), edit, on=on)

    def write_markers(
        self,
        source: Path,
        destination: Path,
        markers: Sequence[Marker],
        edit: Edit,
        *,
        on: Target = "timeline",
        options: MarkerOptions = DEFAULT_OPTIONS,
        reading: ReadOptions = DEFAULT_READING,
        replacing: Collection[MarkerFamily] = ANALYSED,
    ) -> WriteResult:
        """Write markers into a timeline; every other character of its text stays as it is."""
        with naming_other_formats(source):
            document = self._open(source)  # ``edit`` was read from it, so it need not be checked
        text, result = add_markers(
            document,
            markers,
            edit,
            on=on,
            options=options,
            dialect=reading.dialect,
            replacing=replacing,
        )
        self._store(document, text, destination)
        # From the written file, as relative paths are searched from its folder.
        unlinked = self._unlinked_media(document, edit, destination, reading)
        return result.model_copy(update={"unlinked_media": unlinked})

    def read_markers(
        self, path: Path, reading: ReadOptions = DEFAULT_READING
    ) -> list[WrittenMarker]:
        """Return our markers in a timeline as they now are, the stack's first, then by clip."""
        del reading  # our own metadata tell all there is
        return list_markers(self.load(path))

    def clear_markers(
        self,
        source: Path,
        destination: Path,
        *,
        edited: bool = False,
        reading: ReadOptions = DEFAULT_READING,
    ) -> int:
        """Take our markers out of a timeline."""
        del reading
        document = self.load(source)
        text, count = remove_markers(document, edited=edited)
        self._store(document, text, destination)
        return count

    def _store(self, document: Document, text: str, destination: Path) -> None:
        in_place = destination.exists() and destination.samefile(document.path)
        suffix = destination.suffix.lower()
        # A file of one kind under the name of another would be refused by editors. A file of any
        # other name is allowed, but a folder must bear its suffix to be known.
        if not in_place and suffix not in self.suffixes and (self.is_folder or suffix in _SUFFIXES):
            raise OutputNotWritable(
                str(destination), f"the timeline is {self.description} and stays one"
            )
        if text != document.text:
            self._write(document, document.encode(text), destination, in_place=in_place)
        elif not in_place:  # an unchanged file is not written over itself
            self._copy(document, destination)

    def _unlinked_media(
        self, document: Document, edit: Edit, destination: Path, reading: ReadOptions
    ) -> tuple[str, ...]:
        """Return the media of an edit that the result does not find; a bundle brings its own."""
        del document, edit, destination, reading
        return ()

    @abstractmethod
    def _open(self, path: Path) -> Document:
        """Read the document from its container."""

    @abstractmethod
    def _write(self, document: Document, data: bytes, destination: Path, *, in_place: bool) -> None:
        """Write the document's container with another text, in UTF-8, in it."""

    @abstractmethod
    def _copy(self, document: Document, destination: Path) -> None:
        """Write the document's container as it is to another place."""
