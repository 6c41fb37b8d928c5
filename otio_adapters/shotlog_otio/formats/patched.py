"""The common base of formats that are read into a tree and patched in place."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from shotlog.markers import DEFAULT_OPTIONS, MarkerOptions
from shotlog.schema import (
    ANALYSED,
    ClipRange,
    Edit,
    Marker,
    MarkerFamily,
    OutputNotWritable,
    TimelineUnreadable,
    TimeRange,
)
from shotlog_otio.documents import check_output_file, check_replaceable, save
from shotlog_otio.formats.contract import Format
from shotlog_otio.markers import (
    FoundMarker,
    MarkerChanges,
    PlacedText,
    Target,
    WriteResult,
    WrittenMarker,
    plan_changes,
)
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions
from shotlog_otio.timeline import Node, Reading, TimelineTree, reading_of


class SourceFile(ABC):
    """A timeline file that was read: its content, its tree, and the way to patch its markers.

    Attributes:
        path: The file that was given.
        raw: Its content.
    """

    path: Path
    raw: bytes

    @property
    @abstractmethod
    def tree(self) -> TimelineTree:
        """The timeline in it, the chosen one of several."""

    @abstractmethod
    def place(
        self, markers: Sequence[Marker], reading: Reading, on: Target, options: MarkerOptions
    ) -> tuple[list[PlacedText], tuple[str, ...]]:
        """Return markers in the form of the format, each with the object that is to hold it.

        Args:
            markers: The markers, by frame.
            reading: What was read of this file.
            on: The objects to put markers on; those that belong to no clip go on the timeline
                either way.
            options: Their colours.

        Returns:
            The markers, and a sentence for each thing that the format made necessary: markers that
            were merged, moved, shortened or left out.
        """

    @abstractmethod
    def apply(self, changes: MarkerChanges) -> bytes:
        """Return the content of the file with other markers; every other byte stays as it is."""

    def markers(self) -> list[FoundMarker]:
        """Return the markers of the timeline and of everything in it, in the order of the tree.

        Those of a clip that the timeline shows more than once are listed once, where they are the
        same objects.
        """
        found = (marker for node in walk(self.tree.root) for marker in node.markers)
        return list(dict.fromkeys(found))


class PatchedFormat(Format):
    """A format whose files are read into a :class:`SourceFile`."""

    @abstractmethod
    def load(self, path: Path, options: ReadOptions = DEFAULT_READING) -> SourceFile:
        """Read a file.

        Raises:
            TimelineMissing: There is no such file.
            TimelineUnreadable: It is no file of this format, or a damaged one.
            TimelineAmbiguous: It holds several sequences, and it is not known which is meant.
        """

    def open(self, path: Path, options: ReadOptions = DEFAULT_READING) -> Reading:
        """Read a timeline: its clips with exact ranges and speed, its sound and its markers."""
        return reading_of(self.load(path, options).tree)

    def check_output(self, source: Path | None, output: Path) -> None:
        """Check, before the long work, that the marked timeline can be written."""
        if source is not None and os.path.realpath(output) == os.path.realpath(source):
            check_replaceable(output, output)
            return
        own = source.suffix.lower() if source else ""
        suffix = output.suffix.lower()
        if suffix not in self._suffixes_for(own):
            suffix = own if own in self.suffixes else min(self.suffixes)
        check_output_file(output, suffix)

    def check_marker_lists(self, source: Path, edit: Edit, *, on: Target = "timeline") -> None:
        """Check nothing: every file of the format takes markers."""
        del source, edit, on

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
        """Write markers into a timeline; every other byte of it stays as it is."""
        file = self.load(source, reading)
        now = reading_of(file.tree)
        if [clip.id for clip in now.edit.clips] != [clip.id for clip in edit.clips]:
            raise TimelineUnreadable(
                str(source),
                "it holds other clips than when it was analysed",
                "It may have been changed meanwhile: run again.",
            )
        placed, notes = file.place(markers, now, on, options)
        changes, result = plan_changes(placed, file.markers(), replacing)
        content = file.apply(changes) if changes else file.raw
        self._store(file, content, destination)
        facts = {
            "changed": content != file.raw,
            "notes": notes,
            "unlinked_media": self._unlinked_media(source, edit, destination, reading),
        }
        return result.model_copy(update=facts)

    def read_markers(
        self, path: Path, reading: ReadOptions = DEFAULT_READING
    ) -> list[WrittenMarker]:
        """Return our markers in a timeline as they now are, in the order of its tree."""
        file = self.load(path, reading)
        return list(_written(file.tree.root, file.tree))

    def clear_markers(
        self,
        source: Path,
        destination: Path,
        *,
        edited: bool = False,
        reading: ReadOptions = DEFAULT_READING,
    ) -> int:
        """Take our markers out of a timeline."""
        file = self.load(source, reading)
        own = [m for m in file.markers() if m.tag is not None and (edited or not m.edited)]
        content = file.apply(MarkerChanges(removed=own)) if own else file.raw
        self._store(file, content, destination)
        return len(own)

    def _suffixes_for(self, own: str) -> frozenset[str]:
        """Return the suffixes that the result of a file with a suffix of its own may have."""
        # A timeline that bears the suffix of another kind may be written under it again.
        return self.suffixes | {own}

    def _store(self, file: SourceFile, content: bytes, destination: Path) -> None:
        in_place = destination.exists() and destination.samefile(file.path)
        if in_place and content == file.raw:
            return
        suffix = destination.suffix.lower()
        own = file.path.suffix.lower()
        if not in_place and suffix and suffix not in self._suffixes_for(own):
            raise OutputNotWritable(
                str(destination), f"the timeline is a {min(self.suffixes)} file and stays one"
            )
        save(destination, content)

    def _unlinked_media(
        self, source: Path, edit: Edit, destination: Path, reading: ReadOptions
    ) -> tuple[str, ...]:
        """Return the media of an edit that the result, in another folder, does not find."""
        beside = destination.absolute().parent == source.absolute().parent
        if beside and not source.is_symlink():
            return ()
        present = {clip.id: clip.media for clip in self.read(destination, reading).clips}
        return tuple(dict.fromkeys(_moved(edit.clips, present)))


def _moved(clips: Sequence[ClipRange], present: Mapping[str, object]) -> Iterator[str]:
    for clip in clips:
        now = present.get(clip.id)
        if clip.media and now and now != clip.media:
            yield clip.media.path


def moved_to_timeline(markers: Sequence[Marker], on: Target, program: str) -> tuple[str, ...]:
    """Return a sentence where markers were asked for on clips that can hold none.

    Args:
        markers: The markers.
        on: The objects that were to hold them.
        program: Name of the program.
    """
    moved = on == "clips" and any(marker.clip is not None for marker in markers)
    return (f"clips of {program} hold no markers; all were put on the timeline",) if moved else ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all in it, outer nodes before inner."""
    pending = [node]
    while pending:
        item = pending.pop()
        yield item
        pending += (child.node for child in reversed(item.children))


def _written(root: Node, tree: TimelineTree) -> Iterator[WrittenMarker]:
    met: set[FoundMarker] = set()
    for node in walk(root):
        for marker in node.markers:
            if marker.tag is None or marker in met:
                continue
            met.add(marker)
            yield WrittenMarker(
                id=marker.tag.id,
                family=marker.tag.family,
                name=marker.name,
                note=marker.note,
                colour=marker.colour,
                range=TimeRange(start=marker.start, duration=marker.duration),
                rate=tree.rate,
                owner=None if node is root else node.name,
                wrote="" if marker.edited else marker.name,
                edited=marker.edited,
                payload={},
            )
