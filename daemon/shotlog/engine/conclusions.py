"""Conclusions: evidence into cuts, shots and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.engine.directions import directed
from shotlog.engine.facings import add_facings
from shotlog.engine.framings import compare_framings
from shotlog.engine.kept_claims import KeptClaims
from shotlog.engine.passes import SegmentedClip, WindowResults, timeline_range
from shotlog.engine.plugins import analyzer_problem
from shotlog.engine.progress import RunProgress
from shotlog.engine.sources import LocatedClip
from shotlog.schema import (
    Analyzer,
    AnalyzerError,
    Claim,
    Curve,
    Cut,
    Edit,
    EditAnalyzer,
    EditView,
    Family,
    Finding,
    LoggedShot,
    Measure,
    Problem,
    Provenance,
    Series,
    Shot,
    ShotAnalyzer,
    ShotlogError,
    ShotView,
    SoundMeasure,
    SoundView,
    Tier,
    TimeRange,
    WindowMeasure,
)

_OF_SHOTS_ONLY = (Family.SIZE, Family.MOVE, Family.MOVEMENT)
"""Families that are about a shot of something; what is of a kind, such as black, has none of them,
whichever analyzer found one."""


@dataclass
class Conclusions:
    """Shots, highlights, scenes, cuts, problems and warnings of an edit, in timeline order."""

    shots: list[LoggedShot] = field(default_factory=list)
    highlights: list[Finding] = field(default_factory=list)
    scenes: list[Finding] = field(default_factory=list)
    excitement: Curve | None = None
    curves: dict[str, Curve] = field(default_factory=dict)
    cuts: dict[str, tuple[Cut, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def conclude(
    edit: Edit,
    clips: Sequence[SegmentedClip],
    analyzers: Sequence[Analyzer],
    cache: Cache,
    failed: Mapping[str, frozenset[str]],
    windows: WindowResults,
    progress: RunProgress,
    heard: Sequence[LocatedClip] = (),
    *,
    facts: bool = False,
) -> Conclusions:
    """Collect the findings of every analyzer on every shot and on the edit.

    Args:
        edit: The timeline.
        clips: Its clips, measured and divided into shots.
        analyzers: The analyzers to ask.
        cache: Holds the evidence.
        failed: By content id, names of the measures that failed on a file; the analyzers that
            use one of them are not asked about it.
        windows: Rows of the models for the windows of the shots.
        progress: Receives the progress, clip by clip.
        heard: The clips of the edit's audio tracks, measured.
        facts: True to give every shot its facts.
    """
    out = Conclusions()
    views: list[ShotView] = []
    kept = KeptClaims(cache)
    with progress.stage("Findings", len(clips), "clips") as bar:
        for clip in clips:
            item = clip.located
            missing = failed.get(item.media.content_id, frozenset())
            asked = [a for a in analyzers if not missing & {m.name for m in a.measures}]
            clip_views = _views(clip, analyzers, cache, windows)
            out.cuts[item.clip.id] = tuple(clip.cuts)
            for view in clip_views:
                logged = LoggedShot(
                    shot=view.shot,
                    clip_name=item.clip.name,
                    content_id=item.media.content_id,
                    findings=tuple(_ask(item, view, asked, kept, out.problems)),
                )
                out.shots.append(logged if logged.kind is None else _of_a_kind(logged))
            views.extend(clip_views)
            bar.advance(1)
    out.shots.sort(key=lambda logged: (logged.shot.timeline.start, logged.shot.clip))
    out.shots = compare_framings(out.shots, clips)
    views.sort(key=lambda view: (view.shot.timeline.start, view.shot.clip))
    out.shots = add_facings(out.shots, views, failed)
    sound = [_sound_view(item, analyzers, cache, failed) for item in heard]
    edit_view = EditView(edit=edit, shots=views, cuts=out.cuts, sound=sound)
    if facts:
        _add_facts(edit_view, analyzers, failed, out)
    _ask_edit([a for a in analyzers if isinstance(a, EditAnalyzer)], edit_view, kept, out)
    return out


def _add_facts(
    view: EditView,
    analyzers: Sequence[Analyzer],
    failed: Mapping[str, frozenset[str]],
    out: Conclusions,
) -> None:
    from shotlog.analyzers.facts import gather_facts  # imported late: it needs the detectors

    told = gather_facts(view, analyzers, failed)
    out.shots = [
        logged.model_copy(update={"facts": of_shot})
        for logged, of_shot in zip(out.shots, told, strict=True)
    ]


def _views(
    clip: SegmentedClip, analyzers: Sequence[Analyzer], cache: Cache, windows: WindowResults
) -> list[ShotView]:
    """Return the shots of a clip with the evidence about each."""
    item = clip.located
    media = item.media
    measures = {m.name: m for analyzer in analyzers for m in analyzer.measures}
    window_measures = [m for _, m in sorted(measures.items()) if isinstance(m, WindowMeasure)]
    of_clip = {
        name: (measure, series)
        for name, measure in sorted(measures.items())
        if not isinstance(measure, WindowMeasure)
        and (series := cache.read(media.content_id, cache_key(measure), item.seen)) is not None
    }

    def evidence(shot: Shot) -> dict[str, Series]:
        cut = {n: series.within(_range_of(shot, m)) for n, (m, series) in of_clip.items()}
        of_windows = {m.name: windows.series(media, shot, m) for m in window_measures}
        return cut | {name: series for name, series in of_windows.items() if series is not None}

    return [
        ShotView(
            shot=shot,
            clip=item.clip.model_copy(update={"time_map": item.time_map}),
            media=media,
            series=evidence(shot),
        )
        for shot in clip.shots
    ]


def _sound_view(
    item: LocatedClip,
    analyzers: Sequence[Analyzer],
    cache: Cache,
    failed: Mapping[str, frozenset[str]],
) -> SoundView:
    """Return a clip of an audio track with the evidence about its sound."""
    content = item.media.content_id
    lost = failed.get(content, frozenset())
    measures = {m.name: m for a in analyzers for m in a.measures if isinstance(m, SoundMeasure)}
    series = {
        name: found
        for name, measure in sorted(measures.items())
        if name not in lost
        and (found := cache.read(content, cache_key(measure), item.span)) is not None
    }
    clip = item.clip.model_copy(update={"time_map": item.time_map})
    return SoundView(clip=clip, media=item.media, series=series)


def _range_of(shot: Shot, measure: Measure) -> TimeRange:
    # In a dissolve two pictures are mixed, so pictures count from the core; sound is not divided.
    return shot.source if isinstance(measure, SoundMeasure) else shot.core


def _ask(
    item: LocatedClip,
    view: ShotView,
    analyzers: Sequence[Analyzer],
    kept: KeptClaims,
    problems: list[Problem],
) -> list[Finding]:
    """Return the findings on a shot; an analyzer that raises becomes a problem of the clip."""
    findings: list[tuple[Family, int, Finding]] = []
    for rank, analyzer in enumerate(analyzers):
        if not isinstance(analyzer, ShotAnalyzer) or not _has_evidence(analyzer, view):
            continue
        try:
            told = kept.of_shot(analyzer, view)
            claims = [claim for each in told if (claim := _inside(each, view.shot))]
        except Exception as error:  # a plugin may raise anything; the others must go on
            problems.append(analyzer_problem(analyzer.name, item, error))
            continue
        findings += [
            (analyzer.family, rank, _finding(claim, analyzer, item, view.shot)) for claim in claims
        ]
    findings.sort(key=lambda found: (*found[:2], found[2].timeline.start))
    return [finding for *_, finding in findings]


def _of_a_kind(logged: LoggedShot) -> LoggedShot:
    """Return what is no shot of anything without the findings that only shots have."""
    kept = tuple(f for f in logged.findings if f.family not in _OF_SHOTS_ONLY)
    return logged.model_copy(update={"findings": kept})


def _has_evidence(analyzer: ShotAnalyzer, view: ShotView) -> bool:
    """Return True where the shot has some of the analyzer's evidence, and all of its windows."""
    there = [measure.name in view.series for measure in analyzer.measures]
    windows = [m.name in view.series for m in analyzer.measures if isinstance(m, WindowMeasure)]
    return any(there) and all(windows)


