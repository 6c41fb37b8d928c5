"""Projects of Kdenlive that were read: their timeline, and their content with other markers."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Sequence
from fractions import Fraction
from pathlib import Path

from shotlog.markers import MarkerOptions
from shotlog.schema import ClipRange, Marker, TimelineUnreadable, nearest_frame
from shotlog_otio.formats import SourceFile
from shotlog_otio.markers import FoundMarker, MarkerChanges, PlacedText, Target
from shotlog_otio.mlt.footage import FootageReader
from shotlog_otio.mlt.guide_list import Guide, GuideList
from shotlog_otio.mlt.guides import (
    Categories,
    PlacedGuide,
    category_of,
    found_guides,
    guide_of,
)
from shotlog_otio.mlt.kdenlive_project import CLIP_MARKERS, DOCUMENT, SEQUENCE, KdenliveProject
from shotlog_otio.mlt.marker_lines import normal_parts
from shotlog_otio.mlt.opening import open_project
from shotlog_otio.mlt.placing import Frames, GuidePlaces
from shotlog_otio.mlt.tree import Conventions, MltTreeBuilder
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.timeline import Reading, SequenceInfo, TimelineTree, choose_sequence
from shotlog_otio.xml_text import Element, XmlSplice

TIMELINE: Hashable = "guides"
"""The owner of the guides of the sequence; that of a clip's markers is its number in the bin."""


