"""The way of one request: plan, decode once, measure, divide into shots, look at windows, conclude.

A pure function of the edit, its media and the analyzers: the cache and the progress change how
long it takes, never what it says.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from shotlog.analyzers.thumbnail import ThumbnailMeasure
from shotlog.engine.ahead import Ahead
from shotlog.engine.cache import Cache
from shotlog.engine.conclude import conclude
from shotlog.engine.divide import divide
from shotlog.engine.hearing import SoundJob, hear
from shotlog.engine.locate import Located, MediaShelf, locate, spans_by_media
from shotlog.engine.pictures import PictureJob, film_seconds, measure_pictures
from shotlog.engine.plan import cache_key, missing, missing_cells
from shotlog.engine.plugins import failure
from shotlog.engine.progress import Bar, Progress, Silent
from shotlog.engine.windows import measure_windows
from shotlog.media.cuts import CutMeasure
from shotlog.schema.analysis import Analyzer
from shotlog.schema.base import Model
from shotlog.schema.errors import ClipOutsideMedia, Problem, ShotlogError, Stopped
from shotlog.schema.evidence import Measure, PictureMeasure, SoundMeasure
from shotlog.schema.findings import Log
from shotlog.schema.media import Media
from shotlog.schema.ranges import ClipRange, Edit
from shotlog.schema.times import TimeRange


class Options(Model):
    """What to look at.

    Attributes:
        disabled: Whether clips that the editor has switched off are looked at too.
    """

    disabled: bool = False


@dataclass
class _Work:
    """What one media file still needs."""

    media: Media
    clips: list[Located]
    pictures: list[PictureJob]
    sounds: list[SoundJob]

    @property
    def seconds(self) -> float:
        """Seconds of film that must be decoded."""
        return film_seconds(self.pictures)

    @property
    def sound_seconds(self) -> float:
        """Seconds of sound that must be decoded, each need for itself."""
        cells = {(job.measure.need, cell) for job in self.sounds for cell in job.cells}
        return float(sum(need.cell for need, _ in cells))


@dataclass
class _Outcome:
    """What went wrong while measuring."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failed: dict[str, frozenset[str]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)

    def add(self, other: _Outcome) -> None:
        """Adds what went wrong elsewhere."""
        self.problems += other.problems
        self.warnings += other.warnings
        self.unreadable |= other.unreadable
        for content, names in other.failed.items():
            self.failed[content] = self.failed.get(content, frozenset()) | names