def _ask_edit(
    analyzers: Sequence[EditAnalyzer], view: EditView, kept: KeptClaims, out: Conclusions
) -> None:
    """Add the claims of edit analyzers, and their curves: the leading one's, and all of several.

    In each family the first analyzer with a result leads: the built-in tier comes last, otherwise
    the given order decides, as between opinions on a shot. Its labels (``HL 1``) stay as they are;
    labels of the others carry their analyzer's name, so that no two highlights share a label.
    Scenes are those of the leader alone, as they divide the timeline.
    """
    leading: dict[Family, EditAnalyzer] = {}
    curves: dict[str, Curve] = {}
    for analyzer in sorted(analyzers, key=lambda each: each.tier == Tier.BUILTIN):
        try:
            claims, curve = kept.of_edit(analyzer, view)
            out.warnings += analyzer.warnings(view)
        except ShotlogError as error:  # it tells an editor what to do
            out.problems.append(error.problem)
            continue
        except Exception as error:  # a plugin may raise anything; the others must go on
            message = f"the analyzer {analyzer.name} failed ({type(error).__name__}: {error})"
            out.problems.append(AnalyzerError(view.edit.name, message).problem)
            continue
        if not claims and curve is None:
            continue
        leads = leading.setdefault(analyzer.family, analyzer) is analyzer
        # The leader's own curve or none: its highlights are peaks of its curve, not of another's.
        if leads and analyzer.family is Family.HIGHLIGHT:
            out.excitement = curve
        if analyzer.family is Family.SCENE:
            if leads:
                out.scenes = [_of_edit(claim, claim.label, analyzer) for claim in claims]
            continue
        if curve is not None and analyzer.family is Family.HIGHLIGHT:
            curves[analyzer.name] = curve
        out.highlights += [
            _of_edit(claim, claim.label if leads else f"{claim.label} ({analyzer.name})", analyzer)
            for claim in claims
        ]
    leader = leading.get(Family.HIGHLIGHT)
    if leader is not None and curves.keys() - {leader.name}:
        out.curves = curves


