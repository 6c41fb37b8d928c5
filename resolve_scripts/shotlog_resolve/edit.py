"""The open timeline, as the bridge wants it told."""

from fractions import Fraction
from itertools import count
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from shotlog_resolve.clips import Clip
from shotlog_resolve.errors import ScriptError
from shotlog_resolve.host import Host
from shotlog_resolve.items import ItemReader, Spot
from shotlog_resolve.media import spell_name
from shotlog_resolve.otio_route import export_timeline
from shotlog_resolve.rates import rate_setting, spell, timecode_of
from shotlog_resolve.scope import RANGE, TIMELINE, Track, marked_range, tracks_in

_TOLD = 3
"""Number of reasons that the sentence about a scope without any usable clip lists."""

_OFF = "it is switched off"


class Skipped(NamedTuple):
    """A clip that is not analysed.

    Attributes:
        name: Its name.
        place: Its place: ``V2 at 01:00:10:00``.
        reason: Why not, as a sentence without its stop: ``it is switched off``.
    """

    name: str
    place: str
    reason: str


class Edit:
    """A timeline, or a part of it.

    Attributes:
        plain: The ``edit`` of the bridge's ``analyze`` request.
        items: The timeline item of each clip of ``plain``, by the clip's id.
        skipped: Clips in the scope that are not in ``plain``.
        warnings: A sentence for each assumption.
        rate: Frames per second of the timeline.
        drop_frame: True where its timecode is drop-frame.
        start: Frame number of its first frame, by its start timecode.
        length: Its length in frames.
        spans: The parts of the timeline that are analysed, as (first frame, frame after the last)
            from its first frame, in order; None for the whole timeline.
        project_id: Unique id of the project.
        timeline_id: Unique id of the timeline.
        timeline_name: Its name.
    """

    def __init__(self, host: Host) -> None:
        timeline = host.timeline
        self.project_id, self.timeline_id = host.identity()
        self.timeline_name = spell_name(str(timeline.GetName() or ""))
        self.rate, self.drop_frame = _clock(host)
        self.start = round(float(timeline.GetStartFrame() or 0))
        self.length = round(float(timeline.GetEndFrame() or 0)) - self.start
        self.plain: Dict[str, Any] = {
            "name": self.timeline_name,
            "rate": spell(self.rate),
            "start": self.start,
            "drop_frame": self.drop_frame,
            "clips": [],
        }
        self.items: Dict[str, Any] = {}
        self.skipped: List[Skipped] = []
        self.warnings: List[str] = []
        self.spans: Optional[List[Tuple[int, int]]] = None

    def place(self, track: int, frame: Optional[int] = None) -> str:
        """Return the name of a place: ``V2 at 01:00:10:00``.

        Args:
            track: Video track, from 1.
            frame: Frame from the first frame of the timeline; None names the track alone.
        """
        if frame is None:
            return f"V{track}"
        return f"V{track} at {timecode_of(self.start + frame, self.rate, self.drop_frame)}"


def read_edit(
    host: Host, scope: str, include_disabled: bool = False, folder: Optional[str] = None
) -> Edit:
    """Read the open timeline.

    Args:
        host: Resolve.
        scope: ``TIMELINE``, ``RANGE``, ``SELECTION`` or ``CLIP``.
        include_disabled: Analyse clips and tracks that are switched off, too.
        folder: Folder for a temporary export; None takes the system's. Resolve from the App Store
            can write below ``~/Movies`` alone.

    Raises:
        ScriptError: Nothing is open, or no clip of the scope can be analysed.
    """
    identity = host.identity()
    try:
        return _read(host, scope, include_disabled, folder)
    except (TypeError, AttributeError, ScriptError):
        # A handle answers None to everything once its object is gone.
        host.still(identity)
        raise


def _read(host: Host, scope: str, include_disabled: bool, folder: Optional[str]) -> Edit:
    edit = Edit(host)
    limits = marked_range(host, edit.length) if scope == RANGE else None
    tracks = list(tracks_in(host, scope))
    if not tracks:
        raise ScriptError(
            f'The timeline "{edit.timeline_name}" is empty: there is no video clip in it.',
            "Open the timeline that Shotlog shall look at, then run it again.",
        )
    export = export_timeline(host.resolve, host.timeline, edit.rate, folder)
    reader = ItemReader(edit.rate, edit.start, export)
    filler = _Filler(edit, reader, limits, include_disabled)
    for track in tracks:
        filler.add(track)
    edit.warnings = reader.doubts
    if scope != TIMELINE:
        edit.spans = [limits] if limits is not None else _merged(filler.spans)
    if not edit.plain["clips"]:
        raise _nothing(edit, limits is not None)
    return edit


