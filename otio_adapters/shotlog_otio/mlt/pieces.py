"""The pieces of a playlist, in whole frames: its clips, with transitions taken apart.

In MLT a transition between two clips of a playlist is an item of its own: a tractor of two tracks
that hold the end of the one clip and the beginning of the other. Here both clips are as long as in
the editor, and overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from shotlog_otio.mlt.project import MltProject
from shotlog_otio.mlt.speeds import MediaCut
from shotlog_otio.mlt.times import frames_of
from shotlog_otio.xml_text import Element

_DISSOLVES = ("luma", "mix", "movit.luma_mix", "movit.mix", "dissolve")


@dataclass(frozen=True)
class PlaylistPiece:
    """A clip of a playlist.

    Attributes:
        start: Its first frame on the playlist.
        cut: The frames of its service that it shows; empty where they are not known.
        entry: The element that puts it there.
        service: What it shows; None where the file lacks it.
        fault: The reason why its length is not known; None where it is.
        dissolved: True for one that was found in a transition alone.
    """

    start: int
    cut: MediaCut
    entry: Element
    service: Element | None
    fault: str | None = None
    dissolved: bool = False

    @property
    def end(self) -> int:
        """The frame after its last on the playlist."""
        return self.start + self.cut.frames


_NOTHING = MediaCut(0, -1)
_DEEPEST = 60
"""Services in services beyond which none is measured; a file may let one hold itself."""


class PieceReader:
    """Reader of the playlists of one project, each of them once.

    Args:
        project: The project.
    """

    def __init__(self, project: MltProject) -> None:
        self._project = project
        self._pieces: dict[int, list[PlaylistPiece]] = {}
        self._lengths: dict[int, int | None] = {}
        self._measuring: list[int] = []

    def read(self, service: Element) -> list[PlaylistPiece]:
        """Return the clips of a playlist by start; of any other service, it as one clip."""
        if service.tag != "playlist":
            return [self.piece(service, 0)]
        if id(service) not in self._pieces:
            self._pieces[id(service)] = self._read(service)
        return self._pieces[id(service)]

    def piece(self, item: Element, at: int) -> PlaylistPiece:
        """Return the clip that an entry or a track shows, whatever it is.

        Args:
            item: The entry, the track, or a service that is shown as a whole.
            at: Its first frame.
        """
        service = self._project.shown_by(item)
        if service is None:
            return PlaylistPiece(at, _NOTHING, item, None, "the file lacks what it shows")
        try:
            cut = self._cut(item, service)
        except ValueError as error:
            return PlaylistPiece(at, _NOTHING, item, service, f"its range cannot be read: {error}")
        if cut is None:
            return PlaylistPiece(at, _NOTHING, item, service, "the file tells no out-point for it")
        if cut.frames <= 0:
            return PlaylistPiece(
                at, _NOTHING, item, service, "its out-point lies before its in-point"
            )
        return PlaylistPiece(at, cut, item, service)

    def transitions(self, playlist: Element) -> list[tuple[Element, int]]:
        """Return the tractors in a playlist that are transitions, each with its first frame."""
        found, at = [], 0
        for item in playlist if playlist.tag == "playlist" else ():
            if item.tag == "blank":
                at += self._blank(item)
            elif item.tag == "entry":
                whole = self.piece(item, at)
                if not whole.fault and transition_tracks(self._project, whole.service):
                    found.append((self._project.shown_by(item) or item, at))
                at += whole.cut.frames * _repeats(item)
        return found

    def length(self, service: Element) -> int | None:
        """Return the frames that a service takes; None where nothing tells them.

        Raises:
            ValueError: It holds itself, or is nested too deeply.
        """
        if id(service) not in self._lengths:
            if id(service) in self._measuring or len(self._measuring) > _DEEPEST:
                raise ValueError("it is nested too deeply")
            self._measuring.append(id(service))
            try:
                self._lengths[id(service)] = self._measured(service)
            finally:
                self._measuring.pop()
        return self._lengths[id(service)]

    def _measured(self, service: Element) -> int | None:
        if service.tag in ("producer", "chain"):
            return self._project.length(service)
        if service.tag == "playlist":
            return max((piece.end for piece in self.read(service)), default=0)
        shown = (self._project.shown_by(track) for track in tracks_in(service))
        lengths = (self.length(item) for item in shown if item is not None)
        return max((length for length in lengths if length is not None), default=None)

    def _read(self, playlist: Element) -> list[PlaylistPiece]:
        pieces: list[PlaylistPiece] = []
        at = 0
        for item in playlist:
            if item.tag == "blank":
                at += self._blank(item)
            elif item.tag == "entry":
                for piece, end in self._pieces_at(item, at):
                    _append(pieces, piece)
                    at = max(at, end)
        return pieces

    def _blank(self, item: Element) -> int:
        try:
            # Unlike an out-point, the length of a blank is not inclusive.
            return max(0, frames_of(item.get("length") or "0", self._project.rate))
        except ValueError:
            return 0

    def _pieces_at(self, item: Element, at: int) -> Iterator[tuple[PlaylistPiece, int]]:
        """Yield the clips of an entry, each with the frame at which the entry ends."""
        whole = self.piece(item, at)
        dissolve = whole.service is not None and not whole.fault
        tracks = transition_tracks(self._project, whole.service) if dissolve else ()
        for track in tracks:
            yield replace(self.piece(track, at), dissolved=True), whole.end
        for number in range(0 if tracks else _repeats(item)):
            shift = number * whole.cut.frames
            yield replace(whole, start=at + shift), whole.end + shift

    def _cut(self, item: Element, service: Element) -> MediaCut | None:
        """Return the frames of a service that an entry shows; None where nothing tells its end.

        In- and out-points of an entry count from the in-point of what it shows. Editors write 0 for
        that, the command melt does not (MLT 7.12, by the frames that it shows).
        """
        origin = self._project.frames(service, "in") or 0
        if item is service:
            first, last = origin, self._last(service)
        else:
            first = origin + max(0, self._project.frames(item, "in") or 0)
            out = self._project.frames(item, "out")
            last = self._last(service) if out is None else origin + out
        return None if last is None else MediaCut(max(0, first), last)

    def _last(self, service: Element) -> int | None:
        out = self._project.frames(service, "out")
        length = self.length(service) if out is None else None
        return out if length is None else length - 1


def _repeats(item: Element) -> int:
    text = item.get("repeat") or "1"
    return min(int(text), 1000) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def tracks_in(tractor: Element) -> list[Element]:
    """Return the tracks of a tractor or of a multitrack, the lowest first."""
    found = []
    for item in tractor:
        if item.tag == "multitrack":
            found += tracks_in(item)
        elif item.tag == "track" or (item.tag == "playlist" and tractor.tag == "multitrack"):
            found.append(item)
    return found


def transition_tracks(project: MltProject, service: Element | None) -> list[Element]:
    """Return the two tracks of a tractor that is a transition between clips; else none."""
    if service is None or service.tag != "tractor":
        return []
    tracks = tracks_in(service)
    if len(tracks) != 2 or not all(_is_cut(track) for track in tracks):
        return []
    if "shotcut:transition" in project.properties(service):
        return tracks
    kinds = [project.properties(t).get("mlt_service") for t in service if t.tag == "transition"]
    return tracks if any(kind in _DISSOLVES for kind in kinds) else []


def _is_cut(track: Element) -> bool:
    return track.get("in") is not None and track.get("out") is not None


def _append(pieces: list[PlaylistPiece], piece: PlaylistPiece) -> None:
    """Add a clip, or lengthen the one before it by its part in a transition."""
    for number in range(len(pieces) - 1, max(-1, len(pieces) - 3), -1):
        known = pieces[number]
        # Of an ordinary cut between two parts of a film the editor made two clips.
        joined = known.dissolved or piece.dissolved
        if joined and known.end == piece.start and _continues(known, piece):
            cut = MediaCut(known.cut.first, piece.cut.last)
            # Whatever comes next may continue it again only where this part ends in a transition.
            entry = known.entry if piece.dissolved else piece.entry
            pieces[number] = replace(known, cut=cut, entry=entry, dissolved=piece.dissolved)
            return
    pieces.append(piece)


def _continues(known: PlaylistPiece, piece: PlaylistPiece) -> bool:
    same = known.service is not None and known.service is piece.service
    return same and not piece.fault and known.cut.last + 1 == piece.cut.first