def _of_edit(claim: Claim, label: str, analyzer: Analyzer) -> Finding:
    return Finding(
        family=analyzer.family,
        label=label,
        scores=claim.scores,
        confidence=claim.confidence,
        source=None,
        timeline=claim.range,
        reasons=claim.reasons,
        provenance=analyzer.provenance,
    )


def _inside(claim: Claim, shot: Shot) -> Claim | None:
    """Return a claim without what it says of handles; None where it is about them alone."""
    source = shot.source
    if source.start <= claim.range.start and claim.range.end <= source.end:
        return claim
    if claim.range.start < shot.seen.start or claim.range.end > shot.seen.end:
        raise ValueError(f"it spoke of {claim.range}, outside the shot {source}")
    common = claim.range.intersection(source)
    return None if common is None else claim.model_copy(update={"range": common})


def _finding(claim: Claim, analyzer: Analyzer, item: LocatedClip, shot: Shot) -> Finding:
    timeline = timeline_range(item, claim.range, shot.timeline)
    claim = directed(claim, analyzer.family, item.time_map, timeline)
    return Finding(
        family=analyzer.family,
        label=claim.label,
        scores=claim.scores,
        confidence=claim.confidence,
        source=claim.range,
        timeline=timeline,
        shot=shot.id,
        reasons=claim.reasons,
        provenance=_provenance(claim, analyzer),
    )


def _provenance(claim: Claim, analyzer: Analyzer) -> Provenance:
    told = analyzer.provenance
    return told if claim.remote is None else told.model_copy(update={"remote": claim.remote})
