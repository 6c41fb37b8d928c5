"""``MediaPool.ImportTimelineFromFile`` for OpenTimelineIO files."""

import json
from fractions import Fraction
from typing import Any, List, Optional, Tuple

from .frames import exact_rate, frames_of, rate_text, timecode_of
from .items import Item
from .media import Media
from .otio_parts import (
    Json,
    marker_of,
    path_of,
    retime_of,
    schema_of,
    seconds_of,
    snapped,
)


def read(pool: Any, path: str, options: Json) -> Any:
    """Make a timeline of a file; None, without a word, for whatever Resolve does not take."""
    try:
        with open(path, encoding="utf-8") as file:
            told = json.load(file)
    except (OSError, ValueError):
        return None
    try:
        return _make(pool, told, options)
    except _NotTaken:
        return None


class _NotTaken(Exception):
    """Something in the file that Resolve does not import."""


def _make(pool: Any, told: Json, options: Json) -> Any:
    if not str(told.get("OTIO_SCHEMA", "")).startswith("Timeline."):
        raise _NotTaken("no timeline")
    start = told.get("global_start_time")
    rate = exact_rate(snapped(start["rate"] if start else _first_rate(told)))
    first = int(round(start["value"])) if start else frames_of("01:00:00:00", rate)
    clips = _all_clips(told)
    if any(schema_of(_reference(clip)) == "MissingReference" for clip in clips):
        raise _NotTaken("a clip without media")
    for clip in clips:
        _check_media(pool, _reference(clip), options)
        _check_source(clip)
    name = options.get("timelineName") or told.get("name") or "Timeline"
    project = pool.project
    timeline = project.make_timeline(name, rate_text(rate), timecode_of(first, rate))
    if timeline is None:
        raise _NotTaken("the name is taken")
    counts = {"Video": 0, "Audio": 0}
    for track in told["tracks"]["children"]:
        counts[track["kind"]] += 1
        _lay(pool, timeline, track, counts[track["kind"]], options)
    for marker in told["tracks"].get("markers") or []:
        at, made = marker_of(marker)
        timeline.markers[at] = made
    project.current = timeline
    return timeline


def _all_clips(told: Json) -> List[Json]:
    found: List[Json] = []
    for track in told["tracks"]["children"]:
        if schema_of(track) != "Track" or track.get("kind") not in ("Video", "Audio"):
            raise _NotTaken("no track")
        found += [child for child in track["children"] if schema_of(child) == "Clip"]
    return found


def _first_rate(told: Json) -> float:
    for clip in _all_clips(told):
        return float(clip["source_range"]["duration"]["rate"])
    raise _NotTaken("no rate")


def _reference(clip: Json) -> Optional[Json]:
    if "media_reference" in clip:
        single: Optional[Json] = clip["media_reference"]
        return single
    key = clip.get("active_media_reference_key", "DEFAULT_MEDIA")
    chosen: Optional[Json] = clip.get("media_references", {}).get(key)
    return chosen


def _known(pool: Any, path: str) -> Optional[Media]:
    found = [each for each in pool.project.media.values() if each.path == path]
    whole = [each for each in found if not each.deleted and each.frames == each.file_frames]
    return whole[0] if whole else None


def _check_media(pool: Any, reference: Optional[Json], options: Json) -> None:
    """Refuse a URL, and media that was moved when it should be imported."""
    if reference is None:
        raise _NotTaken("a clip without media")
    path = path_of(reference)
    if "://" in path:
        raise _NotTaken("a URL where Resolve wants a bare path")
    if options.get("importSourceClips", True):
        known = _known(pool, path)
        if not (known.online if known is not None else pool.exists(path)):
            raise _NotTaken("the media is not there")


def _check_source(clip: Json) -> None:
    """Refuse a source range that does not begin inside the media, counted by timecode."""
    available = (_reference(clip) or {}).get("available_range")
    if available is None:
        return
    start, first = (seconds_of(each["start_time"]) for each in (clip["source_range"], available))
    length = seconds_of(available["duration"])
    frame = 1 / Fraction(available["start_time"]["rate"])
    if not first - frame <= start <= first + length + frame:
        raise _NotTaken("a source range outside the media")


def _media(pool: Any, reference: Json, options: Json) -> Optional[Media]:
    if not options.get("importSourceClips", True):
        return None
    path = path_of(reference)
    known = _known(pool, path)
    if known is not None:
        return known
    available = reference["available_range"]
    rate = exact_rate(snapped(available["start_time"]["rate"]))
    made: Media = pool.project.add_media(
        {
            "id": "import %d" % len(pool.project.media),
            "path": path,
            "fps": rate_text(rate),
            "start": timecode_of(int(available["start_time"]["value"]), rate),
            "frames": int(available["duration"]["value"]),
        }
    )
    return made


def _lay(pool: Any, timeline: Any, track: Json, index: int, options: Json) -> None:
    kind = track["kind"].lower()
    timeline.ensure_track(kind, index)
    holder = timeline.tracks[kind][index - 1]
    holder.name = track.get("name") or holder.name
    holder.enabled = bool(track.get("enabled", True))
    at = 0
    for child in track["children"]:
        schema = schema_of(child)
        if schema == "Transition":
            _lay_transition(timeline, kind, index, child, at)
            continue
        length = int(round(child["source_range"]["duration"]["value"]))
        if schema == "Stack":
            _lay_nested(pool, timeline, (kind, index, at, length), child)
        if schema == "Clip":
            _lay_clip(pool, timeline, (kind, index, at, length), child, options)
        at += length


def _lay_transition(timeline: Any, kind: str, index: int, child: Json, at: int) -> None:
    before, after = int(child["in_offset"]["value"]), int(child["out_offset"]["value"])
    told = {
        "type": "transition",
        "track": [kind, index],
        "at": at - before,
        "length": before + after,
        "name": child.get("name") or "Cross Dissolve",
    }
    timeline.items.append(Item(timeline, told, None))


def _lay_nested(pool: Any, timeline: Any, place: Tuple[str, int, int, int], child: Json) -> None:
    kind, index, at, length = place
    start = child["source_range"]["start_time"]
    media = pool.project.add_media(
        {
            "id": "import %d" % len(pool.project.media),
            "name": child.get("name", ""),
            "type": "compound",
            "fps": rate_text(timeline.rate),
            "start": timecode_of(int(start["value"]), timeline.rate),
            "frames": length,
        }
    )
    told = {"track": [kind, index], "at": at, "length": length, "name": child.get("name", "")}
    timeline.items.append(Item(timeline, told, media))


def _lay_clip(
    pool: Any, timeline: Any, place: Tuple[str, int, int, int], child: Json, options: Json
) -> None:
    kind, index, at, length = place
    reference = _reference(child)
    if reference is None:
        raise _NotTaken("a clip without media")
    media = _media(pool, reference, options)
    told: Json = {
        "track": [kind, index],
        "at": at,
        "length": length,
        "name": child.get("name", ""),
        "enabled": child.get("enabled", True),
    }
    told.update(retime_of(child, timeline.rate))
    seconds = seconds_of(child["source_range"]["start_time"])
    if media is not None:
        told["source"] = str((seconds - media.start_seconds) * media.fps)
        if "ramp" in told:
            told["ramp"] = [
                [str(key * timeline.rate), str(source * media.fps)] for key, source in told["ramp"]
            ]
    item = Item(timeline, told, media)
    if media is None:
        item.type = "offline"
    for marker in child.get("markers") or []:
        position, made = marker_of(marker)
        begin = int(media.start_seconds * timeline.rate) if media else 0
        item.markers[position - begin] = made
    timeline.items.append(item)
