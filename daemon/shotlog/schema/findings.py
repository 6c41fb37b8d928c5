"""Findings with their provenance, markers, and the log of an analysis."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby, pairwise

from pydantic import Field

from shotlog.schema.base import Model, Rate, Seconds
from shotlog.schema.errors import Problem
from shotlog.schema.labels import UNDEFINED, Facing, Family
from shotlog.schema.paths import Words
from shotlog.schema.ranges import Cut, Edit, Shot
from shotlog.schema.times import TimeRange


class Tier(StrEnum):
    """Place where a finding was computed."""

    BUILTIN = "builtin"
    LOCAL = "local"
    REMOTE = "remote"


class RemoteAnswer(Model):
    """The answer of a remote provider that a finding was drawn from."""

    provider: str
    """Name of the provider; empty where this machine does not know it any more."""
    seconds: float
    """Seconds of computation for which it answered, by its own account; 0 in further findings of
    the same answer, so that a log adds up to what was charged."""
    cost: float
    """Price of them in US dollars; 0 where nothing was asked for them, and in further findings."""


class Provenance(Model):
    """Source of a finding: analyzer, version, tier, and fingerprint of the weights, if any."""

    analyzer: str
    version: str
    tier: Tier
    weights: str | None = None
    zero_shot: bool = Field(False, exclude_if=operator.not_)
    """True where the model was never trained for the question, and answers it by comparing the
    picture with sentences. Not written where it is false. Since protocol 1.4."""
    remote: RemoteAnswer | None = Field(None, exclude_if=lambda answer: answer is None)
    """The answer of the provider, in the remote tier alone. Since protocol 1.7."""
    profile: str | None = Field(None, exclude_if=lambda profile: profile is None)
    """Id of the profile of corrections that changed the scores; None, and not written, where none
    did. Since protocol 1.8."""

    @property
    def profile_name(self) -> str | None:
        """Name of the profile, without the digest of its content; None for none."""
        return None if self.profile is None else self.profile.partition("@")[0]


class Finding(Model):
    """A label or a score on an exact range."""

    family: Family
    """Subject of the finding."""
    label: str
    """A name of the family's vocabulary; for a highlight its rank (``HL 1``), for a scene its
    number (``Scene 1``) or the name that an editor gave it."""
    scores: dict[str, float]
    """A score for every possible label, or named figures of a highlight."""
    confidence: float
    """Confidence in the label, 0 to 1."""
    source: TimeRange | None
    """The range in media time; None for findings about the timeline itself."""
    timeline: TimeRange
    """The range on the timeline's clock."""
    shot: str | None = None
    """Id of its shot; None if it spans shots."""
    reasons: tuple[str, ...] = ()
    """Reasons for the label, in words for an editor."""
    provenance: Provenance
    """Analyzer and weights that the finding comes from."""

    @property
    def follows(self) -> bool:
        """True for a highlight of an analyzer that did not lead: its label ends with its name."""
        return self.label.endswith(f" ({self.provenance.analyzer})")


Opinion = tuple[Finding, ...]
"""The findings of one analyzer about one family, in time order."""


def abstains(opinion: Sequence[Finding]) -> bool:
    """Return True if all labels of an opinion are ``undefined``."""
    return all(finding.label == UNDEFINED for finding in opinion)


def group_by_range(opinion: Opinion) -> list[Opinion]:
    """Group findings by range; labels that hold together share a range."""
    return [tuple(same) for _, same in groupby(opinion, key=lambda finding: finding.timeline)]


class ShotFacts(Model):
    """Facts of a shot, to search by; each is None where it was not measured."""

    faces: int | None = None
    """Largest number of faces on one sampled picture, without doubtful ones; 4 stands for 4 or
    more (:data:`shotlog.analyzers.faces.MAX_FACES`)."""
    speech: float | None = None
    """Share of the shot in which somebody speaks, 0 to 1."""
    loudness: float | None = None
    """Loudness in LUFS, of the mono mix: ITU-R BS.1770-5 without gates; -70 in silence."""
    width: int | None = None
    """Width of its media in square pixels."""
    height: int | None = None
    """Height of its media in square pixels."""
    rate: Rate | None = None
    """Frames per second for which its media were recorded; None for a still."""
    start_timecode: Seconds | None = None
    """Timecode of the first frame of its media, in seconds, if the file has one."""


class LoggedShot(Model):
    """A shot and its findings; highlights are in the log, not here."""

    shot: Shot
    """The shot's ranges."""
    clip_name: str
    """Name of its clip, for people."""
    content_id: str
    """Identity of its media's content."""
    findings: tuple[Finding, ...]
    """Findings by family, then in the order of the analyzers, then by time."""
    facts: ShotFacts | None = Field(None, exclude_if=lambda facts: facts is None)
    """Its facts; None, and not written, where they were not asked for. Since protocol 1.4."""
    same_framing: bool | None = Field(None, exclude_if=lambda known: known is None)
    """True where its first picture has the framing and the subject of the last picture before the
    cut, so that the cut is likely to look like a jump; None, and not written, where no shot on its
    track ends at its start or the pictures were not compared."""
    facing: Facing | None = Field(None, exclude_if=lambda known: known is None)
    """Side to which its one face is turned; None, and not written, where it shows no face or
    several, or where faces were not measured."""

    @property
    def kind(self) -> str | None:
        """Its kind, of :data:`~shotlog.schema.labels.KINDS`; None for a shot of something."""
        known = (f.label for f in self.leading(Family.KIND) if f.label != UNDEFINED)
        return next(known, None)

    def of(self, family: Family) -> tuple[Finding, ...]:
        """Return the findings of one family, of all analyzers."""
        return tuple(f for f in self.findings if f.family == family)

    def opinions(self, family: Family) -> tuple[Opinion, ...]:
        """Return the findings of one family by analyzer, in order of precedence.

        Models that were trained for the question come first, then the built-in analyzers, then
        zero-shot answers, and abstentions last. Otherwise the order of the findings decides, which
        is that of the analyzers.
        """
        by_analyzer: dict[str, list[Finding]] = {}
        for finding in self.of(family):
            by_analyzer.setdefault(finding.provenance.analyzer, []).append(finding)
        opinions = (
            tuple(sorted(findings, key=lambda f: (f.timeline.start, f.timeline.end)))
            for findings in by_analyzer.values()
        )
        # sorted() is stable: of equal ones the order of the analyzers remains.
        return tuple(sorted(opinions, key=_precedence))

    def leading(self, *families: Family) -> Opinion:
        """Return the first opinion that does not abstain, of families in order of preference.

        If all abstain, the opinion on the first family that has one; empty if none has.
        """
        first = [opinions[0] for family in families if (opinions := self.opinions(family))]
        known = [opinion for opinion in first if not abstains(opinion)]
        return next(iter(known or first), ())


