"""Speeds of clips in MLT: time-warp producers, and links that remap time."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from shotlog.schema import TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.exact import exact_scalar
from shotlog_otio.mlt.footage import speed_in
from shotlog_otio.mlt.project import MltProject
from shotlog_otio.mlt.times import frames_of
from shotlog_otio.timeline import retiming_by_keys
from shotlog_otio.xml_text import Element

_KEY = re.compile(r"\s*(?P<at>[^=|~]+?)(?P<curve>[|~$!-]?)=(?P<value>[-+.\deE]+)\s*")
_FASTEST = Fraction(10_000)


class Cut(NamedTuple):
    """The frames of a service that a clip shows, both counted in the project's frames.

    Attributes:
        first: The first frame.
        last: The last frame, which is shown too.
    """

    first: int
    last: int

    @property
    def frames(self) -> int:
        """The number of frames."""
        return self.last - self.first + 1


class Speed(NamedTuple):
    """The relation of a clip to its media.

    Attributes:
        retiming: Content, length and speed, from the media's first frame on.
        unknown: The end of the sentence "its speed is not known: ..."; None where it is known.
    """

    retiming: Retiming
    unknown: str | None = None


def speed_of(project: MltProject, service: Element, cut: Cut) -> Speed:
    """Return the relation of a clip to its media.

    A time-warp producer counts everything, the in-point too, in frames of the retimed media: frame
    n shows the media at n * speed; backwards at (its last frame - n) * speed.

    Args:
        project: The project.
        service: The producer or chain that the clip shows.
        cut: The frames of it that are shown.
    """
    plain = _retiming(Fraction(cut.first), cut, Fraction(1), project.rate)
    remap = next((link for link in service if _is_remap(project, link)), None)
    if remap is not None:
        return _remapped(project, remap, cut, plain)
    facts = project.properties(service)
    written = speed_in(facts)
    if written is None:
        return Speed(plain)
    speed = _number(written)
    if speed is None or abs(speed) > _FASTEST:
        return Speed(plain, f'its speed "{written[:20]}" is no number')
    if speed == 0:  # MLT takes 1 for it
        return Speed(plain)
    if speed > 0:
        return Speed(_retiming(cut.first * speed, cut, speed, project.rate))
    whole = project.length(service)
    if whole is None:
        return Speed(plain, "it runs backwards from an end that the project does not tell")
    return Speed(_retiming((whole - 1 - cut.last) * -speed, cut, speed, project.rate))


def _retiming(first: Fraction, cut: Cut, speed: Fraction, rate: Fraction) -> Retiming:
    """Return the relation for content that starts at a number of frames of the project."""
    content = TimeRange(start=first / rate, duration=cut.frames * abs(speed) / rate)
    return Retiming(content, cut.frames / rate, speed)


def _number(text: str) -> Fraction | None:
    try:
        return exact_scalar(float(text.replace(",", ".")))
    except (ValueError, OverflowError):
        return None


def _is_remap(project: MltProject, link: Element) -> bool:
    facts = project.properties(link)
    names = ("time_map", "speed_map", "map")
    return (
        link.tag == "link"
        and facts.get("mlt_service") == "timeremap"
        and facts.get("disable") != "1"
        and any(facts.get(name, "").strip() for name in names)
    )


def _remapped(project: MltProject, link: Element, cut: Cut, plain: Retiming) -> Speed:
    """Return the relation under a map of times, which is straight between its keys."""
    facts = project.properties(link)
    told = facts.get("time_map", "").strip() or facts.get("map", "").strip()
    if facts.get("speed_map", "").strip() or not told:
        return Speed(plain, "it has a speed ramp (a time remap by speeds), which is not followed")
    points = time_points(told, project.rate)
    if points is None:
        return Speed(plain, "it has a speed ramp (a time remap) with curves, which is not followed")
    # The map counts from the link's in-point, and its values from that time of the media.
    start = project.frames(link, "in") or 0
    keys = [(at + start, value + start / project.rate) for at, value in points]
    return Speed(retiming_by_keys(keys, cut.first, cut.frames, project.rate))


def time_points(text: str, rate: Fraction) -> list[tuple[Fraction, Fraction]] | None:
    """Return the keys of a time map as pairs of frames and media seconds.

    Returns:
        None where it holds something else than straight lines between rising times.
    """
    points: list[tuple[Fraction, Fraction]] = []
    for part in filter(str.strip, text.split(";")):
        found = _KEY.fullmatch(part)
        value = _number(found["value"]) if found and not found["curve"] else None
        try:
            at = frames_of(found["at"], rate) if found else 0
        except ValueError:
            return None
        if value is None or abs(value) > 10**9 or (points and at <= points[-1][0]):
            return None
        points.append((Fraction(at), value))
    return points or None