class KdenliveFile(SourceFile):
    """A project of Kdenlive.

    Args:
        path: The file.
        options: The sequence to read, and the places of media.

    Raises:
        TimelineMissing: as do the other errors of :meth:`PatchedFormat.load`.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.path = path
        project, self.raw = open_project(path)
        self._project = project
        self._kdenlive = KdenliveProject(project, path)
        settings = self._kdenlive.settings
        self._categories = Categories(settings.get(f"{DOCUMENT}guidesCategories", ""))
        self._lists: dict[Hashable, GuideList] = {}
        self._clip_markers: dict[Hashable, tuple[FoundMarker, ...]] = {}
        conventions = Conventions(
            name_of=self._kdenlive.name_of,
            original_of=self._kdenlive.clip_of,
            is_backdrop=self._kdenlive.is_backdrop,
            is_sound=self._kdenlive.is_sound,
            markers_on=self._markers_on,
            last_sound_first=True,
        )
        footage = FootageReader(project, path, options.relinks)
        self._builder = MltTreeBuilder(project, footage, conventions, str(path))
        self._tree = self._read(options.sequence)

    @property
    def tree(self) -> TimelineTree:
        """The chosen sequence."""
        return self._tree

    def _read(self, wanted: str | None) -> TimelineTree:
        sequences = self._kdenlive.sequences()
        contained = self._kdenlive.contained(sequences)
        rate = self._project.rate
        infos = [
            SequenceInfo(
                item.name,
                rate,
                self._builder.length(item.tractor),
                key=number,
                contained=item.uuid in contained,
                open=item.open,
            )
            for number, item in enumerate(sequences)
        ]
        chosen = choose_sequence(infos, wanted, str(self.path))
        sequence = sequences[int(str(chosen.key))]
        self._timeline = sequence.tractor
        self._add_lists(sequence.tractor, numbered=bool(sequence.uuid))
        guides = self._lists[TIMELINE]
        markers = tuple(found_guides(guides.guides, TIMELINE, rate, self._categories))
        root = self._builder.build(sequence.tractor, sequence.name, markers)
        several = [item._replace(chosen=item is chosen) for item in infos] if infos[1:] else []
        warnings = list(self._project.warnings)
        if guides.damaged:
            warnings.append("its list of guides is damaged and was passed over")
        return TimelineTree(
            name=sequence.name,
            rate=rate,
            root=root,
            sound_crosses=True,
            warnings=tuple(warnings),
            problems=tuple(self._builder.problems),
            sequences=tuple(several),
        )

    def _add_lists(self, tractor: Element, *, numbered: bool) -> None:
        holder = tractor if numbered else self._kdenlive.bin
        name = f"{SEQUENCE if numbered else DOCUMENT}guides"
        # A project without a bin cannot hold guides; the tractor is as good a place as any.
        self._lists[TIMELINE] = GuideList(self._project.text, holder or tractor, name)
        # Kdenlive writes the guides of a sequence a second time, as the markers of its clip.
        self._copy = GuideList(self._project.text, tractor, CLIP_MARKERS)

    def _markers_on(self, service: Element, start: Fraction) -> tuple[FoundMarker, ...]:
        clip = self._kdenlive.clip_of(service)
        owner = clip.get("id")
        if owner is None:  # Kdenlive names all; what has no name cannot be found again
            return ()
        if owner not in self._clip_markers:
            guides = GuideList(self._project.text, clip, CLIP_MARKERS)
            self._lists[owner] = guides
            found = found_guides(
                guides.guides, owner, self._project.rate, self._categories, origin=start
            )
            self._clip_markers[owner] = tuple(found)
        return self._clip_markers[owner]

    def place(
        self, markers: Sequence[Marker], reading: Reading, on: Target, options: MarkerOptions
    ) -> tuple[list[PlacedText], tuple[str, ...]]:
        """Return markers as guides, one on a frame."""
        places = GuidePlaces(self.markers(), self._project.rate, one_per_frame=True)
        clips = {clip.id: clip for clip in reading.edit.clips} if on == "clips" else {}
        placed: list[PlacedText] = []
        for marker in markers:
            owner, wanted, origin = self._wanted(marker, clips.get(marker.clip or ""), reading)
            frames = places.find(owner, wanted, origin, marker.id)
            if self._lists[owner].damaged:
                raise TimelineUnreadable(
                    str(self.path),
                    "no marker can be put into it: its list of guides or of markers is damaged",
                    "Open it in Kdenlive, save it and run again.",
                )
            if frames is not None:
                placed.append(self._guide(marker, owner, frames, origin, options))
        return placed, places.notes()

    def _wanted(
        self, marker: Marker, clip: ClipRange | None, reading: Reading
    ) -> tuple[Hashable, Frames, Fraction]:
        """Return the object for a marker, its frames there, and the time of the object's first."""
        if clip is None or clip.path == () or marker.source_start is None:
            return TIMELINE, Frames(marker.frame, marker.frame + marker.duration), Fraction(0)
        rate = self._project.rate
        origin = clip.media.start if clip.media and clip.media.start else Fraction(0)
        first = math.ceil((clip.source.start - origin) * rate)
        last = max(first + 1, math.floor((clip.source.end - origin) * rate))
        begin = marker.source_start - origin
        finish = begin + (marker.source_duration or 0)
        start = min(max(nearest_frame(begin, rate), first), last - 1)
        end = min(max(nearest_frame(finish, rate), start + 1), last)
        return str(clip.path[0]), Frames(start, end), origin

    def _guide(
        self,
        marker: Marker,
        owner: Hashable,
        frames: Frames,
        origin: Fraction,
        options: MarkerOptions,
    ) -> PlacedGuide:
        rate = self._project.rate
        name, note = normal_parts(marker.name, marker.note)
        return PlacedGuide(
            marker,
            owner,
            start=origin + frames.start / rate,
            duration=Fraction(0),
            rate=rate,
            name=name,
            note=note,
            colour=str(category_of(marker.family, options, self._categories)),
            frame=frames.start,
            length=frames.end - frames.start,
        )

    def apply(self, changes: MarkerChanges) -> bytes:
        """Return the content of the file with other markers."""
        edits: dict[Hashable, _Edits] = {}
        for found in changes.removed:
            edits.setdefault(found.owner, _Edits()).removed.add(int(str(found.key)))
        for found, item, tag in changes.replaced:
            edits.setdefault(found.owner, _Edits()).replaced[int(str(found.key))] = _as_guide(
                item, tag
            )
        for item, tag in changes.added:
            edits.setdefault(item.owner, _Edits()).added.append(_as_guide(item, tag))
        splices: list[XmlSplice] = []
        for owner, edit in edits.items():
            guides = self._lists[owner]
            splices += guides.changed(edit.replaced, frozenset(edit.removed), edit.added)
        gone = [item for item in changes.removed if item.owner == TIMELINE]
        gone += [found for found, _, _ in changes.replaced if found.owner == TIMELINE]
        splices += self._copy.changed({}, self._in_copy(gone), [])
        return self._project.text.patched(splices)

    def _in_copy(self, markers: Collection[FoundMarker]) -> frozenset[int]:
        """Return the numbers of markers of ours in the copy of the sequence's guides."""
        ids = {marker.id for marker in markers}
        copies = found_guides(self._copy.guides, None, self._project.rate, self._categories)
        return frozenset(int(str(m.key)) for m in copies if m.tag is not None and m.id in ids)


class _Edits:
    """Changes to one list of guides."""

    def __init__(self) -> None:
        self.replaced: dict[int, Guide] = {}
        self.removed: set[int] = set()
        self.added: list[Guide] = []


def _as_guide(item: PlacedText, tag: object) -> Guide:
    assert isinstance(item, PlacedGuide)  # noqa: S101 (what place gives)
    return guide_of(item, tag)  # type: ignore[arg-type]
