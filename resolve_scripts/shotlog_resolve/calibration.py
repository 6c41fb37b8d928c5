"""A test of what the frames of a clip's markers are counted from, as Resolve does not say.

Either the first frame of the media (what most observations say) or the first frame of the clip. A
marker is put on a trimmed clip of a copy of the timeline, the copy is exported as OpenTimelineIO,
whose frames are known, and deleted. The answer is kept for each version of Resolve.
"""

import json
import os
import shutil
import tempfile
from typing import Any, Dict, Iterator, Optional, Tuple

from shotlog_resolve.errors import ScriptError
from shotlog_resolve.host import Host
from shotlog_resolve.rates import exact_rate, exact_time, nearest

SOURCE = "source"
CLIP = "clip"
"""What markers on clips are counted from: the first frame of the media, or of the clip."""

_NAME = "Shotlog test, may be deleted"

_RETIMES = ("LinearTimeWarp", "FreezeFrame", "TimeEffect")

_NO_CLIP = ScriptError(
    "Where markers on clips are counted from cannot be tested: the timeline has no clip that is"
    " trimmed at its start and runs at normal speed.",
    "Trim a clip by a few frames, less than half of it, then run the doctor again.",
)


def known_space(folder: str, version: str) -> Optional[str]:
    """Return what clip markers are counted from in a version of Resolve; None if not tested.

    Args:
        folder: Folder for the files of the scripts.
        version: The version: ``21.0.4.5``.
    """
    space = _read(folder).get(version)
    return space if space in (SOURCE, CLIP) else None


def calibrate(host: Host, folder: str) -> str:
    """Test what clip markers are counted from, keep the answer, and return it.

    Args:
        host: Resolve, with a timeline open.
        folder: Folder for the files of the scripts.

    Raises:
        ScriptError: The timeline has no clip for the test, or Resolve does not do as it should.
    """
    timeline, position = host.timeline, host.timeline.GetCurrentTimecode()
    copy = next(filter(None, (timeline.DuplicateTimeline(name) for name in _names())), None)
    if copy is None:
        raise ScriptError("DaVinci Resolve makes no copy of the timeline for the test.")
    try:
        host.project.SetCurrentTimeline(copy)
        space = _test(host, copy)
    except (KeyError, TypeError, ValueError, LookupError) as error:
        raise ScriptError(
            f"The export of the timeline is not as Resolve's exports are ({error!r}), so that the"
            " test of markers on clips has no answer."
        ) from None
    finally:
        host.project.SetCurrentTimeline(timeline)
        if timeline.GetCurrentTimecode() != position:
            timeline.SetCurrentTimecode(position)
        deleted = host.media_pool.DeleteTimelines([copy])
    if deleted is not True:
        raise ScriptError(
            "DaVinci Resolve does not delete the copy of the timeline that was made for a test.",
            f"Delete it by hand; its name begins with '{_NAME}'.",
        )
    _keep(folder, host.version_text, space)
    return space


def _names() -> Iterator[str]:
    return (_NAME if n == 1 else f"{_NAME} {n}" for n in range(1, 10))


def _test(host: Host, timeline: Any) -> str:
    rate = exact_rate(timeline.GetSetting("timelineFrameRate"))
    for number, (item, left, frame) in enumerate(_candidates(timeline)):
        name = f"{_NAME}, {number}"
        if item.AddMarker(frame, "Blue", name, "", 1, "") is not True:
            continue
        clip, marker = _find(_export(host, timeline)["tracks"], name)
        if any(str(e.get("OTIO_SCHEMA", "")).startswith(_RETIMES) for e in clip["effects"]):
            continue
        available = clip["media_references"]["DEFAULT_MEDIA"]["available_range"]
        first, marked = (_seconds(r["start_time"]) for r in (available, marker["marked_range"]))
        found = nearest((marked - first) * rate)
        if found in (frame, frame + left):
            return SOURCE if found == frame else CLIP
    raise _NO_CLIP


def _candidates(timeline: Any) -> Iterator[Tuple[Any, int, int]]:
    """Yield items of media that are trimmed, with the trimmed frames and a frame for a marker.

    The frame is one that the item shows in either count.
    """
    for track in range(1, int(timeline.GetTrackCount("video") or 0) + 1):
        for item in Host.items(timeline.GetItemListInTrack("video", track)):
            if item.GetMediaPoolItem() is None:
                continue
            left, length = round(float(item.GetLeftOffset())), round(float(item.GetDuration()))
            if 1 <= left < length:
                yield item, left, left + (length - left) // 2


def _export(host: Host, timeline: Any) -> Dict[str, Any]:
    place = tempfile.mkdtemp(prefix="shotlog-")
    try:
        path = os.path.join(place, "timeline.otio")
        kind = getattr(host.resolve, "EXPORT_OTIO", None)
        if kind is None or timeline.Export(path, kind) is not True:
            raise ScriptError("This DaVinci Resolve does not export OpenTimelineIO for the test.")
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            exported: Dict[str, Any] = json.load(file)
            return exported
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _find(parent: Dict[str, Any], name: str) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """Return the clip with a marker of this name, and the marker."""
    for child in parent.get("children") or []:
        for marker in child.get("markers") or []:
            if marker.get("name") == name and "media_references" in child:
                return child, marker
        try:
            return _find(child, name)
        except LookupError:
            continue
    raise LookupError(name)


def _seconds(time: Dict[str, Any]) -> Any:
    return exact_time(time["value"]) / exact_rate(time["rate"])


def _read(folder: str) -> Dict[str, Any]:
    try:
        with open(os.path.join(folder, "calibration.json"), encoding="utf-8") as file:
            told = json.load(file)
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _keep(folder: str, version: str, space: str) -> None:
    path = os.path.join(folder, "calibration.json")
    known = dict(_read(folder), **{version: space})
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(known, file)
    os.replace(path + ".new", path)
