"""What an analyzer is: one small class per question, found by entry point ``shotlog.analyzers``.

An analyzer names the measures it draws on; the engine takes each measure once, whoever asks, and
hands every analyzer the rows of one shot, or of the whole edit. Conclusions are cheap and are
drawn anew each time; only measures are cached.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shotlog.schema.base import Model
from shotlog.schema.evidence import Measure, Series
from shotlog.schema.findings import Curve, Provenance, Tier
from shotlog.schema.labels import Family
from shotlog.schema.media import Media
from shotlog.schema.ranges import ClipRange, Cut, Edit, Shot
from shotlog.schema.times import TimeRange


class Claim(Model):
    """What an analyzer says; the engine makes a finding of it by adding who said it and where.

    Attributes:
        label: A name of the family's vocabulary; for a highlight its rank (``HL 1``).
        scores: A score for every label that was weighed, or named figures of a highlight.
        confidence: 0 to 1, how far the label may be trusted.
        range: In media time from a :class:`ShotAnalyzer`, in timeline time from an
            :class:`EditAnalyzer`.
        reasons: Why, in words for an editor.
    """

    label: str
    scores: dict[str, float]
    confidence: float
    range: TimeRange
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ShotView:
    """One shot, with the evidence about it.

    Attributes:
        shot: Where it lies.
        clip: The clip range that holds it; its ``time_map`` leads to media time.
        media: The media file.
        series: By measure name, the rows within ``shot.core`` (sound: within ``shot.source``).
            A measure that the media cannot serve (sound of a silent file) is absent.
    """

    shot: Shot
    clip: ClipRange
    media: Media
    series: Mapping[str, Series]


@dataclass(frozen=True, eq=False)
class EditView:
    """The whole edit, with the evidence about every shot.

    Attributes:
        edit: The timeline.
        shots: Every shot that was looked at, by start on the timeline; those of a higher track
            come after those of a lower one that start together.
        cuts: By clip id, the changes of shot inside the clip.
    """

    edit: Edit
    shots: Sequence[ShotView]
    cuts: Mapping[str, Sequence[Cut]] = field(default_factory=dict)


class Analyzer(ABC):
    """What all analyzers have in common.

    Attributes:
        name: Unique name: ``builtin.move``.
        family: What its findings speak about.
        tier: Where it computes.
        version: Raised whenever the same rows would give other findings.
        measures: What it draws on.
        weights: Fingerprint of the weights that it computes with; None where there are none.
    """

    name: str
    family: Family
    tier: Tier
    version: str
    measures: tuple[Measure, ...]
    weights: str | None = None

    @property
    def provenance(self) -> Provenance:
        """Who speaks in this analyzer's findings."""
        return Provenance(
            analyzer=self.name, version=self.version, tier=self.tier, weights=self.weights
        )


class ShotAnalyzer(Analyzer):
    """Answers its question for one shot at a time."""

    @abstractmethod
    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """The claims about one shot, in time order, each range within ``view.shot.source``.

        An analyzer speaks of the media as it runs forwards; the engine turns moves round on clips
        that run backwards.
        """


class EditAnalyzer(Analyzer):
    """Answers its question for the whole edit, on the timeline's clock."""

    @abstractmethod
    def conclude(self, view: EditView) -> Sequence[Claim]:
        """The claims about the edit, best first, each range in timeline time."""

    def curve(self, view: EditView) -> Curve | None:
        """What the claims stand out of, over the whole timeline; None where that is no figure."""
        return None
