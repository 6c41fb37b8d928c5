"""The way of one request: plan, decode once, measure, divide into shots, look at windows, conclude.

A pure function of the edit, its media and the analyzers: the cache and the progress change how
long it takes, never what it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shotlog.engine.cache import Cache
from shotlog.engine.conclude import conclude
from shotlog.engine.passes import (
    Divided,
    Looked,
    Outcome,
    divide,
    measure_windows,
    plan,
    take_missing,
)
from shotlog.engine.progress import Progress, Silent
from shotlog.engine.sources import (
    Located,
    ProbeCache,
    Uses,
    folded,
    locate,
    media_warnings,
    spans_by_media,
    warnings_of,
    with_warnings,
)
from shotlog.schema import (
    Analyzer,
    CacheError,
    ClipOutsideMedia,
    ClipRange,
    Edit,
    Log,
    MediaChanging,
    Model,
    Problem,
    Stopped,
    TimeRange,
    union,
)

_ATTEMPTS = 3
"""Times that a run measures what others threw out of the cache under its hands."""

_READINGS = 2
"""Times that a file is read that is written to meanwhile."""


class Options(Model):
    """What to look at.

    Attributes:
        disabled: Whether clips that the editor has switched off are looked at too.
    """

    disabled: bool = False


def analyze(
    edit: Edit,
    analyzers: Sequence[Analyzer],
    cache: Cache,
    *,
    options: Options | None = None,
    progress: Progress | None = None,
    shelf: ProbeCache | None = None,
) -> Log:
    """Logs every shot of an edit.

    Args:
        edit: The timeline.
        analyzers: Who is asked (see :func:`shotlog.engine.load_analyzers`).
        cache: Keeps what was measured.
        options: What to look at.
        progress: Told how far it has come.
        shelf: Media that were probed already, to spare a second look at them.

    Returns:
        The log. What goes wrong with one clip is a problem in it, and costs no other clip.

    Raises:
        ModelError: a model or the device cannot be used; what was measured is in the cache.
        CacheError: the cache loses what was measured faster than that can be used.
        Stopped: on Ctrl-C; likewise.
    """
    options, progress = options or Options(), progress or Silent()
    try:
        return _analyze(edit, analyzers, cache, options, progress, shelf or ProbeCache(cache))
    except KeyboardInterrupt:
        raise Stopped(edit.name) from None


def analyze_together(
    edits: Sequence[Edit],
    analyzers: Sequence[Analyzer],
    cache: Cache,
    *,
    options: Options | None = None,
    progress: Progress | None = None,
    shelf: ProbeCache | None = None,
) -> Iterator[Log]:
    """Logs several edits at once: media that they share are decoded once, and models' batches fill.

    First everything that all of them need is measured into the cache, then each is analyzed from
    there; so the logs are those of separate runs, and what goes wrong is found again for each.
    Nothing is done before the first log is asked for.

    Args:
        edits: The timelines.
        analyzers: As for :func:`analyze`, like the rest.
        cache: Likewise.
        options: Likewise.
        progress: Likewise.
        shelf: Likewise.

    Yields:
        A log for each edit, in their order.

    Raises:
        ModelError: a model or the device cannot be used; what was measured is in the cache.
        CacheError: likewise.
        Stopped: on Ctrl-C; likewise.
    """
    options, progress = options or Options(), progress or Silent()
    shelf = shelf or ProbeCache(cache)
    try:
        if len(edits) > 1:
            clips: list[ClipRange] = []
            uses: dict[str, Uses] = {}
            for number, edit in enumerate(edits):
                own = _numbered(number, edit, options)
                clips += own
                uses |= _uses(edit, own)
            _examine(clips, uses, analyzers, cache, progress, shelf)
        for edit in edits:
            yield _analyze(edit, analyzers, cache, options, progress, shelf)
    except KeyboardInterrupt:
        raise Stopped(", ".join(edit.name for edit in edits)) from None


def _analyze(
    edit: Edit,
    analyzers: Sequence[Analyzer],
    cache: Cache,
    options: Options,
    progress: Progress,
    shelf: ProbeCache,
) -> Log:
    clips = _wanted(edit, options)
    for _ in range(_ATTEMPTS):
        uses = _uses(edit, clips)
        seen = _examine_at_rest(clips, uses, analyzers, cache, progress, shelf)
        found = conclude(
            edit, seen.divided, analyzers, cache, seen.outcome.failed, seen.looked, progress
        )
        # Somebody may empty the cache, or need its room, while this run still uses what is in it.
        if all(map(seen.outcome.explains, plan(seen.located, analyzers, cache))):
            break
    else:
        message = "what was measured was thrown away again and again while it was needed"
        hint = "Stop what empties the cache, or do without: --in-process --no-cache."
        raise CacheError(str(cache.path), message, hint)
    cache.asked += _film_seconds(seen.located)
    looked_at = [item.located for item in seen.divided]
    assumed = warnings_of(clips, looked_at)
    warnings = [*edit.warnings, *_left_out(edit, clips)]
    warnings += [*media_warnings(looked_at), *folded(clips, assumed)]
    return Log(
        edit=with_warnings(edit, assumed, looked_at),
        shots=tuple(found.shots),
        highlights=tuple(found.highlights),
        excitement=found.excitement,
        cuts=found.cuts,
        problems=(
            *seen.problems, *seen.outcome.problems, *seen.looked.problems, *found.problems
        ),
        warnings=tuple(dict.fromkeys(warnings + seen.outcome.warnings + cache.warnings)),
    )  # fmt: skip


@dataclass(frozen=True)
class _Seen:
    """What looking at clips gave, beside the evidence in the cache.

    Attributes:
        located: The clips whose media were found.
        divided: Those that could be read, divided into shots.
        outcome: What went wrong in the first pass.
        looked: What models have seen.
        problems: Clips that could not be used at all.
        changed: Ids of the clips whose media were written to meanwhile.
    """

    located: list[Located]
    divided: list[Divided]
    outcome: Outcome
    looked: Looked
    problems: list[Problem]
    changed: frozenset[str]


def _examine_at_rest(
    clips: Sequence[ClipRange],
    uses: Mapping[str, Uses],
    analyzers: Sequence[Analyzer],
    cache: Cache,
    progress: Progress,
    shelf: ProbeCache,
) -> _Seen:
    """As :func:`_examine`, until no media is written to meanwhile; one that always is, is left."""
    met: Counter[str] = Counter()
    while True:
        seen = _examine(clips, uses, analyzers, cache, progress, shelf)
        if not seen.changed:
            return seen
        met.update(seen.changed)
        clips = [_left_alone(clip) if met[clip.id] >= _READINGS else clip for clip in clips]


def _left_alone(clip: ClipRange) -> ClipRange:
    path = clip.media.path if clip.media else clip.name
    return clip.model_copy(update={"problem": MediaChanging(f"{clip.name} ({path})").problem})


def _examine(
    clips: Sequence[ClipRange],
    uses: Mapping[str, Uses],
    analyzers: Sequence[Analyzer],
    cache: Cache,
    progress: Progress,
    shelf: ProbeCache,
) -> _Seen:
    """Everything that needs the pictures or the sound: what comes after it is cheap.

    What was measured of a file that was written to meanwhile is forgotten, also where this is left.
    """
    shelf.forget_changed()
    located, problems = _locate(clips, uses, shelf, progress)
    try:
        outcome, divided, looked = _look_at(located, problems, analyzers, cache, progress)
    finally:
        changed = shelf.forget_changed()
        for content in changed:
            cache.forget(content)
    written = frozenset(i.clip.id for i in located if i.media.content_id in changed)
    return _Seen(located, divided, outcome, looked, problems, written)


def _look_at(
    located: Sequence[Located],
    problems: list[Problem],
    analyzers: Sequence[Analyzer],
    cache: Cache,
    progress: Progress,
) -> tuple[Outcome, list[Divided], Looked]:
    """Both passes; what is wrong with a clip is added to ``problems``."""
    outcome = take_missing(plan(located, analyzers, cache), cache, progress)
    readable: list[Located] = []
    for item in located:
        if item.media.content_id in outcome.unreadable:
            continue
        ended = _to_the_end(item, cache)
        if isinstance(ended, Problem):
            problems.append(ended)
        else:
            readable.append(ended)
    divided = divide(readable, cache, progress)
    looked = measure_windows(divided, analyzers, cache, progress)
    return outcome, divided, looked


def _wanted(edit: Edit, options: Options) -> list[ClipRange]:
    return [clip for clip in edit.clips if clip.enabled or options.disabled]


def _numbered(number: int, edit: Edit, options: Options) -> list[ClipRange]:
    """The wanted clips of an edit, under ids that no other edit's clips have."""
    clips = _wanted(edit, options)
    return [clip.model_copy(update={"id": f"{number}/{clip.id}"}) for clip in clips]