def _precedence(opinion: Opinion) -> tuple[bool, bool, bool]:
    """Return the key by which opinions on one family are sorted; the least leads."""
    by = opinion[0].provenance
    return abstains(opinion), by.zero_shot, by.tier == Tier.BUILTIN


def find_neighbours(shots: Sequence[LoggedShot]) -> Iterator[tuple[int, int]]:
    """Yield the places of two shots of which the second begins where the first ends, on one track.

    Clips in a nested sequence are on the track of the nest: they are cut with its neighbours.

    Args:
        shots: Shots in timeline order.
    """
    tracks: dict[str, list[int]] = {}
    for place, logged in enumerate(shots):
        # The top-level track of a clip id: V1 of V1/3.
        tracks.setdefault(logged.shot.clip.partition("/")[0], []).append(place)
    pairs = sorted(pair for places in tracks.values() for pair in pairwise(places))
    for first, second in pairs:
        if shots[first].shot.timeline.end == shots[second].shot.timeline.start:
            yield first, second


class Curve(Model):
    """A function over the whole timeline, at even steps from its start."""

    step: Seconds
    """Seconds from one value to the next."""
    values: tuple[float | None, ...]
    """One value per step; None if unknown."""


class Log(Model):
    """The result of an analysis: shots, highlights, scenes, problems and warnings.

    ``scenes`` are runs of shots in one setting, in timeline order; empty, and not written, where no
    analyzer found any (since protocol 1.6). ``excitement`` is the curve of the leading analyzer of
    highlights, if it gives one; ``curves`` holds those of all by analyzer, where others give one
    too (since protocol 1.6). ``cuts`` maps a clip's id to the cuts inside it, and ``cut_finder``
    tells what found them (None in logs of protocols before 1.5).
    """

    version: int = 1
    edit: Edit
    shots: tuple[LoggedShot, ...]
    highlights: tuple[Finding, ...] = ()
    scenes: tuple[Finding, ...] = Field((), exclude_if=operator.not_)
    excitement: Curve | None = None
    curves: dict[str, Curve] = Field(default_factory=dict, exclude_if=operator.not_)
    cuts: dict[str, tuple[Cut, ...]] = Field(default_factory=dict)
    cut_finder: Provenance | None = Field(None, exclude_if=lambda finder: finder is None)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Words, ...] = ()
    evidence: dict[str, dict[str, int]] = Field(default_factory=dict, exclude_if=operator.not_)
    """By analyzer, the epochs of the measures that its findings were drawn from; another epoch may
    give other numbers for the same frames. Empty in logs of protocols before 1.8."""
    fallback: Problem | None = Field(None, exclude_if=lambda problem: problem is None)
    """The reason why a tier was left for the next one in the user's order; None, and not written,
    where the first one was used. Since protocol 1.7."""


class MarkerFamily(StrEnum):
    """Kind of a marker; each has its own colour in the NLE."""

    SHOT = "shot"
    MOVE = "move"
    HIGHLIGHT = "highlight"
    PROBLEM = "problem"
    GROUP = "group"
    """A group of shots in selects. It is written with them; an analysis leaves it where it is."""
    DEFECT = "defect"
    """A defect of a finished file. Only quality control writes and replaces it."""
    REFRAMING = "reframing"
    """A stretch on which reframing found no subject. Only it writes and replaces them."""


ANALYSED = frozenset(
    {MarkerFamily.SHOT, MarkerFamily.MOVE, MarkerFamily.HIGHLIGHT, MarkerFamily.PROBLEM}
)
"""The kinds of markers that an analysis writes, and replaces when it writes again."""


class Marker(Model):
    """A finding as a marker in an NLE."""

    id: str
    """Stable identity of its subject; at most one marker of an id is written."""
    family: MarkerFamily
    """Its kind, which decides its colour."""
    name: str
    """Short name: ``MS · pan_left``."""
    note: str
    """Longer text: scores, tier, model."""
    frame: int
    """First frame on the timeline's clock (from 0, at ``rate``)."""
    duration: int
    """Length in frames; at least 1."""
    rate: Rate
    """The timeline's exact rate."""
    clip: str | None = None
    """Id of its clip; None for a marker of the timeline."""
    source_start: Seconds | None = None
    """Start of its range on the clip's source clock (``media.start`` included), for a marker on
    the clip; exact, not rounded to frames."""
    source_duration: Seconds | None = None
    """Length of its range on that clock."""
    payload: dict[str, str | int | float | None] = Field(default_factory=dict)
    """Metadata of the marker for machines, JSON types only."""
