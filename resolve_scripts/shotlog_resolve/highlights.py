"""A new timeline of the best highlights; the open one is not changed."""

from fractions import Fraction
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from shotlog_resolve.edit import Edit
from shotlog_resolve.errors import ScriptError
from shotlog_resolve.host import Host
from shotlog_resolve.rates import exact_rate, nearest, timecode_of
from shotlog_resolve.summary import Left, left_sentences
from shotlog_resolve.tags import track_of

_TRIES = 100
"""Number of names that are tried for the new timeline."""


_REFUSED = "DaVinci Resolve did not append it"
_HELD = "it is a held frame, which scripts cannot place"


class Piece(NamedTuple):
    """A part of a clip that a highlight shows.

    Attributes:
        clip: Id of the clip.
        start: Start of the part in the media, in seconds from its first frame.
        end: Its end.
        timeline_in: Its first frame on the timeline.
        timeline_out: The frame after the last.
        label: Label of the highlight.
    """

    clip: str
    start: Fraction
    end: Fraction
    timeline_in: int
    timeline_out: int
    label: str


class HighlightReport:
    """The outcome of making a timeline of highlights.

    Attributes:
        name: Name of the new timeline.
        highlights: Number of highlights in it.
        clips: Number of clips in it.
        normal_speed: Number of those that are retimed in the edit, and are not here.
        has_rate: True if it has the frame rate of the edit.
        left: Parts that could not be taken.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.highlights = self.clips = self.normal_speed = 0
        self.has_rate = True
        self.left: List[Left] = []


def make_highlights(host: Host, edit: Edit, found: Dict[str, Any], most: int) -> HighlightReport:
    """Make a timeline of the best highlights, in the order of the edit.

    Resolve opens what it makes and appends to what is open, so the timeline and the folder of the
    media pool that were open are opened again, whatever happens.

    Args:
        host: Resolve.
        edit: The timeline that was analysed.
        found: Its findings, as the bridge gives them.
        most: Largest number of highlights.

    Raises:
        ScriptError: There is no highlight, or Resolve makes no timeline.
    """
    best = sorted(found["highlights"][:most], key=lambda h: int(h["timeline_in"]))
    pieces = [piece for highlight in best for piece in pieces_of(edit, highlight)]
    if not pieces:
        raise ScriptError(
            f"Shotlog found no highlight in the timeline '{edit.timeline_name}'.",
            "Highlights need a few shots, some with faces, movement or speech.",
        )
    timeline, folder = host.timeline, host.media_pool.GetCurrentFolder()
    position = timeline.GetCurrentTimecode()
    made = None
    try:
        made = _new_timeline(host, edit)
        return _fill(host, edit, made, pieces)
    finally:
        if made is not None:
            host.project.SetCurrentTimeline(timeline)
        if folder is not None:
            host.media_pool.SetCurrentFolder(folder)
        if position and timeline.GetCurrentTimecode() != position:
            timeline.SetCurrentTimecode(position)


def pieces_of(edit: Edit, highlight: Dict[str, Any]) -> Iterator[Piece]:
    """Yield the parts of clips that are seen in a highlight, in the order of the edit.

    Where clips lie over each other, the one on the highest track is seen.
    """
    position, end = int(highlight["timeline_in"]), int(highlight["timeline_out"])
    clips = [clip for clip in edit.plain["clips"] if clip.get("enabled", True)]
    while position < end:
        seen = [c for c in clips if c["timeline_in"] <= position < c["timeline_out"]]
        if not seen:
            later = [c["timeline_in"] for c in clips if position < c["timeline_in"] < end]
            position = min(later) if later else end
            continue
        top = max(seen, key=lambda clip: _track(clip["id"]))
        above = [
            clip["timeline_in"]
            for clip in clips
            if _track(clip["id"]) > _track(top["id"]) and clip["timeline_in"] > position
        ]
        out = min([end, top["timeline_out"], *above])
        first, last = _source(edit, top, position, out)
        yield Piece(top["id"], first, last, position, out, str(highlight["label"]))
        position = out


def _track(clip_id: str) -> int:
    """Return the number of the track in the id of a clip: 2 for ``V2/7``."""
    digits = track_of(clip_id).lstrip("V")
    return int(digits) if digits.isdigit() else 0


def _source(edit: Edit, clip: Dict[str, Any], first: int, end: int) -> Tuple[Fraction, Fraction]:
    """Return the seconds of the media under frames of the timeline, from its first frame on."""
    rate, origin = _exact(clip["rate"]), int(clip.get("media_start") or 0)
    later = _exact(clip.get("subframe") or 0) - origin
    begin, until = ((clip[key] + later) / rate for key in ("source_in", "source_out"))
    speed = speed_of(edit, clip)
    if speed == 0:
        return begin, until
    into = (first - clip["timeline_in"]) / edit.rate * abs(speed)
    length = (end - first) / edit.rate * abs(speed)
    return (
        (begin + into, begin + into + length)
        if speed > 0
        else (until - into - length, until - into)
    )


def speed_of(edit: Edit, clip: Dict[str, Any]) -> Fraction:
    """Return the speed of a clip: its own, or the ratio of the lengths of its ranges."""
    if clip.get("speed") is not None:
        return _exact(clip["speed"])
    shown = Fraction(clip["timeline_out"] - clip["timeline_in"]) / edit.rate
    source = (clip["source_out"] - clip["source_in"]) / _exact(clip["rate"])
    return Fraction(1) if abs(source - shown) * edit.rate <= 1 else source / shown


def _exact(told: Any) -> Fraction:
    return Fraction(*told) if isinstance(told, (list, tuple)) else Fraction(str(told))


def _new_timeline(host: Host, edit: Edit) -> Any:
    """Make an empty timeline at the edit's rate, with a name that no other has, and open it."""
    pool, project = host.media_pool, host.project
    names = {
        str(timeline.GetName())
        for timeline in map(project.GetTimelineByIndex, range(1, project.GetTimelineCount() + 1))
        if timeline is not None
    }
    wished = f"{edit.timeline_name} highlights"
    candidates = (wished if n == 1 else f"{wished} {n}" for n in range(1, _TRIES))
    for name in candidates:
        made = None if name in names else pool.CreateEmptyTimeline(name)
        if made is not None:
            break
    else:
        raise ScriptError(
            f"DaVinci Resolve made no timeline of the name '{wished}'.",
            "See that the media pool is not locked by another user, then run the entry again.",
        )
    if _rate(made) != edit.rate:  # that of the project; it is open only as long as nothing is in it
        made.SetSetting("useCustomSettings", "1")
        made.SetSetting("timelineFrameRate", host.timeline.GetSetting("timelineFrameRate"))
    project.SetCurrentTimeline(made)
    return made