class _Filler:
    """Puts items into an edit, as clips or among the skipped ones."""

    def __init__(
        self,
        edit: Edit,
        reader: ItemReader,
        limits: Optional[Tuple[int, int]],
        include_disabled: bool,
    ) -> None:
        self._edit, self._reader = edit, reader
        self._limits, self._include_disabled = limits, include_disabled
        self.spans: List[Tuple[int, int]] = []

    def add(self, track: Track) -> None:
        if not track.enabled and not self._include_disabled:
            items = len(track.items)
            told = "one item is" if items == 1 else f"{items} items are"
            self._skip(track.name, track.number, None, f"the track is switched off; {told} on it")
            return
        for item in track.items:
            self._add(item, self._reader.spot(item, track.number))

    def _add(self, item: Any, spot: Spot) -> None:
        if self._limits and not (spot.start < self._limits[1] and spot.end > self._limits[0]):
            return
        if not self._include_disabled and item.GetClipEnabled() is False:
            self._skip(_name(item), spot.track, spot.start, _OFF)
            return
        if spot.end <= spot.start:
            self._skip(_name(item), spot.track, spot.start, "it has no length")
            return
        self.spans.append((spot.start, spot.end))
        for number, read in enumerate(self._reader.read(item, spot)):
            if isinstance(read, Clip):
                self._add_clip(read, f"V{spot.track}/{spot.start}", number, item)
            else:
                self._skip(_name(item), spot.track, spot.start, read)

    def _add_clip(self, clip: Clip, address: str, number: int, item: Any) -> None:
        shown = clip.within(self._limits, self._edit.rate)
        if shown is None:
            return
        names = (f"{address}/{n}" if n else address for n in count(number))
        id_ = next(name for name in names if name not in self._edit.items)
        self._edit.plain["clips"].append(shown.plain(id_, self._edit.rate))
        self._edit.items[id_] = item

    def _skip(self, name: str, track: int, frame: Optional[int], reason: str) -> None:
        self._edit.skipped.append(Skipped(name, self._edit.place(track, frame), reason))


def _clock(host: Host) -> Tuple[Fraction, bool]:
    """Return rate and drop-frame of the open timeline."""
    timeline = host.timeline
    if host.has(timeline, "GetSettings"):  # from 21.1 on, where single settings are deprecated
        settings = timeline.GetSettings() or {}
        told, drop = map(settings.get, ("timelineFrameRate", "timelineDropFrameTimecode"))
    else:
        told = timeline.GetSetting("timelineFrameRate")
        drop = timeline.GetSetting("timelineDropFrameTimecode")
    try:
        return rate_setting(told, drop)
    except ValueError:
        raise ScriptError(
            f"DaVinci Resolve does not tell the frame rate of the timeline ({told!r}).",
            "Set it in the timeline's settings, then run Shotlog again.",
        ) from None


def _name(item: Any) -> str:
    return str(item.GetName() or "a clip without a name")


def _merged(spans: List[Tuple[int, int]]) -> List[Tuple[int, int]]:
    """Return ranges in order, with those that touch or overlap joined."""
    merged: List[Tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _nothing(edit: Edit, marked: bool) -> ScriptError:
    """Return the error for a scope without any clip that can be analysed."""
    if not edit.skipped:
        where = "between the in and the out point" if marked else "in it"
        return ScriptError(
            f'The timeline "{edit.timeline_name}" shows no video clip {where}.',
            "Move the points, or analyse the whole timeline." if marked else "",
        )
    told = [f"{s.name} ({s.place}): {s.reason}." for s in edit.skipped[:_TOLD]]
    more = len(edit.skipped) - _TOLD
    if more > 0:
        told.append(f"{more} more could not either.")
    return ScriptError("No clip can be analysed.", " ".join(told))
