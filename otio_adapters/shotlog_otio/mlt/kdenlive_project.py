"""What Kdenlive writes into an MLT project: its bin, its sequences, its names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from shotlog.schema import TimelineEmpty
from shotlog_otio.mlt.footage import file_name
from shotlog_otio.mlt.pieces import tracks_in
from shotlog_otio.mlt.project import MltProject
from shotlog_otio.xml_text import Element

DOCUMENT, SEQUENCE = "kdenlive:docproperties.", "kdenlive:sequenceproperties."
CLIP_MARKERS = "kdenlive:markers"


class Sequence(NamedTuple):
    """A sequence of a project.

    Attributes:
        name: Its name.
        tractor: Its tracks.
        uuid: Its identity; "" in projects of Kdenlive up to 22.12, which have one sequence.
        open: True for the one that the project shows when it is opened.
    """

    name: str
    tractor: Element
    uuid: str
    open: bool


class KdenliveProject:
    """The parts of a project of Kdenlive.

    Args:
        project: The project.
        path: Its file.

    Attributes:
        bin: The playlist of everything in the project, which holds its settings; None where the
            file has none.
    """

    def __init__(self, project: MltProject, path: Path) -> None:
        self.project = project
        self._path = path
        self.bin = project.named("main_bin")
        self._clips: dict[str, Element] = {}
        self._in_bin: set[int] = set()
        for entry in self.bin.all("entry") if self.bin is not None else ():
            clip = project.shown_by(entry)
            if clip is not None:
                self._clips.setdefault(project.properties(clip).get("kdenlive:id", ""), clip)
                self._in_bin.add(id(clip))
        self._clips.pop("", None)

    @property
    def settings(self) -> Mapping[str, str]:
        """The properties of the bin."""
        return {} if self.bin is None else self.project.properties(self.bin)

    def clip_of(self, service: Element) -> Element:
        """Return the clip of the bin that a service of the timeline shows; else the service."""
        # Kdenlive writes a service for each kind of use of a clip; all bear the clip's number.
        number = self.project.properties(service).get("kdenlive:id", "")
        return self._clips.get(number, service)

    def name_of(self, service: Element) -> str:
        """Return the name of a clip in the bin; that of its file where it was not named."""
        clip = self.clip_of(service)
        facts = self.project.properties(clip)
        own = self.project.properties(service).get("kdenlive:clipname", "")
        return facts.get("kdenlive:clipname", "").strip() or own.strip() or file_name(facts)

    def is_backdrop(self, tractor: Element, service: Element) -> bool:
        """Return whether a track is the black one behind all others."""
        facts = self.project.properties(service)
        named = "black_track" in (service.get("id"), facts.get("kdenlive:playlistid"))
        tracks = tracks_in(tractor)
        lowest = bool(tracks) and self.project.shown_by(tracks[0]) is service
        bare = service.tag == "producer" and facts.get("resource") in ("black", "#000000", "0")
        return named or (lowest and bare and len(tracks) > 1)

    def is_sound(self, facts: Mapping[str, str]) -> bool | None:
        """Return whether a track is one of sound; Kdenlive marks these alone."""
        if facts.get("kdenlive:audio_track") == "1":
            return True
        return False if any(name.startswith("kdenlive:") for name in facts) else None

    def sequences(self) -> list[Sequence]:
        """Return the sequences of the project, each once.

        Raises:
            TimelineEmpty: There is none.
        """
        found = list(self._numbered()) or list(self._single())
        if not found:
            raise TimelineEmpty(str(self._path))
        return found

    def contained(self, sequences: list[Sequence]) -> set[str]:
        """Return the identities of the sequences that another one shows."""
        shown: set[str] = set()
        for sequence in sequences:
            shown |= self._uuids_under(sequence.tractor) - {sequence.uuid}
        return shown

    def _numbered(self) -> Iterator[Sequence]:
        """Yield the sequences of Kdenlive 23.04 and later, which have identities."""
        copies: dict[str, list[Element]] = {}
        for item in self.project.services():
            uuid = self.project.properties(item).get("kdenlive:uuid", "").strip()
            if item.tag == "tractor" and uuid and tracks_in(item):
                copies.setdefault(uuid, []).append(item)
        active = self.settings.get(f"{DOCUMENT}activetimeline", "").strip() or self._wrapped()
        for uuid, written in copies.items():
            # A sequence is written again wherever it is shown; Kdenlive opens that of the bin.
            listed = [item for item in written if id(item) in self._in_bin]
            tractor = (listed or written)[-1]
            name = self.project.properties(tractor).get("kdenlive:clipname", "").strip()
            yield Sequence(name or self._path.stem, tractor, uuid, uuid == active)

    def _wrapped(self) -> str:
        """Return the identity of the sequence in the last tractor, a mere wrapper; else ""."""
        last = next(
            (i for i in reversed(list(self.project.services())) if i.tag == "tractor"), None
        )
        shown = (
            [self.project.shown_by(track) for track in tracks_in(last)] if last is not None else []
        )
        facts = [self.project.properties(item) for item in shown if item is not None]
        return facts[0].get("kdenlive:uuid", "").strip() if len(facts) == 1 else ""

    def _single(self) -> Iterator[Sequence]:
        tractors = [item for item in self.project.services() if item.tag == "tractor"]
        whole = [t for t in tractors if self._has_project_tracks(t)] or tractors
        if whole:
            yield Sequence(self._path.stem, whole[-1], "", True)

    def _has_project_tracks(self, tractor: Element) -> bool:
        shown = (self.project.shown_by(track) for track in tracks_in(tractor))
        return any(self.is_backdrop(tractor, item) for item in shown if item is not None)

    def _uuids_under(self, tractor: Element) -> set[str]:
        found: set[str] = set()
        pending, seen = [tractor], {id(tractor)}
        while pending:
            item = pending.pop()
            if uuid := self.project.properties(item).get("kdenlive:uuid", "").strip():
                found.add(uuid)
            for reference in item.walk():
                shown = self.project.shown_by(reference) if reference.get("producer") else None
                if shown is not None and id(shown) not in seen:
                    seen.add(id(shown))
                    pending.append(shown)
        return found
