"""Projects of MLT that were read: their timeline, and their content with other markers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from shotlog.markers import MarkerOptions
from shotlog.schema import Marker, TimelineEmpty
from shotlog_otio.formats import SourceFile, moved_to_timeline
from shotlog_otio.markers import MarkerChanges, PlacedText, Target
from shotlog_otio.mlt.footage import FootageReader
from shotlog_otio.mlt.marker_lines import normal_parts
from shotlog_otio.mlt.opening import open_project
from shotlog_otio.mlt.pieces import PieceReader, PlaylistPiece, tracks_in
from shotlog_otio.mlt.project import MltProject
from shotlog_otio.mlt.shotcut_markers import TIMELINE, ShotcutMarkers, colour_of
from shotlog_otio.mlt.tree import Conventions, MltTreeBuilder
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.timeline import Reading, SequenceInfo, TimelineTree, choose_sequence
from shotlog_otio.xml_text import Element


class MltFile(SourceFile):
    """A project of MLT.

    Args:
        path: The file.
        options: The places of media.

    Attributes:
        project: Its content.

    Raises:
        TimelineMissing: as do the other errors of :meth:`PatchedFormat.load`.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.path = path
        project, self.raw = open_project(path)
        self.project = project
        timeline = self._timeline = _timeline_of(project)
        if timeline is None:
            raise TimelineEmpty(str(path))
        by_shotcut = "shotcut" in project.properties(timeline)
        conventions = Conventions(
            name_of=lambda service: project.properties(service).get("shotcut:caption", "").strip(),
            original_of=lambda service: service,
            is_backdrop=lambda _, service: by_shotcut and service.get("id") == "background",
            is_sound=_is_sound,
            markers_on=lambda service, start: (),
        )
        footage = FootageReader(project, path, options.relinks)
        builder = MltTreeBuilder(project, footage, conventions, str(path))
        self._markers = ShotcutMarkers(project, timeline)
        whole = SequenceInfo(path.stem, project.rate, builder.length(timeline))
        choose_sequence([whole], options.sequence, str(path))
        root = builder.build(timeline, path.stem, tuple(self._markers.found()))
        self._tree = TimelineTree(
            name=path.stem,
            rate=project.rate,
            root=root,
            sound_crosses=True,
            pictures_sound=True,
            warnings=tuple(project.warnings),
            problems=tuple(builder.problems),
        )

    def pieces(self) -> list[PlaylistPiece]:
        """Return the clips of the timeline's own tracks, of picture and of sound."""
        assert self._timeline is not None  # noqa: S101 (a project without one is not opened)
        reader = PieceReader(self.project)
        tracks = tracks_in(self._timeline) or [self._timeline]
        shown = (self.project.shown_by(track) for track in tracks)
        return [piece for service in shown if service is not None for piece in reader.read(service)]

    @property
    def tree(self) -> TimelineTree:
        """The timeline."""
        return self._tree

    def place(
        self, markers: Sequence[Marker], reading: Reading, on: Target, options: MarkerOptions
    ) -> tuple[list[PlacedText], tuple[str, ...]]:
        """Return markers as Shotcut has them, all on the timeline: its clips have none."""
        del reading
        placed = [self._placed(marker, options) for marker in markers]
        return placed, moved_to_timeline(markers, on, "MLT")

    def _placed(self, marker: Marker, options: MarkerOptions) -> PlacedText:
        name, note = normal_parts(marker.name, marker.note)
        length = marker.duration if marker.duration > 1 else 0
        return PlacedText(
            marker,
            TIMELINE,
            start=Fraction(marker.frame) / marker.rate,
            duration=Fraction(length) / marker.rate,
            rate=self.project.rate,
            name=name,
            note=note,
            colour=colour_of(marker.family, options),
        )

    def apply(self, changes: MarkerChanges) -> bytes:
        """Return the content of the file with other markers."""
        return self._markers.patched(changes)


def _timeline_of(project: MltProject) -> Element | None:
    """Return the service that a project plays; None where it has none.

    It is Shotcut's timeline; else the one that the root element names, unless that is only kept for
    the editor; else the last tractor, playlist or producer.
    """
    services = [item for item in project.services() if not _is_retained(project, item)]
    tractors = [item for item in services if item.tag == "tractor"]
    shotcut = [item for item in tractors if "shotcut" in project.properties(item)]
    named = project.named(project.text.root.get("producer") or "")
    if shotcut:
        return shotcut[-1]
    if named is not None and not _is_retained(project, named):
        return named
    lists = [item for item in services if item.tag == "playlist"]
    return next(iter([*reversed(tractors), *reversed(lists), *reversed(services)]), None)


def _is_retained(project: MltProject, service: Element) -> bool:
    return project.properties(service).get("xml_retain") == "1"


def _is_sound(facts: Mapping[str, str]) -> bool | None:
    if facts.get("shotcut:audio") == "1":
        return True
    return False if facts.get("shotcut:video") == "1" else None
