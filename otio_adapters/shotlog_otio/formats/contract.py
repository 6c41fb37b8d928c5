"""The contract of a format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar

from shotlog.markers import DEFAULT_OPTIONS, MarkerOptions
from shotlog.plugins import PluginKind
from shotlog.schema import ANALYSED, Edit, Marker, MarkerFamily, TimelineEmpty
from shotlog_otio.markers import Target, WriteResult, WrittenMarker
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions
from shotlog_otio.timeline import Reading


class Format(ABC):
    """A kind of timeline file.

    Attributes:
        name: Unique name, in lower case.
        suffixes: Suffixes of its files, in lower case, with the dot.
        shared_suffixes: Those of them that other kinds of files have as well: such a file is a
            timeline by its content alone.
        is_folder: True where a timeline is a folder, not a file.
        exporter: Name of the exporter whose files ``shotlog analyze -o`` writes for a timeline of
            this format under another name, as programs import markers from those alone; None where
            the timeline itself is written with markers in it.
    """

    name: ClassVar[str]
    suffixes: ClassVar[frozenset[str]]
    shared_suffixes: ClassVar[frozenset[str]] = frozenset()
    is_folder: ClassVar[bool] = False
    exporter: ClassVar[str | None] = None

    @abstractmethod
    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether a file or folder is of this format by its content, whatever its name.

        Args:
            path: The file or folder.
            head: Its first :data:`shotlog.schema.HEAD_BYTES`; empty for a folder, and for a file
                that cannot be read.
        """

    def read(self, path: Path, options: ReadOptions = DEFAULT_READING) -> Edit:
        """Read every video clip of a timeline, with exact ranges and speed.

        Raises:
            TimelineEmpty: There is no video clip in it.
            TimelineError: see :meth:`open`.
        """
        return checked(self.open(path, options), path)

    @abstractmethod
    def open(self, path: Path, options: ReadOptions = DEFAULT_READING) -> Reading:
        """Read a timeline: its clips with their exact ranges and speed, its sound and its markers.

        A fault of one clip is a problem of that clip, and costs no other. No media need be there.
        A timeline without picture is returned with its sound and its markers; :meth:`read` refuses
        it.

        Args:
            path: The file or folder.
            options: The sequence to read, the dialect, and the places of media.

        Raises:
            TimelineMissing: There is no such file.
            TimelineAmbiguous: It holds several sequences, and it is not known which is meant.
            TimelineUnreadable: It is no timeline, or a damaged one.
            TimelineTooNew: It was written by a newer version than is read.
        """

    @abstractmethod
    def check_output(self, source: Path | None, output: Path) -> None:
        """Check, before the long work, that :meth:`write_markers` can write its result.

        Args:
            source: The timeline; None for one that is made of footage.
            output: The path of the result; may be the source itself, whatever its name.

        Raises:
            OutputNotWritable: The result cannot be written there.
        """

    @abstractmethod
    def check_marker_lists(self, source: Path, edit: Edit, *, on: Target = "timeline") -> None:
        """Check, before the long work, that a timeline can hold at least one marker.

        Args:
            source: The timeline.
            edit: The clips that were read from it.
            on: The objects to put markers on.

        Raises:
            TimelineUnreadable: It cannot.
        """

    @abstractmethod
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
        """Write markers into a timeline, in place of those that an earlier run wrote.

        Args:
            source: The timeline; ``edit`` was read from it.
            destination: The path of the result; may be the source itself. Of a bundle all is
                copied.
            markers: All markers of the kinds ``replacing`` that the result is to hold; ids differ.
            edit: The clips that the markers speak of.
            on: The objects to put markers on; those that belong to no clip go on the timeline
                either way.
            options: Their colours; what else it holds was regarded when the markers were made.
            reading: The options with which ``edit`` was read.
            replacing: The kinds of our markers that are replaced; all others stay.

        Returns:
            The changes. A marker that an editor has changed is kept as it is, and the new one of
            the same id is not written.

        Raises:
            TimelineMissing: from reading the source, as are the other errors of a timeline.
            TimelineUnreadable: also where the file no longer is the one that ``edit`` was read
                from, and where it cannot hold a marker.
            OutputNotWritable: The result cannot be written.
            DiskFull: There is no room for the result.
        """

    @abstractmethod
    def read_markers(
        self, path: Path, reading: ReadOptions = DEFAULT_READING
    ) -> list[WrittenMarker]:
        """Return our markers in a timeline as they now are, the timeline's own first.

        Raises:
            TimelineMissing: as are the other errors of a timeline.
        """

    @abstractmethod
    def clear_markers(
        self,
        source: Path,
        destination: Path,
        *,
        edited: bool = False,
        reading: ReadOptions = DEFAULT_READING,
    ) -> int:
        """Take our markers out of a timeline.

        Args:
            source: The timeline.
            destination: The path of the result; may be the source itself.
            edited: True to take out those as well that an editor has changed.
            reading: The sequence.

        Returns:
            The number of markers that were taken out. Errors are those of :meth:`write_markers`.
        """


def checked(reading: Reading, path: Path) -> Edit:
    """Return the clips of a timeline that was read.

    Raises:
        TimelineEmpty: There is no video clip in it.
    """
    if not reading.clips:
        raise TimelineEmpty(str(path))
    return reading.edit


FORMATS = PluginKind("shotlog.formats", Format, "format")
"""Formats; the content of a file tells which one it is of."""
