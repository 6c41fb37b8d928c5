"""The analysis of an edit: plan, decode once, measure, segment, run models, conclude.

The result is a pure function of the edit, its media and the analyzers: the cache and the progress
change how long it takes, never the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shotlog.engine.cache import Cache
from shotlog.engine.conclusions import conclude
from shotlog.engine.examination import WantedClips, examine, examine_until_unchanged
from shotlog.engine.passes import plan_reads
from shotlog.engine.progress import RunProgress, SilentProgress
from shotlog.engine.sources import (
    LocatedClip,
    MediaUses,
    ProbeCache,
    attach_warnings,
    collect_media_warnings,
    collect_warnings,
    fold_warnings,
    group_by_media,
    wanted_sound,
)
from shotlog.media.cuts import BuiltinCuts, CutFinder
from shotlog.schema import (
    Analyzer,
    CacheError,
    ClipRange,
    Edit,
    Log,
    LoggedShot,
    Model,
    Stopped,
    union,
)

_ATTEMPTS = 3
"""Attempts of a run to measure evidence that other runs evict from the cache before it is used."""


class EngineOptions(Model):
    """Choice of the clips that are analysed, of their shots, and of what is told of them.

    Attributes:
        disabled: True to analyse clips that the editor has switched off, too.
        cuts: The cut finder that divides clips into shots.
        facts: True to give every shot its facts, as far as the analyzers measure them.
    """

    disabled: bool = False
    cuts: CutFinder = BuiltinCuts()
    facts: bool = False


def analyze(
    edit: Edit,
    analyzers: Sequence[Analyzer],
    cache: Cache,
    *,
    options: EngineOptions | None = None,
    progress: RunProgress | None = None,
    probe_cache: ProbeCache | None = None,
) -> Log:
    """Log every shot of an edit.

    Args:
        edit: The timeline.
        analyzers: The analyzers to run (see :func:`shotlog.engine.load_analyzers`).
        cache: Stores the evidence.
        options: Choice of the clips, and of their shots.
        progress: Receives the progress of every stage.
        probe_cache: Media that were probed already; they are not probed again.

    Returns:
        The log. An error of one clip is a problem in it and does not affect other clips.

    Raises:
        CutFinderError: a package that the cut finder needs is not installed.
        ModelError: a model or the device cannot be used; what was measured is in the cache.
        CacheError: the cache loses evidence faster than it can be used.
        Stopped: on Ctrl-C; what was measured is in the cache.
    """
    options, progress = options or EngineOptions(), progress or SilentProgress()
    options.cuts.require()
    try:
        return _analyze(edit, analyzers, cache, options, progress, probe_cache or ProbeCache(cache))
    except KeyboardInterrupt:
        raise Stopped(edit.name) from None


def analyze_together(
    edits: Sequence[Edit],
    analyzers: Sequence[Analyzer],
    cache: Cache,
    *,
    options: EngineOptions | None = None,
    progress: RunProgress | None = None,
    probe_cache: ProbeCache | None = None,
) -> Iterator[Log]:
    """Log several edits in one run: media that they share are decoded once, batches are fuller.

    The evidence for all edits is measured into the cache first; then each edit is analysed from
    there. The logs are therefore those of separate runs, and each holds its own problems. The work
    begins when the first log is requested.

    Args:
        edits: The timelines.
        analyzers: As for :func:`analyze`.
        cache: As for :func:`analyze`.
        options: As for :func:`analyze`.
        progress: As for :func:`analyze`.
        probe_cache: As for :func:`analyze`.

    Yields:
        A log for each edit, in their order.

    Raises:
        CutFinderError: a package that the cut finder needs is not installed.
        ModelError: a model or the device cannot be used; what was measured is in the cache.
        CacheError: the cache loses evidence faster than it can be used.
        Stopped: on Ctrl-C; what was measured is in the cache.
    """
    options, progress = options or EngineOptions(), progress or SilentProgress()
    options.cuts.require()
    probe_cache = probe_cache or ProbeCache(cache)
    try:
        if len(edits) > 1:
            wanted = _of_all(edits, analyzers, options)
            examine(wanted, analyzers, options.cuts, cache, progress, probe_cache)
        for edit in edits:
            yield _analyze(edit, analyzers, cache, options, progress, probe_cache)
    except KeyboardInterrupt:
        raise Stopped(", ".join(edit.name for edit in edits)) from None


def _analyze(
    edit: Edit,
    analyzers: Sequence[Analyzer],
    cache: Cache,
    options: EngineOptions,
    progress: RunProgress,
    probe_cache: ProbeCache,
) -> Log:
    clips, sound = _wanted(edit, options), wanted_sound(edit, analyzers)
    for _ in range(_ATTEMPTS):
        wanted = WantedClips(clips, sound, _uses(edit, [*clips, *sound]))
        examined = examine_until_unchanged(
            wanted, analyzers, options.cuts, cache, progress, probe_cache
        )
        conclusions = conclude(
            edit,
            examined.segmented,
            analyzers,
            cache,
            examined.first_pass.failed,
            examined.windows,
            progress,
            examined.heard,
            facts=options.facts,
        )
        # Another run may empty the cache, or evict rows from it, while this run still needs them:
        # conclusions are valid only where nothing is missing without a known reason.
        lacking = plan_reads(examined.located, analyzers, options.cuts, cache, examined.heard)
        if all(map(examined.first_pass.explains, lacking)):
            break
    else:
        message = "what was measured was thrown away again and again while it was needed"
        hint = "Stop what empties the cache, or do without: --in-process --no-cache."
        raise CacheError(str(cache.path), message, hint)
    cache.requested_seconds += _film_seconds(examined.located)
    analysed = [item.located for item in examined.segmented]
    assumed = collect_warnings(clips, analysed)
    warnings = [*edit.warnings, *_left_out(edit, clips)]
    warnings += [*collect_media_warnings(analysed), *fold_warnings(clips, assumed)]
    warnings += [*fold_warnings(sound, examined.unheard), *conclusions.warnings]
    return Log(
        edit=attach_warnings(edit, assumed, analysed),
        shots=tuple(conclusions.shots),
        highlights=tuple(conclusions.highlights),
        scenes=tuple(conclusions.scenes),
        excitement=conclusions.excitement,
        curves=conclusions.curves,
        cuts=conclusions.cuts,
        cut_finder=options.cuts.provenance,
        evidence=_epochs(analyzers, conclusions.shots),
        problems=(
            *examined.problems,
            *examined.first_pass.problems,
            *examined.windows.problems,
            *conclusions.problems,
        ),
        warnings=tuple(dict.fromkeys(warnings + examined.first_pass.warnings + cache.warnings)),
    )  # fmt: skip


def _epochs(
    analyzers: Sequence[Analyzer], shots: Sequence[LoggedShot]
) -> dict[str, dict[str, int]]:
    """Return the epochs of the measures behind findings, by analyzer."""
    spoke = {finding.provenance.analyzer for shot in shots for finding in shot.findings}
    return {
        analyzer.name: {measure.name: measure.epoch for measure in analyzer.measures}
        for analyzer in analyzers
        if analyzer.name in spoke
    }


def _wanted(edit: Edit, options: EngineOptions) -> list[ClipRange]:
    return [clip for clip in edit.clips if clip.enabled or options.disabled]


def _of_all(
    edits: Sequence[Edit], analyzers: Sequence[Analyzer], options: EngineOptions
) -> WantedClips:
    """Return the wanted clips of several edits."""
    clips: list[ClipRange] = []
    sound: list[ClipRange] = []
    uses: dict[str, MediaUses] = {}
    for number, edit in enumerate(edits):
        own = _numbered(number, _wanted(edit, options))
        heard = _numbered(number, wanted_sound(edit, analyzers))
        clips += own
        sound += heard
        uses |= _uses(edit, [*own, *heard])
    return WantedClips(clips, sound, uses)


def _numbered(number: int, clips: Sequence[ClipRange]) -> list[ClipRange]:
    """Return clips of an edit under ids that are unique among all edits of a run."""
    return [clip.model_copy(update={"id": f"{number}/{clip.id}"}) for clip in clips]


def _uses(edit: Edit, clips: Sequence[ClipRange]) -> dict[str, MediaUses]:
    """Return the edit's use of its files for each of its wanted clips, by their ids in this run."""
    return dict.fromkeys((clip.id for clip in clips), MediaUses(edit))


def _film_seconds(located: Sequence[LocatedClip]) -> float:
    """Return the seconds of film that clips show, each stretch of a file counted once."""
    spans = (union(item.seen for item in of_file) for of_file in group_by_media(located).values())
    return float(sum(span.duration for of_file in spans for span in of_file))


def _left_out(edit: Edit, clips: Sequence[ClipRange]) -> list[str]:
    count = len(edit.clips) - len(clips)
    return [f"{count} disabled clip(s) were not looked at"] if count else []