def _uses(edit: Edit, clips: Sequence[ClipRange]) -> dict[str, Uses]:
    """By the ids that its wanted clips bear here, what an edit uses of its files."""
    return dict.fromkeys((clip.id for clip in clips), Uses(edit))


def _film_seconds(located: Sequence[Located]) -> float:
    """Seconds of film that clips show, each stretch of a file once."""
    spans = (union(item.span for item in of_file) for of_file in spans_by_media(located).values())
    return float(sum(span.duration for of_file in spans for span in of_file))


def _left_out(edit: Edit, clips: Sequence[ClipRange]) -> list[str]:
    count = len(edit.clips) - len(clips)
    return [f"{count} disabled clip(s) were not looked at"] if count else []


def _locate(
    clips: Sequence[ClipRange], uses: Mapping[str, Uses], shelf: ProbeCache, progress: Progress
) -> tuple[list[Located], list[Problem]]:
    located: list[Located] = []
    problems: list[Problem] = []
    with progress.stage("Media", len(clips), "clips") as bar:
        for clip in clips:
            found = locate(clip, uses[clip.id], shelf)
            if isinstance(found, Problem):
                problems.append(found.model_copy(update={"clip": clip.id}))
            else:
                located.append(found)
            bar.advance(1)
    return located, problems


def _to_the_end(item: Located, cache: Cache) -> Located | Problem:
    """The clip as far as its media really goes, which may be less than the header claimed."""
    end, _ = cache.ending(item.media.content_id)
    if end is None or end >= item.span.end:
        return item
    if end <= item.span.start:
        message = f"the clip uses frames after {float(end):.2f} s, where its media ends"
        problem = ClipOutsideMedia(item.clip.name, message).problem
        return problem.model_copy(update={"clip": item.clip.id})
    span = TimeRange.between(item.span.start, end)
    lost = float(item.span.end - end)
    warning = f"its media ends {lost:.2f} s before the clip does"
    return Located(item.clip, item.media, span, item.time_map, (*item.warnings, warning))
