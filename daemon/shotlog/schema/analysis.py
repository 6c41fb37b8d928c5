"""Base classes of analyzers, which are found by the entry point group ``shotlog.analyzers``.

An analyzer answers one question. It names the measures that it uses; the engine takes each measure
once for all analyzers, and gives every analyzer the rows of one shot, or of the whole edit.
Conclusions are cheap and are drawn in every run, unless the analyzer has a ``claims_key``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Self

from pydantic import Field

from shotlog.schema.base import Model
from shotlog.schema.evidence import Measure, Series
from shotlog.schema.findings import Curve, Provenance, RemoteAnswer, Tier
from shotlog.schema.labels import VOCABULARIES, Family
from shotlog.schema.learning import (
    EditorProfile,
    HeadCorrection,
    LabelCalibration,
    ProfileUnusable,
    analyzer_key,
)
from shotlog.schema.media import Media
from shotlog.schema.ranges import ClipRange, Cut, Edit, Shot
from shotlog.schema.times import TimeRange


class Claim(Model):
    """A conclusion of an analyzer; the engine adds its provenance and ranges to make a finding.

    Attributes:
        label: A name of the family's vocabulary; for a highlight its rank (``HL 1``), for a scene
            its number or the name that an editor gave it.
        scores: A score for every possible label, or named figures of a highlight.
        confidence: Confidence in the label, 0 to 1.
        range: In media time from a :class:`ShotAnalyzer`, in timeline time from an
            :class:`EditAnalyzer`.
        reasons: Reasons for the label, in words for an editor.
        remote: The answer of a remote provider that it was drawn from, for its provenance.
    """

    label: str
    scores: dict[str, float]
    confidence: float
    range: TimeRange
    reasons: tuple[str, ...] = ()
    remote: RemoteAnswer | None = Field(None, exclude_if=lambda answer: answer is None)


@dataclass(frozen=True, eq=False)
class ShotView:
    """One shot and its evidence.

    Attributes:
        shot: The shot's ranges.
        clip: The clip range that holds it; its ``time_map`` maps to media time.
        media: The media file.
        series: By measure name, the rows within ``shot.core`` (sound: within ``shot.source``). The
            core may reach beyond the source, into handles.
            A measure that the media cannot serve (sound of a silent file) is absent.
    """

    shot: Shot
    clip: ClipRange
    media: Media
    series: Mapping[str, Series]


@dataclass(frozen=True, eq=False)
class SoundView:
    """One clip of an audio track and its evidence.

    Attributes:
        clip: The clip range; its ``time_map`` maps to media time.
        media: The media file, which may have no picture.
        series: By the name of a measure of sound, the rows within the clip.
    """

    clip: ClipRange
    media: Media
    series: Mapping[str, Series]


@dataclass(frozen=True, eq=False)
class EditView:
    """The whole edit and the evidence of every shot.

    Attributes:
        edit: The timeline.
        shots: Every analysed shot, by start on the timeline; of shots that start together, those
            on lower tracks first.
        cuts: By clip id, the changes of shot inside the clip.
        sound: Every clip of an audio track that is switched on and whose sound could be read. Where
            ``edit.sound`` has clips that are switched on, the edit's sound is theirs; else it is
            that of the visible clips.
    """

    edit: Edit
    shots: Sequence[ShotView]
    cuts: Mapping[str, Sequence[Cut]] = field(default_factory=dict)
    sound: Sequence[SoundView] = ()


class Analyzer(ABC):
    """Common base of analyzers.

    Attributes:
        name: Unique name: ``builtin.move``.
        family: Subject of its findings.
        tier: Place where it computes.
        version: Version; must be raised when the same rows give other findings.
        measures: Measures that it uses.
        weights: Fingerprint of its weights; None without weights.
        zero_shot: True for a model that was never trained for the question; its answers come after
            those of all other analyzers, before abstentions.
    """

    name: str
    family: Family
    tier: Tier
    version: str
    measures: tuple[Measure, ...]
    weights: str | None = None
    zero_shot: bool = False

    @property
    def claims_key(self) -> str | None:
        """Digest or text of all that decides its claims beside provenance and view, as weights do.

        Where it is not None, claims are kept in the cache and drawn again only from another view.
        Of a :class:`ShotView`, they must then follow from ``series`` and from the shot's ``source``
        and ``core`` alone.
        """
        return None

    @property
    def key(self) -> str:
        """Key by which profiles of editors name it."""
        return analyzer_key(self.name, self.version, self.weights)

    @property
    def provenance(self) -> Provenance:
        """Provenance of this analyzer's findings."""
        return Provenance(
            analyzer=self.name,
            version=self.version,
            tier=self.tier,
            weights=self.weights,
            zero_shot=self.zero_shot,
        )