def _rate(timeline: Any) -> Optional[Fraction]:
    try:
        return exact_rate(timeline.GetSetting("timelineFrameRate"))
    except ValueError:
        return None


def _fill(host: Host, edit: Edit, timeline: Any, pieces: List[Piece]) -> HighlightReport:
    """Append the pieces one after another, and count what is there."""
    report = HighlightReport(str(timeline.GetName()))
    report.has_rate = _rate(timeline) == edit.rate
    clips = {clip["id"]: clip for clip in edit.plain["clips"]}
    labels = set()
    for piece in pieces:
        clip = clips[piece.clip]
        speed = speed_of(edit, clip)
        items = _append(host, edit, piece) if speed else []
        if not items:
            place = timecode_of(edit.start + piece.timeline_in, edit.rate, edit.drop_frame)
            report.left.append(Left(str(clip["name"]), place, _REFUSED if speed else _HELD))
            continue
        labels.add(piece.label)
        report.clips += 1
        report.normal_speed += speed != 1
    report.highlights = len(labels)
    if not report.clips:
        host.media_pool.DeleteTimelines([timeline])
        told = left_sentences(report.left, "part", "parts")
        raise ScriptError("No highlight could be put into a new timeline.", " ".join(told))
    return report


def _append(host: Host, edit: Edit, piece: Piece) -> List[Any]:
    """Append a piece at the end of the open timeline; return the items that it became."""
    item = edit.items.get(piece.clip)
    pool_item = item.GetMediaPoolItem() if item is not None else None
    if pool_item is None:
        return []
    try:
        rate = exact_rate(pool_item.GetClipProperty("FPS"))
    except ValueError:
        return []
    first = nearest(piece.start * rate)
    end = max(first + 1, nearest(piece.end * rate))
    # The end is exclusive, as measured on 19.1, 21.0 and 21.0.4. One call for each piece, as of
    # equal ones in one call only the first may be taken.
    part = {"mediaPoolItem": pool_item, "startFrame": first, "endFrame": end}
    appended = Host.items(host.media_pool.AppendToTimeline([part]))
    return [item for item in appended if item is not None]
