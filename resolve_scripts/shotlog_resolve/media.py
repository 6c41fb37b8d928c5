"""The media of a clip, as the media pool or an OpenTimelineIO export tells of it."""

import re
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Dict, NamedTuple, Optional, Tuple
from urllib.parse import quote, unquote, urlsplit

from shotlog_resolve.rates import exact_rate, exact_time, frames_of

_SLOWEST, _FASTEST = 1, 1000
"""Frame rates that the bridge takes."""

_NUMBERED = re.compile(r"(.*)\[(\d+)-(\d+)\]([^/\\]*)", re.DOTALL)
"""Resolve's path of an image sequence: ``/shots/a.[1001-1099].exr``."""


class Media(NamedTuple):
    """The media of a clip.

    Attributes:
        name: Its name for people.
        path: Absolute path of its file, or of the first picture of a sequence.
        rate: Frames per second, in which its frames are counted.
        start: Number of its first frame, by its start timecode.
        pattern: FFmpeg's pattern of the paths of a sequence; None for a file.
        first: Number of the first picture of a sequence.
        frames: Its length in frames; None if it is not known.
    """

    name: str
    path: str
    rate: Fraction
    start: int = 0
    pattern: Optional[str] = None
    first: int = 0
    frames: Optional[int] = None


def pool_media(properties: Dict[str, Any]) -> Optional[Media]:
    """Return the media of a media pool item.

    Args:
        properties: All of its clip properties.

    Returns:
        None if it has no file: a compound clip, a nested timeline, a multicam clip.

    Raises:
        ValueError: Its path or frame rate is none that can be used; the reason as a clause.
    """
    path = str(properties.get("File Path") or "")
    if not path:
        return None
    rate = _rate(properties.get("FPS"))
    _check_path(path)
    drop = str(properties.get("Drop frame")).strip()
    start = frames_of(properties.get("Start TC"), rate, {"0": False, "1": True}.get(drop))
    name = str(properties.get("Clip Name") or re.split(r"[/\\]", path)[-1])
    frames = str(properties.get("Frames")).strip()
    length = int(frames) if frames.isdigit() else 0
    return _media(name, path, rate, start or 0)._replace(frames=length or None)


def _rate(told: Any) -> Fraction:
    try:
        rate = exact_rate(told)
    except ValueError:
        raise ValueError("Resolve does not tell the frame rate of its media") from None
    if not _SLOWEST <= rate <= _FASTEST:
        raise ValueError(f"its media has a frame rate of {told}")
    return rate


def _check_path(path: str) -> None:
    # Of either system: the tests of one run on another.
    if not (PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()):
        raise ValueError(f"the path of its media is not absolute: {path}")


def _media(name: str, path: str, rate: Fraction, start: int) -> Media:
    numbered = _NUMBERED.fullmatch(path)
    if not numbered:
        return Media(name, spell_path(path), rate, start)
    before, first, last, after = numbered.groups()
    # Pictures that are counted 998, 999, 1000 have no leading zeros, those of one width may.
    width = len(first) if first.startswith("0") or len(first) == len(last) else 0
    return _sequence(name, (before, after), int(first), width, rate, start)


def _sequence(
    name: str, ends: Tuple[str, str], first: int, width: int, rate: Fraction, start: int
) -> Media:
    before, after = map(spell_path, ends)
    pattern = "{}%{}d{}".format(
        before.replace("%", "%%"), f"0{width}" if width else "", after.replace("%", "%%")
    )
    return Media(name, f"{before}{first:0{width}d}{after}", rate, start, pattern, first)


def reference_media(reference: Dict[str, Any], name: str) -> Optional[Media]:
    """Return the media of an OpenTimelineIO media reference.

    Args:
        reference: The object of the JSON.
        name: Name of the clip.

    Returns:
        None if it names no file on this machine, or its frame rate is not known.
    """
    kind = str(reference.get("OTIO_SCHEMA")).split(".")[0]
    time = (reference.get("available_range") or {}).get("start_time")
    try:
        if kind == "ImageSequenceReference":
            rate = _rate(reference["rate"])
            start = _frame(time, rate) if time else 0
            first, step = int(reference["start_frame"]), int(reference.get("frame_step") or 1)
            folder = _local_path(str(reference["target_url_base"]))
            if folder is None or step != 1:
                return None
            _check_path(folder)
            if not folder.endswith(("/", "\\")):
                folder += "\\" if "\\" in folder and "/" not in folder else "/"
            ends = folder + str(reference["name_prefix"]), str(reference["name_suffix"])
            width = int(reference.get("frame_zero_padding") or 0)
            return _sequence(name, ends, first, width, rate, start)
        if kind == "ExternalReference" and time:
            rate = _rate(time["rate"])
            path = _local_path(str(reference["target_url"])) or ""
            _check_path(path)
            return _media(name, path, rate, _frame(time, rate))
    except (KeyError, TypeError, ValueError):
        return None
    return None


def _frame(time: Dict[str, Any], rate: Fraction) -> int:
    return round(exact_time(time["value"]) / exact_rate(time["rate"]) * rate)


def _local_path(url: str) -> Optional[str]:
    """Return the path of a URL; Resolve writes bare paths, other programs ``file://``."""
    if not url.lower().startswith("file:"):
        return url or None
    path = unquote(urlsplit(url).path, errors="surrogateescape")
    return path[1:] if re.match(r"/[A-Za-z]:", path) else path


def spell_name(name: str) -> str:
    """Return a name with a question mark for whatever is no Unicode."""
    return name.encode("utf-8", "replace").decode("utf-8")


def spell_path(path: str) -> str:
    """Return a path as the bridge reads it: a URL where it is not Unicode."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:  # bytes of a name that are no UTF-8, which Python escapes
        return "file://" + quote(path.encode("utf-8", "surrogateescape"))
    return path
