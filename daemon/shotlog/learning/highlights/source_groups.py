"""Groups of sources: those of finished timelines, and the parts of them that the timelines show.

A split divides groups, so that the sources of one film are never both learned from and judged.
Timelines that share a source, by its content or as a copy, are one group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import blake2b
from typing import Final

from shotlog.engine.sources import LocatedClip, MediaUses, ProbeCache, locate
from shotlog.learning.edits import make_edit
from shotlog.learning.splits import are_copies
from shotlog.schema import (
    Edit,
    LabelsMissing,
    Media,
    Problem,
    TimeRange,
    union,
)

WHOLE_SOURCES: Final = (
    "The media of the timelines must hold more than the timelines show: give timelines with their"
    " whole sources, not with trimmed copies."
)
"""What to do where nothing was left."""
_LEFT: Final = Fraction(2)
"""Seconds that must have been left of the sources of a film: a window."""


@dataclass(frozen=True)
class Source:
    """A media file and the parts of it that were kept.

    Attributes:
        media: The file.
        duration: Its length in seconds.
        kept: The parts, in media time, in order and disjoint.
    """

    media: Media
    duration: Fraction
    kept: tuple[TimeRange, ...]


@dataclass(frozen=True)
class SourceGroup:
    """The sources of one film, or of timelines that share sources.

    Attributes:
        names: Names of the timelines.
        sources: The sources, by content id.
    """

    names: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def name(self) -> str:
        """The name, for people."""
        return " + ".join(self.names)

    @property
    def key(self) -> str:
        """Identity by content alone, whatever the files are called."""
        ids = "\n".join(sorted(source.media.content_id for source in self.sources))
        return blake2b(ids.encode(), digest_size=16).hexdigest()

    @property
    def picks(self) -> int:
        """Number of parts that were kept."""
        return sum(len(source.kept) for source in self.sources)

    @property
    def seconds(self) -> Fraction:
        """Length of all its sources."""
        return sum((source.duration for source in self.sources), Fraction(0))

    @property
    def left(self) -> Fraction:
        """Seconds of its sources that were not kept."""
        kept = (part.duration for source in self.sources for part in source.kept)
        return self.seconds - sum(kept, Fraction(0))


@dataclass(frozen=True)
class FoundGroups:
    """Groups of sources, and what could not be used.

    Attributes:
        groups: The groups, in the order of their first timelines.
        problems: Clips whose media cannot be used, and timelines without any that can.
        warnings: Timelines that were joined, and such.
    """

    groups: tuple[SourceGroup, ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def find_groups(edits: Sequence[Edit], probe_cache: ProbeCache) -> FoundGroups:
    """Find the sources of timelines, and what the timelines show of them.

    Stills, files of unknown length and clips that are switched off do not count.

    Args:
        edits: Finished timelines.
        probe_cache: Probes the media.
    """
    groups: list[SourceGroup] = []
    problems: list[Problem] = []
    for edit in edits:
        found, lost = _clips(edit, probe_cache)
        problems += lost
        if found:
            groups.append(_group_of(edit.name, found))
        else:
            message = "it shows no film that can be read, so there is nothing to learn from it"
            problems.append(LabelsMissing(edit.name, message).problem)
    joined, warnings = join_groups(groups)
    return FoundGroups(joined, tuple(problems), warnings)


def _group_of(name: str, found: Sequence[LocatedClip]) -> SourceGroup:
    media = {item.media.content_id: item.media for item in found}
    sources = (
        Source(
            media[content],
            media[content].duration or Fraction(0),
            tuple(union(item.span for item in found if item.media.content_id == content)),
        )
        for content in sorted(media)
    )
    return SourceGroup((name,), tuple(sources))


def join_groups(
    groups: Sequence[SourceGroup],
) -> tuple[tuple[SourceGroup, ...], tuple[str, ...]]:
    """Return groups of which no two share a source or have copies of one, and what was joined."""
    joined: list[SourceGroup] = []
    warnings: list[str] = []
    for group in groups:
        whole = group
        for other in [each for each in joined if _share_a_source(each, whole)]:
            warnings.append(
                f"{other.name} and {group.name} share sources: they are one film in the split"
            )
            joined.remove(other)
            whole = _joined(other, whole)
        joined.append(whole)
    return tuple(joined), tuple(warnings)


def _share_a_source(one: SourceGroup, other: SourceGroup) -> bool:
    return any(
        a.media.content_id == b.media.content_id or are_copies(a.media, b.media)
        for a in one.sources
        for b in other.sources
    )


def _joined(one: SourceGroup, other: SourceGroup) -> SourceGroup:
    by_content: dict[str, Source] = {}
    for source in (*one.sources, *other.sources):
        content = source.media.content_id
        known = by_content.get(content)
        kept = source.kept if known is None else tuple(union((*known.kept, *source.kept)))
        by_content[content] = replace(source, kept=kept)
    sources = tuple(by_content[content] for content in sorted(by_content))
    return SourceGroup((*one.names, *other.names), sources)


def check_groups(groups: Sequence[SourceGroup]) -> None:
    """Check that there is something to learn from, before the sources are measured.

    Raises:
        LabelsMissing: Nothing was left of the sources, or there is one film alone.
    """
    if not groups:
        raise LabelsMissing("the timelines", "none of them shows film that can be read")
    usable = [group for group in groups if group.left >= _LEFT]
    if not usable:
        message = "the timelines show all of their sources, so nothing was left"
        raise LabelsMissing(", ".join(group.name for group in groups), message, WHOLE_SOURCES)
    if len(usable) < 2:
        message = "there is one film alone, so a model could not be tried on a film it has not seen"
        raise LabelsMissing(usable[0].name, message)


def _clips(edit: Edit, probe_cache: ProbeCache) -> tuple[list[LocatedClip], list[Problem]]:
    uses, found, lost = MediaUses(edit), [], []
    for clip in edit.clips:
        if not clip.enabled or clip.media is None:  # a title or a gap has no media to learn from
            continue
        item = locate(clip, uses, probe_cache)
        if isinstance(item, Problem):
            lost.append(item)
        elif item.media.video and not item.media.video.still and item.media.duration:
            found.append(item)
    return found, lost


def edit_of(group: SourceGroup) -> Edit:
    """Return an edit of all sources of a group, whole, one after the other.

    Each begins at a step of the clock, so that windows of a source hold nothing of another.
    """
    return make_edit(
        group.name,
        (
            (source.media, TimeRange(start=Fraction(0), duration=source.duration))
            for source in group.sources
        ),
    )
