"""Comparison of the findings with the truth, shot by shot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path

from shotlog.demo.truth import TrueCut, TrueHighlight, TrueShot, Truth
from shotlog.schema import (
    UNDEFINED,
    ClipRange,
    Cut,
    Family,
    Finding,
    Log,
    LoggedShot,
    TimeRange,
    seconds_of,
)

CUT_TOLERANCE = 2
"""Largest distance in frames at which a cut counts as found."""

# Moves that look alike where the picture shows little parallax.
_SIBLINGS = [
    {f"{one}_{a}", f"{other}_{a}"}
    for one, other, ends in (
        ("pan", "truck", ("left", "right")),
        ("tilt", "pedestal", ("up", "down")),
        ("zoom", "dolly", ("in", "out")),
    )
    for a in ends
]


class DemoVerdict(Enum):
    """Result of the comparison of a finding with the truth; the value is its sign on screen."""

    RIGHT = "✓"
    NEAR = "≈"
    ABSTAINED = "–"
    WRONG = "✗"


@dataclass(frozen=True)
class ComparedLabel:
    """A label that was found (None for none), the true one, and the verdict."""

    found: str | None
    true: str
    verdict: DemoVerdict
    confidence: float | None = None


@dataclass(frozen=True)
class ComparedShot:
    """A true shot in a clip that shows it, with the labels that were found there.

    Attributes:
        name: Name of the shot.
        at: Its first moment on the timeline, in seconds.
        cut: The cut at its start; None where the clip starts there.
        size: Its size.
        move: Its move.
    """

    name: str
    at: Fraction
    cut: ComparedLabel | None
    size: ComparedLabel
    move: ComparedLabel


@dataclass(frozen=True)
class ComparedHighlight:
    """A planted highlight, its range on the timeline, and the highlight found there, if any."""

    planted: TrueHighlight
    timeline: TimeRange
    found: Finding | None


def compare_shots(log: Log, truth: Truth, film: Path) -> list[ComparedShot]:
    """Compare every true shot of every clip that shows the film, in timeline order."""
    return [
        ComparedShot(
            name=shot.name,
            at=clip.time_map.to_timeline(piece.start),
            cut=_cut(log, truth, clip, piece.start),
            size=_compare(shot.size, _leading(found, Family.SIZE, piece)),
            move=_compare(shot.move, _leading(found, Family.MOVE, piece)),
        )
        for clip in _clips(log, film)
        for shot, piece in _pieces(truth, clip)
        for found in [_logged(log, clip, piece)]
    ]


def compare_highlights(log: Log, truth: Truth, film: Path) -> list[ComparedHighlight]:
    """Pair every planted highlight that the timeline shows with the best one that covers it."""
    compared = []
    for planted in truth.highlights:
        for clip in _clips(log, film):
            if piece := planted.range.intersection(clip.source):
                timeline = clip.time_map.range_to_timeline(piece)
                covering = (f for f in log.highlights if _covers(f.timeline, timeline))
                compared.append(ComparedHighlight(planted, timeline, next(covering, None)))
    return compared


def find_false_cuts(log: Log, truth: Truth, film: Path) -> list[tuple[ClipRange, Cut]]:
    """Return the cuts that were found where there are none, with their clips."""
    return [
        (clip, cut)
        for clip in _clips(log, film)
        for cut in log.cuts.get(clip.id, ())
        if not any(_matches(cut, true, truth) for true in truth.cuts)
    ]


def _clips(log: Log, film: Path) -> list[ClipRange]:
    return [
        clip
        for clip in log.edit.clips
        if clip.media is not None and Path(clip.media.path).name == film.name
    ]


def _pieces(truth: Truth, clip: ClipRange) -> Iterator[tuple[TrueShot, TimeRange]]:
    for shot in truth.shots:
        if piece := shot.range.intersection(clip.source):
            yield shot, piece


def _logged(log: Log, clip: ClipRange, piece: TimeRange) -> LoggedShot | None:
    """Return the logged shot of a clip that overlaps a true one most; None for none."""
    shots = (s for s in log.shots if s.shot.clip == clip.id and _shared(s.shot.source, piece))
    return max(shots, key=lambda logged: _shared(logged.shot.source, piece), default=None)


def _shared(found: TimeRange | None, piece: TimeRange) -> Fraction:
    common = found.intersection(piece) if found else None
    return common.duration if common else Fraction(0)


def _leading(logged: LoggedShot | None, family: Family, piece: TimeRange) -> Finding | None:
    """Return the leading finding of a family for most of a range; a shot may have several moves."""
    findings: Sequence[Finding] = logged.leading(family) if logged else ()
    return max(findings, key=lambda finding: _shared(finding.source, piece), default=None)


def _compare(true: str, finding: Finding | None) -> ComparedLabel:
    if finding is None:
        return ComparedLabel(None, true, DemoVerdict.ABSTAINED)
    if finding.label == true:
        verdict = DemoVerdict.RIGHT
    elif {finding.label, true} in _SIBLINGS:
        verdict = DemoVerdict.NEAR
    else:
        verdict = DemoVerdict.ABSTAINED if finding.label == UNDEFINED else DemoVerdict.WRONG
    return ComparedLabel(finding.label, true, verdict, finding.confidence)


def _cut(log: Log, truth: Truth, clip: ClipRange, start: Fraction) -> ComparedLabel | None:
    """Compare the cut at the start of a range; None where the clip starts there."""
    if start == clip.source.start:
        return None
    true = next(cut for cut in truth.cuts if seconds_of(cut.frame, truth.rate) == start)
    for cut in log.cuts.get(clip.id, ()):
        if _matches(cut, true, truth):
            verdict = DemoVerdict.RIGHT if cut.kind == true.kind else DemoVerdict.NEAR
            off = (cut.at - start) * truth.rate
            label = cut.kind.value + (f" {float(off):+.0f} fr" if off else "")
            return ComparedLabel(label, true.kind.value, verdict, cut.confidence)
    return ComparedLabel(None, true.kind.value, DemoVerdict.WRONG)


def _matches(cut: Cut, true: TrueCut, truth: Truth) -> bool:
    """Return True where a found cut is within two frames of a true one or of its span."""
    slack = seconds_of(CUT_TOLERANCE, truth.rate)
    at = seconds_of(true.frame, truth.rate)
    first, last = min(at, true.span.start) - slack, max(at, true.span.end) + slack
    return first <= cut.at <= last


def _covers(found: TimeRange, planted: TimeRange) -> bool:
    """Return True where a finding covers at least half of a planted highlight."""
    common = found.intersection(planted)
    return common is not None and 2 * common.duration >= planted.duration
