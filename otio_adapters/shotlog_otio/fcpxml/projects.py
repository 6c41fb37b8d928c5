"""The projects and compound clips of an FCPXML file, and the one that is read."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from shotlog.schema import TimelineUnreadable, nearest_frame
from shotlog_otio.fcpxml.resources import Resources
from shotlog_otio.fcpxml.times import length_in
from shotlog_otio.timeline import SequenceInfo, choose_sequence
from shotlog_otio.xml_text import Element

FALLBACK_RATE = Fraction(24)
"""Frames per second of a sequence whose format tells none."""

_CLIPS = frozenset({"asset-clip", "clip", "ref-clip", "sync-clip", "mc-clip", "audition"})


class Project(NamedTuple):
    """A timeline of a file.

    Attributes:
        name: Its name.
        sequence: Its element.
        chosen: True for the one that is read.
        others: All of the file, where there are several.
    """

    name: str
    sequence: Element
    others: tuple[SequenceInfo, ...] = ()


def choose_project(
    root: Element, resources: Resources, wanted: str | None, subject: str
) -> Project:
    """Return the timeline to read: a project, or, by its name, a compound clip.

    Raises:
        TimelineAmbiguous: Several fit.
        TimelineUnreadable: There is none.
    """
    found = list(_timelines(root, resources))
    if not found:
        raise _no_project(root, subject)
    listed = [
        SequenceInfo(name, rate_of(sequence, resources), _frames(sequence, resources), n, contained)
        for n, (name, sequence, contained) in enumerate(found)
    ]
    chosen = choose_sequence(listed, wanted, subject)
    others = tuple(item._replace(chosen=item is chosen) for item in listed)
    name, sequence, _ = found[listed.index(chosen)]
    return Project(name, sequence, others if len(others) > 1 else ())


def rate_of(sequence: Element, resources: Resources) -> Fraction:
    """Return the frames per second of a sequence."""
    return resources.rate(sequence.get("format")) or FALLBACK_RATE


def _timelines(root: Element, resources: Resources) -> Iterator[tuple[str, Element, bool]]:
    """Yield the name and the sequence of each, and whether another contains it."""
    projects = [
        (item.get("name") or "", sequence)
        for item in root.walk()
        if item.tag == "project" and (sequence := item.child("sequence")) is not None
    ]
    yield from ((name, sequence, False) for name, sequence in projects)
    compounds = list(resources.compounds())
    used = {
        item.get("ref")
        for _, sequence in compounds
        for item in sequence.walk()
        if item.tag == "ref-clip"
    }
    for media, sequence in compounds:
        # Where a file has projects, its other compound clips lie in the browser.
        contained = bool(projects) or media.get("id") in used
        yield media.get("name") or "", sequence, contained


def _frames(sequence: Element, resources: Resources) -> int:
    try:
        length = length_in(sequence)
    except ValueError:
        length = None
    return nearest_frame(length or Fraction(0), rate_of(sequence, resources))


def _no_project(root: Element, subject: str) -> TimelineUnreadable:
    if root.tag != "fcpxml":
        return TimelineUnreadable(subject, f"it is no FCPXML, but XML of the kind <{root.tag}>")
    clips = sum(item.tag in _CLIPS for item in root.walk())
    counted = f"{clips} clip{'s' if clips > 1 else ''} of an event and no project"
    holds = f"it holds {counted}" if clips else "it holds no project"
    return TimelineUnreadable(
        subject, holds, "Select the project in the browser, then File > Export XML."
    )
