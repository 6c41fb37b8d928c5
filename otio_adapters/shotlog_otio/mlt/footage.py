"""The media that the services of an MLT project show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from shotlog.schema import NoPicture, TimeRange
from shotlog_otio.mlt.project import MltProject
from shotlog_otio.references import ClipMedia, MediaFinder, generated
from shotlog_otio.relinking import Relinks
from shotlog_otio.urls import is_absolute
from shotlog_otio.xml_text import Element

_GENERATORS: Mapping[str, str] = {
    "color": "a colour", "colour": "a colour", "kdenlivetitle": "a title", "qtext": "a title",
    "pango": "a title", "pangocairo": "a title", "noise": "noise", "count": "a countdown",
    "tone": "a tone", "blipflash": "a test pattern", "ising": "a pattern", "lissajous": "a pattern",
    "plasma": "a pattern", "webvfx": "a web page", "glaxnimate": "an animation",
}  # fmt: skip
"""Producers of MLT that make their picture themselves."""

_PROJECTS = frozenset({"xml", "xml-nogl", "xml-string", "consumer", "melt", "melt_file"})
"""Producers that show another project."""

_PICTURES = frozenset({"qimage", "pixbuf"})
_DEFAULT_TTL = 25
"""Frames for which MLT shows each picture of a sequence by default."""

_ENDLESS = 2**31 - 1
_TIMECODE = re.compile(r"(\d{1,2}):(\d\d):(\d\d)([:;.])(\d{1,3})")
_TIMECODE_NAME = re.compile(r"meta\.attr\.(?:\d+\.stream\.)?timecode\.markup")


@dataclass(frozen=True)
class Footage:
    """The media of one service.

    Attributes:
        media: The media.
        rate: Its frames per second, as far as the project tells.
        start: Time of its first frame on the source clock: its start timecode, else 0.
    """

    media: ClipMedia
    rate: Fraction | None
    start: Fraction


class FootageReader:
    """Reader of the media of one project.

    Args:
        project: The project.
        path: Its file.
        relinks: The places to which media have moved.
    """

    def __init__(self, project: MltProject, path: Path, relinks: Relinks) -> None:
        self._project = project
        root = project.root_folder
        roots = [Path(moved) for moved in relinks.apply([root])] if is_absolute(root) else []
        beside = [path.absolute().parent, path.resolve().parent]
        self._finder = MediaFinder([*roots, *beside], relinks)
        self._known: dict[tuple[int, str], Footage] = {}

    def read(self, service: Element, original: Element, name: str) -> Footage:
        """Return the media of a service.

        Args:
            service: A producer or a chain.
            original: The service that names its original, where it shows a proxy; itself, else.
            name: Name of the clip, for problems.
        """
        key = (id(service), name)
        if key not in self._known:
            self._known[key] = self._read(service, original, name)
        return self._known[key]

    def _read(self, service: Element, original: Element, name: str) -> Footage:
        facts = {**self._project.properties(original), **self._project.properties(service)}
        kind, path = facts.get("mlt_service", "").strip(), _resource(facts)
        if proxied := _original_of_proxy(self._project.properties(original), facts):
            path = proxied
        if kind in _GENERATORS:
            return Footage(generated(name, _GENERATORS[kind]), None, Fraction(0))
        if kind in _PROJECTS or path.lower().endswith((".mlt", ".kdenlive")):
            return Footage(_other_project(name, path), None, Fraction(0))
        if kind in _PICTURES or "/.all." in path:
            return self._pictures(facts, path, name, self._length(service))
        rate = _media_rate(facts)
        start = _start(facts, rate) if rate else None
        length = self._length(service)
        available = TimeRange(start=start or Fraction(0), duration=length or Fraction(0))
        media = self._finder.clip_media(name, path, available=available if length else None)
        if length is None and media.reference is not None:
            reference = media.reference.model_copy(update={"start": available.start})
            media = replace(media, reference=reference)
        # A start of 0 is MLT's way of counting, and tells nothing about the media's own timecode.
        told = available if start is not None else None
        return Footage(replace(media, available=told), rate, available.start)

    def _pictures(
        self, facts: Mapping[str, str], path: str, name: str, length: Fraction | None
    ) -> Footage:
        """Return the media of a still, or of numbered pictures."""
        many = "/.all." in path or "%" in path.rpartition("/")[2]
        if not many:
            return Footage(self._finder.clip_media(name, path), None, Fraction(0))
        found = re.match(r"[1-9]\d{0,6}", facts.get("ttl", ""))
        rate = self._project.rate / (int(found[0]) if found else _DEFAULT_TTL)
        whole = TimeRange(start=Fraction(0), duration=length or 1 / rate)
        # MLT's "/.all.png" stands for all pictures of the folder that end so.
        asked = path.replace("/.all.", "/*.")
        media = self._finder.clip_media(name, asked, available=whole, rate=rate)
        return Footage(replace(media, available=None, written=path), rate, Fraction(0))

    def _length(self, service: Element) -> Fraction | None:
        try:
            frames = self._project.frames(service, "length")
        except ValueError:
            return None
        return frames / self._project.rate if frames and 0 < frames < _ENDLESS else None


def speed_in(facts: Mapping[str, str]) -> str | None:
    """Return the speed of a time-warp producer as it is written; None for any other producer."""
    if facts.get("mlt_service") != "timewarp":
        return None
    return facts.get("warp_speed") or facts.get("resource", "").partition(":")[0]


def file_name(facts: Mapping[str, str]) -> str:
    """Return the last part of the path that a service shows; the name of a generator."""
    if (kind := facts.get("mlt_service", "")) in _GENERATORS:
        return kind
    return re.split(r"[/\\]", _resource(facts))[-1]


def _resource(facts: Mapping[str, str]) -> str:
    path = facts.get("resource", "")
    if speed_in(facts) is not None:
        path = facts.get("warp_resource") or path.partition(":")[2]
    # Shotcut's own "avformat:path"; the drive of a Windows path has one letter.
    return re.sub(r"\A(?:avformat|avformat-novalidate|plain):", "", path).strip()


def _original_of_proxy(original: Mapping[str, str], facts: Mapping[str, str]) -> str | None:
    """Return the path of the media that a proxy stands for; None where there is no proxy."""
    if original.get("kdenlive:proxy", "").strip() not in ("", "-"):
        return original.get("kdenlive:originalurl", "").strip() or None
    if facts.get("shotcut:proxy") == "1":
        return facts.get("shotcut:resource", "").strip() or None
    return None


def _other_project(name: str, path: str) -> ClipMedia:
    shown = path or "a part of a project"
    error = NoPicture(
        name,
        f"it shows another project ({shown}), whose clips are not followed",
        "Log that project by itself, or render it to a film and relink the clip.",
    )
    return ClipMedia(problem=error.problem, written=path or None)


def _media_rate(facts: Mapping[str, str]) -> Fraction | None:
    try:
        number = int(facts["meta.media.frame_rate_num"][:18])
        rate = Fraction(number, int(facts["meta.media.frame_rate_den"][:18]))
    except (KeyError, ValueError, ZeroDivisionError):
        return None
    return rate if 0 < rate < 10_000 else None


def _start(facts: Mapping[str, str], rate: Fraction) -> Fraction | None:
    """Return the start timecode of media that its metadata tell; None where they tell none."""
    texts = (text for name, text in facts.items() if _TIMECODE_NAME.fullmatch(name))
    found = next(filter(None, (_TIMECODE.fullmatch(text.strip()) for text in texts)), None)
    if found is None:
        return None
    hours, minutes, seconds, frames = (int(found[n]) for n in (1, 2, 3, 5))
    nominal = -(-rate.numerator // rate.denominator)
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= nominal:
        return None
    count = ((hours * 60 + minutes) * 60 + seconds) * nominal + frames
    if found[4] == ";":
        minute = hours * 60 + minutes
        count -= nominal // 15 * (minute - minute // 10)
    return count / rate
