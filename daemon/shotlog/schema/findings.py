"""Findings, markers and the result of an analysis: what is said, and who says it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby

from pydantic import Field

from shotlog.schema.base import Model, Rate, Seconds
from shotlog.schema.errors import Problem
from shotlog.schema.labels import UNDEFINED, Family
from shotlog.schema.paths import Words
from shotlog.schema.ranges import Cut, Edit, Shot
from shotlog.schema.times import TimeRange


class Tier(StrEnum):
    """Where a finding was computed."""

    BUILTIN = "builtin"
    LOCAL = "local"
    REMOTE = "remote"


class Provenance(Model):
    """Who says it: analyzer, its version, the tier, and the weights where there are any."""

    analyzer: str
    version: str
    tier: Tier
    weights: str | None = None


class Finding(Model):
    """A label or a score on an exact range."""

    family: Family
    """What it speaks about."""
    label: str
    """A name of the family's vocabulary; for a highlight its rank (``HL 1``)."""
    scores: dict[str, float]
    """A score for every label that was weighed, or named figures of a highlight."""
    confidence: float
    """0 to 1, how far the label may be trusted."""
    source: TimeRange | None
    """The range in media time; None for what speaks of the timeline itself."""
    timeline: TimeRange
    """The range on the timeline's clock."""
    shot: str | None = None
    """Id of the shot that it belongs to; None for what spans shots."""
    reasons: tuple[str, ...] = ()
    """Why, in words for an editor."""
    provenance: Provenance
    """Who says it."""


Opinion = tuple[Finding, ...]
"""What one analyzer says about one family, in time order."""


def abstains(voice: Sequence[Finding]) -> bool:
    """Whether a voice knows nothing: all that it says is ``undefined``."""
    return all(finding.label == UNDEFINED for finding in voice)


def group_by_range(voice: Opinion) -> list[Opinion]:
    """What a voice says by range; one range has several findings where labels hold together."""
    return [tuple(same) for _, same in groupby(voice, key=lambda finding: finding.timeline)]


class LoggedShot(Model):
    """A shot with all that was found about it; highlights stand in the log, not here."""

    shot: Shot
    """Where it lies."""
    clip_name: str
    """Name of its clip, for people."""
    content_id: str
    """Identity of its media's content."""
    findings: tuple[Finding, ...]
    """What was found, by family; within it in the order of the analyzers, by time."""

    def of(self, family: Family) -> tuple[Finding, ...]:
        """The findings of one family, of every analyzer."""
        return tuple(f for f in self.findings if f.family == family)

    def opinions(self, family: Family) -> tuple[Opinion, ...]:
        """The findings of one family by analyzer; the first leads, the others second it.

        Whoever abstains comes last. Models that were installed or called on purpose come before
        the built-in ones; otherwise the order of the findings decides, which is that of the
        analyzers.
        """
        by_analyzer: dict[str, list[Finding]] = {}
        for finding in self.of(family):
            by_analyzer.setdefault(finding.provenance.analyzer, []).append(finding)
        heard = (
            tuple(sorted(voice, key=lambda f: (f.timeline.start, f.timeline.end)))
            for voice in by_analyzer.values()
        )
        return tuple(
            sorted(heard, key=lambda v: (abstains(v), v[0].provenance.tier == Tier.BUILTIN))
        )

    def leading(self, *families: Family) -> Opinion:
        """What is said first of a question that several families answer, the closest first.

        The voice that leads the first family in which anybody knows anything; where nobody does,
        of the first that was asked about; empty where none was.
        """
        heard = [voices[0] for family in families if (voices := self.opinions(family))]
        known = [voice for voice in heard if not abstains(voice)]
        return next(iter(known or heard), ())


class Curve(Model):
    """A figure over the whole timeline, at even steps from its start."""

    step: Seconds
    """Seconds from one value to the next."""
    values: tuple[float | None, ...]
    """None where nothing is known."""


class Log(Model):
    """The result of an analysis: every shot, every highlight, everything that went wrong.

    ``excitement`` is what the highlights stand out of, where an analyzer tells; ``cuts`` maps a
    clip's id to the changes of shot inside it.
    """

    version: int = 1
    edit: Edit
    shots: tuple[LoggedShot, ...]
    highlights: tuple[Finding, ...] = ()
    excitement: Curve | None = None
    cuts: dict[str, tuple[Cut, ...]] = Field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Words, ...] = ()


class MarkerFamily(StrEnum):
    """The kinds of marker that Shotlog writes; each has its own colour in the NLE."""

    SHOT = "shot"
    MOVE = "move"
    HIGHLIGHT = "highlight"
    PROBLEM = "problem"


class Marker(Model):
    """How a finding appears in an NLE."""

    id: str
    """Stable identity of what it speaks about; at most one marker of an id is written."""
    family: MarkerFamily
    """Decides its colour."""
    name: str
    """Short: ``MS · pan_left``."""
    note: str
    """The longer text: scores, tier, model."""
    frame: int
    """First frame on the timeline's clock (from 0, at ``rate``)."""
    duration: int
    """Length in frames; at least 1."""
    rate: Rate
    """The timeline's exact rate."""
    clip: str | None = None
    """Id of the clip that it belongs to; None for one of the timeline."""
    source_start: Seconds | None = None
    """Start of the same range on the clip's source clock (``media.start`` included), for a marker
    on the clip; not yet rounded to frames."""
    source_duration: Seconds | None = None
    """Its length there."""
    payload: dict[str, str | int | float | None] = Field(default_factory=dict)
    """What is kept in the marker's metadata for machines, JSON types only."""