def analyze(
    edit: Edit,
    analyzers: Sequence[Analyzer],
    cache: Cache,
    *,
    options: Options | None = None,
    progress: Progress | None = None,
    shelf: MediaShelf | None = None,
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
        Stopped: on Ctrl-C; likewise.
    """
    try:
        return _analyze(
            edit,
            analyzers,
            cache,
            options or Options(),
            progress or Silent(),
            shelf or MediaShelf(),
        )
    except KeyboardInterrupt:
        raise Stopped(edit.name) from None


def _analyze(
    edit: Edit,
    analyzers: Sequence[Analyzer],
    cache: Cache,
    options: Options,
    progress: Progress,
    shelf: MediaShelf,
) -> Log:
    clips = [clip for clip in edit.clips if clip.enabled or options.disabled]
    warnings = list(edit.warnings) + _left_out(edit, clips)
    located, problems = _locate(clips, shelf, progress)
    work = _plan(located, analyzers, cache)
    outcome = _measure(work, cache, progress)
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
    found = conclude(edit, divided, analyzers, cache, outcome.failed, looked, progress)
    for item in readable:
        warnings.extend(item.warnings)
    return Log(
        edit=edit,
        shots=tuple(found.shots),
        highlights=tuple(found.highlights),
        excitement=found.excitement,
        cuts=found.cuts,
        problems=(*problems, *outcome.problems, *looked.problems, *found.problems),
        warnings=tuple(dict.fromkeys(warnings + outcome.warnings + cache.warnings)),
    )


def _left_out(edit: Edit, clips: Sequence[ClipRange]) -> list[str]:
    count = len(edit.clips) - len(clips)
    return [f"{count} disabled clip(s) were not looked at"] if count else []


def _locate(
    clips: Sequence[ClipRange], shelf: MediaShelf, progress: Progress
) -> tuple[list[Located], list[Problem]]:
    located: list[Located] = []
    problems: list[Problem] = []
    with progress.stage("Media", len(clips), "clips") as bar:
        for clip in clips:
            found = locate(clip, shelf)
            if isinstance(found, Problem):
                problems.append(found.model_copy(update={"clip": clip.id}))
            else:
                located.append(found)
            bar.advance(1)
    return located, problems


def _plan(located: Sequence[Located], analyzers: Sequence[Analyzer], cache: Cache) -> list[_Work]:
    """For each file, what every measure must still be taken over."""
    asked: dict[str, Measure] = {m.name: m for a in analyzers for m in a.measures}
    asked |= {own.name: own for own in (CutMeasure(), ThumbnailMeasure())}
    work = []
    for content, clips in spans_by_media(located).items():
        spans = [item.span for item in clips]
        job = _Work(clips[0].media, clips, [], [])
        for measure in asked.values():
            pieces = cache.pieces(content, cache_key(measure))
            if isinstance(measure, PictureMeasure):
                job.pictures.append(PictureJob(measure, missing(spans, pieces, measure.reach)))
            elif isinstance(measure, SoundMeasure) and job.media.audio is not None:
                job.sounds.append(SoundJob(measure, missing_cells(spans, pieces, measure.need)))
        job.pictures = [picture for picture in job.pictures if picture.spans]
        job.sounds = [sound for sound in job.sounds if sound.cells]
        work.append(job)
    return work


def _measure(work: Sequence[_Work], cache: Cache, progress: Progress) -> _Outcome:
    """Takes what is missing: sound in a thread beside the pictures, which never fill all cores."""
    outcome, of_sound = _Outcome(), _Outcome()
    with Ahead(_heard(work, cache, of_sound), weigh=lambda _: 0, limit=0) as heard:
        with progress.stage("Picture", sum(job.seconds for job in work), "s of film") as bar:
            for job in work:
                if job.pictures:
                    _measure_picture(job, cache, bar, outcome)
        with progress.stage("Sound", sum(job.sound_seconds for job in work), "s of sound") as bar:
            for seconds in heard:
                bar.advance(seconds)
    outcome.add(of_sound)
    for job in work:
        _, damage = cache.ending(job.media.content_id)
        if damage:
            outcome.warnings.append(f"{job.media.path}: {damage}")
    return outcome


def _measure_picture(job: _Work, cache: Cache, bar: Bar, outcome: _Outcome) -> None:
    try:
        failures = measure_pictures(job.media, job.pictures, cache, bar)
    except ShotlogError as error:
        outcome.unreadable.add(job.media.content_id)
        for item in job.clips:
            problem = error.problem.model_copy(update={"clip": item.clip.id})
            outcome.problems.append(problem)
        return
    _give_up(job, [(f.measure, f.failure) for f in failures], outcome)


def _heard(
    work: Sequence[_Work], cache: Cache, outcome: _Outcome
) -> Generator[Sequence[float], None, None]:
    """Measures sound, and gives the seconds that were heard at each step."""
    for job in work:
        try:
            for seconds in hear(job.media, job.sounds, cache):
                yield (seconds,)
        except ShotlogError as error:
            outcome.warnings.append(f"{job.media.path}: the sound was left out; {error}")
        _give_up(job, [(s.measure, s.failure) for s in job.sounds if s.failure], outcome)


def _give_up(
    job: _Work, failures: Sequence[tuple[Measure, Exception | None]], outcome: _Outcome
) -> None:
    """Measures that failed on a file: a problem of each clip that shows it."""
    if not failures:
        return
    names = frozenset(measure.name for measure, _ in failures)
    outcome.add(_Outcome(failed={job.media.content_id: names}))
    for measure, error in failures:
        for item in job.clips:
            outcome.problems.append(failure(measure.name, item, error or Exception("unknown")))


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
    warning = f"{item.clip.name}: its media ends {lost:.2f} s before the clip does"
    return Located(item.clip, item.media, span, item.time_map, (*item.warnings, warning))
