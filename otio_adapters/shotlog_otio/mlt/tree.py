"""The tree of an MLT project: its tractors as stacks, their tracks, and the clips in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from shotlog.schema import Problem, TimelineUnreadable, TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.exact import LONGEST
from shotlog_otio.markers import FoundMarker
from shotlog_otio.mlt.effects import FactsFinder
from shotlog_otio.mlt.footage import FootageReader, MltFootage, file_name
from shotlog_otio.mlt.pieces import PieceReader, PlaylistPiece, tracks_in
from shotlog_otio.mlt.project import MltProject
from shotlog_otio.mlt.speeds import speed_of
from shotlog_otio.references import ClipMedia
from shotlog_otio.timeline import (
    Child,
    FactsReader,
    ItemFacts,
    Kind,
    Node,
    joined,
    stack_of,
    track_of,
)
from shotlog_otio.xml_text import Element

_DEEPEST = 60
"""Nests in nests beyond which a project is refused; a sequence may hold itself."""

_MOST = 200_000
"""Clips beyond which a project is refused, those of nests counted each time that they are shown."""

_NOTHING = Retiming(TimeRange(start=Fraction(0), duration=Fraction(0)), Fraction(0), Fraction(1))


@dataclass(frozen=True)
class Conventions:
    """The meaning of the properties that one application writes.

    Attributes:
        name_of: Returns the name of a clip that shows a service; "" where it has none.
        original_of: Returns the service that holds what is known of a clip's media.
        is_backdrop: Returns whether a track is no track of the editor, but the black behind all.
        is_sound: Returns whether a track is one of sound; None where its properties do not tell.
        markers_on: Returns the markers of a clip by the service that it shows and the start of its
            media on the source clock.
        last_sound_first: True where the last of the tracks of sound is the editor's first.
    """

    name_of: Callable[[Element], str]
    original_of: Callable[[Element], Element]
    is_backdrop: Callable[[Element, Element], bool]
    is_sound: Callable[[Mapping[str, str]], bool | None]
    markers_on: Callable[[Element, Fraction], tuple[FoundMarker, ...]]
    last_sound_first: bool = False


@dataclass(frozen=True)
class _Content:
    """The tracks of a tractor, and the number of clips in them."""

    tracks: tuple[Node, ...]
    clips: int


class MltTreeBuilder:
    """Builder of the tree of one project.

    Args:
        project: The project.
        footage: Reads the media of its clips.
        conventions: Those of the application that wrote it.
        subject: The file, for errors.

    Attributes:
        problems: Parts of the project that were not understood and belong to no clip.
    """

    def __init__(
        self, project: MltProject, footage: FootageReader, conventions: Conventions, subject: str
    ) -> None:
        self._project = project
        self._footage = footage
        self._application = conventions
        self._subject = subject
        self._pieces = PieceReader(project)
        self._facts = FactsFinder(project)
        self._known: dict[int, _Content] = {}
        self.problems: list[Problem] = []

    def build(self, root: Element, name: str, markers: tuple[FoundMarker, ...] = ()) -> Node:
        """Return the stack of a sequence.

        Args:
            root: A tractor, a playlist or anything else that can be shown.
            name: Its name.
            markers: The markers on it.

        Raises:
            TimelineUnreadable: It is nested too deeply, or holds more clips than any edit.
        """
        stack = stack_of(self._content(root, 0).tracks, name=name, markers=markers)
        return replace(stack, facts=self._facts.of_item([root], 0, self.length(root)))

    def length(self, root: Element) -> int:
        """Return the frames that a sequence takes; the black behind it is not counted."""
        tracks = [t for t in tracks_in(root) if not self._is_backdrop(root, t)]
        shown = [self._project.shown_by(track) for track in tracks] or [root]
        lengths = []
        for item in filter(None, shown):
            with suppress(ValueError):  # one that holds itself, which is reported with its clips
                lengths.append(self._pieces.length(item))
        return max((length for length in lengths if length is not None), default=0)

    def _is_backdrop(self, tractor: Element, track: Element) -> bool:
        service = self._project.shown_by(track)
        return service is not None and self._application.is_backdrop(tractor, service)

    def _content(self, service: Element, depth: int) -> _Content:
        if id(service) not in self._known:
            self._known[id(service)] = self._read(service, depth)
        return self._known[id(service)]

    def _read(self, service: Element, depth: int) -> _Content:
        if depth > _DEEPEST:
            raise TimelineUnreadable(self._subject, "it is nested too deeply to be an edit")
        if service.tag not in ("tractor", "multitrack"):
            track, clips = self._track([service], 0, {}, depth)
            return self._checked((track,), clips)
        picture: list[Node] = []
        sound: list[Node] = []
        clips = 0
        for item in tracks_in(service):
            if self._is_backdrop(service, item):
                continue
            node, count = self._read_track(item, depth)
            clips += count
            (picture if node.picture else sound).append(node)
        if self._application.last_sound_first:
            sound.reverse()
        return self._checked((*picture, *sound), clips)

    def _checked(self, tracks: tuple[Node, ...], clips: int) -> _Content:
        if clips > _MOST:
            raise TimelineUnreadable(self._subject, "it holds more clips than any edit")
        return _Content(tracks, clips)

    def _read_track(self, item: Element, depth: int) -> tuple[Node, int]:
        service = self._project.shown_by(item)
        if service is None:
            return track_of((), picture=True), 0
        hidden = _hidden(item.get("hide"), self._project.properties(service).get("hide"))
        lists = self._lists_of(service)
        facts = dict(self._project.properties(service))
        if lists is None:
            return self._track([service], hidden, facts, depth, (service, item))
        inner = [_hidden(track.get("hide"), None) for track in tracks_in(service)]
        # Hidden in all parts of the track.
        hidden |= inner[0] & inner[1] if len(inner) == 2 else inner[0]
        return self._track(lists, hidden, facts, depth, (service, item))

    def _lists_of(self, service: Element) -> list[Element] | None:
        """Return the playlists of a track of Kdenlive, which is a tractor; None for others."""
        tracks = tracks_in(service) if service.tag == "tractor" else []
        shown = [self._project.shown_by(track) for track in tracks]
        lists = [item for item in shown if item is not None and item.tag == "playlist"]
        named = "kdenlive:track_name" in self._project.properties(service)
        whole = lists and len(lists) == len(tracks) <= 2
        nest = "kdenlive:uuid" in self._project.properties(service)
        return lists if whole and not nest and (named or self._is_half(tracks)) else None

    def _is_half(self, tracks: Sequence[Element]) -> bool:
        """Return whether every track of a tractor hides picture or sound: halves of one track."""
        return all(track.get("hide") for track in tracks)

    def _track(
        self,
        lists: Sequence[Element],
        hidden: int,
        facts: Mapping[str, str],
        depth: int,
        around: Sequence[Element] = (),
    ) -> tuple[Node, int]:
        told = self._application.is_sound({**self._first_facts(lists), **facts})
        sound = hidden == _PICTURE if told is None else told
        pieces = [piece for item in lists for piece in self._pieces.read(item)]
        pieces.sort(key=lambda piece: piece.start)
        children, clips = [], 0
        for number, piece in enumerate(pieces):
            node, count = self._node(piece, sound, depth)
            clips += count
            children.append(Child(number, piece.start / self._project.rate, node))
        shown = not hidden & (_SOUND if sound else _PICTURE)
        name = facts.get("kdenlive:track_name") or facts.get("shotcut:name") or ""
        track = track_of(tuple(children), picture=not sound, enabled=shown, name=name)
        muted = not sound and bool(hidden & _SOUND)
        return replace(track, facts=self._facts_of_track(lists, around, pieces, muted=muted)), clips

    def _facts_of_track(
        self,
        lists: Sequence[Element],
        around: Sequence[Element],
        pieces: Sequence[PlaylistPiece],
        *,
        muted: bool,
    ) -> FactsReader | None:
        # A track that is no playlist is a clip, which has its filters itself.
        holders = [item for item in dict.fromkeys((*lists, *around)) if item.tag != "producer"]
        if not all(item.tag == "playlist" for item in lists):
            holders = [item for item in holders if item.tag == "track"]
        frames = max((piece.end for piece in pieces), default=0)
        own = self._facts.of_item(holders, 0, frames, muted=muted)
        wipes = (partial(self._wipes, item) for item in lists if item.tag == "playlist")
        return joined(own, *wipes)

    def _wipes(self, playlist: Element) -> ItemFacts:
        """Return the facts of the transitions between the clips of a playlist."""
        found = ItemFacts()
        for service, start in self._pieces.transitions(playlist):
            own = self._facts.of_item([service], 0, self._pieces.length(service) or 0)
            if own is not None:
                found = found.and_also(own().on_clock(start / self._project.rate, Fraction(1)))
        return found

    def _first_facts(self, lists: Sequence[Element]) -> Mapping[str, str]:
        return self._project.properties(lists[0]) if lists else {}

    def _node(self, piece: PlaylistPiece, sound: bool, depth: int) -> tuple[Node, int]:
        service = piece.service
        if service is None or piece.fault:
            return self._faulty(piece), 1
        if max(piece.cut.last, piece.end) > LONGEST * self._project.rate:
            return self._faulty(replace(piece, fault="its length is out of all bounds")), 1
        if service.tag in ("producer", "chain"):
            return self._clip(service, piece, sound), 1
        inner = self._content(service, depth + 1)
        rate = self._project.rate
        content = TimeRange(start=piece.cut.first / rate, duration=piece.cut.frames / rate)
        nest = stack_of(inner.tracks, name=self._application.name_of(service))
        retiming = Retiming(content, content.duration, Fraction(1))
        return replace(nest, retiming=retiming, facts=self._facts_of(piece)), inner.clips

    def _facts_of(self, piece: PlaylistPiece, *, muted: bool = False) -> FactsReader | None:
        holders = [piece.service] if piece.service is not None else []
        if piece.entry is not piece.service:
            holders.append(piece.entry)
        return self._facts.of_item(holders, piece.cut.first, piece.cut.frames, muted=muted)

    def _is_muted(self, service: Element) -> bool:
        facts = self._project.properties(service)
        # Shotcut takes its sound from a clip by -1 when it puts that on a track of its own.
        return facts.get("set.test_audio") == "1" or facts.get("audio_index") == "-1"

    def _faulty(self, piece: PlaylistPiece) -> Node:
        name = self._name(piece.service) if piece.service is not None else ""
        return Node(Kind.CLIP, name, _NOTHING, media=ClipMedia(), fault=piece.fault)

    def _clip(self, service: Element, piece: PlaylistPiece, sound: bool) -> Node:
        name, original = self._name(service), self._application.original_of(service)
        footage = self._footage.read(service, original, name)
        speed = speed_of(self._project, service, piece.cut)
        off = self._project.properties(service).get(f"set.test_{'audio' if sound else 'image'}")
        return Node(
            Kind.CLIP,
            name,
            _on_source_clock(speed.retiming, footage),
            path=(named,) if (named := original.get("id")) else (),
            media=footage.media,
            rate=footage.rate,
            counted_at=self._project.rate,
            enabled=off != "1",
            unknown_speed=speed.unknown,
            markers=self._application.markers_on(service, footage.start),
            facts=self._facts_of(piece, muted=not sound and self._is_muted(service)),
        )

    def _name(self, service: Element) -> str:
        return self._application.name_of(service) or file_name(self._project.properties(service))


def _on_source_clock(retiming: Retiming, footage: MltFootage) -> Retiming:
    content = retiming.content
    moved = TimeRange(start=content.start + footage.start, duration=content.duration)
    return replace(retiming, content=moved)


_PICTURE, _SOUND = 1, 2
_HIDES: Mapping[str, int] = {"video": _PICTURE, "audio": _SOUND, "both": _PICTURE | _SOUND}


def _hidden(*texts: str | None) -> int:
    """Return what a track hides by its attribute or property, in MLT's own numbers."""
    hidden = 0
    for text in filter(None, texts):
        hidden |= _HIDES.get(text, int(text) & 3 if text in ("1", "2", "3") else 0)
    return hidden