class ShotAnalyzer(Analyzer):
    """An analyzer that concludes for one shot at a time."""

    @abstractmethod
    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return the claims about one shot, in time order, each range within ``view.shot.seen``.

        An analyzer of kinds returns none for an ordinary shot, and one for the whole of another.

        The engine drops what a claim says of handles, which lie outside the shot on the timeline.
        Claims describe the media as it runs forwards; the engine reverses moves for clips that run
        backwards.
        """


class CorrectableAnalyzer(ShotAnalyzer):
    """A shot analyzer whose scores the profile of an editor may correct, before a label is named.

    Its rules, such as thresholds of labels, stay as they are. Its family has a vocabulary.

    Attributes:
        profile: The profile that corrects its scores; None leaves them as they are.
        profile_features: Names of the features by which the head correction of a profile changes
            its scores; empty where calibrations alone do.
    """

    profile: EditorProfile | None = None
    profile_features: tuple[str, ...] = ()
    _profile_id: str | None = None

    def with_profile(self, profile: EditorProfile) -> Self:
        """Return this analyzer with a profile; itself where the profile has nothing for its key.

        Raises:
            ProfileUnusable: The profile corrects features or labels that it does not have.
        """
        if self.key not in profile.analyzers:
            return self
        corrected = copy(self)
        corrected.profile, corrected._profile_id = profile, profile.id
        head, calibration = corrected.head_correction, corrected.calibration
        missing = [] if head is None or head.features == self.profile_features else ["features"]
        biases = [part.bias for part in (head, calibration) if part is not None]
        vocabulary = VOCABULARIES[self.family]
        missing += sorted({label for bias in biases for label in bias if label not in vocabulary})
        if missing:
            message = f"it corrects what {self.name} does not have: {', '.join(missing)}"
            raise ProfileUnusable(profile.name, message, "Learn it again with: shotlog learn.")
        return corrected

    @property
    def head_correction(self) -> HeadCorrection | None:
        """The profile's correction of its head; None where there is none."""
        return None if self.profile is None else self.profile.head(self.key)

    @property
    def calibration(self) -> LabelCalibration | None:
        """The profile's calibration of this analyzer; None where there is none."""
        if self.profile is None:
            return None
        return self.profile.calibration(self.name, self.version, self.weights)

    @property
    def provenance(self) -> Provenance:
        """Provenance of this analyzer's findings, with the profile that corrects its scores."""
        told = super().provenance
        if self._profile_id is None:
            return told
        return told.model_copy(update={"profile": self._profile_id})


class EditAnalyzer(Analyzer):
    """An analyzer that concludes for the whole edit, on the timeline's clock."""

    @abstractmethod
    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Return the claims about the edit, best first, each range in timeline time."""

    def curve(self, view: EditView) -> Curve | None:
        """Return the score over the whole timeline that the claims are peaks of, or None."""
        return None

    def warnings(self, view: EditView) -> Sequence[str]:
        """Return sentences for people about what the claims rest on; none by default."""
        return ()
