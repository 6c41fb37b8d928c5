"""The first pass: every file is decoded once, and measured where the plan says."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from shotlog.engine.cache import Cache
from shotlog.engine.passes.picture_pass import measure_pictures
from shotlog.engine.passes.prefetch import Ahead
from shotlog.engine.passes.read_plan import Work
from shotlog.engine.passes.sound_pass import hear
from shotlog.engine.plugins import failure
from shotlog.engine.progress import Bar, Progress
from shotlog.schema import Measure, Problem, ShotlogError


@dataclass
class Outcome:
    """What went wrong while measuring.

    Attributes:
        problems: Of clips.
        warnings: Of files.
        failed: By content id, names of the measures that failed on a file.
        unreadable: Content ids of files whose picture could not be read.
        unheard: Of those whose sound could not.
    """

    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failed: dict[str, frozenset[str]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    unheard: set[str] = field(default_factory=set)

    def explains(self, work: Work) -> bool:
        """Whether everything that a file still lacks is lacking because it could not be had."""
        content = work.media.content_id
        failed = self.failed.get(content, frozenset())
        pictures = () if content in self.unreadable else work.pictures
        sounds = () if content in self.unheard else work.sounds
        return all(job.measure.name in failed for job in (*pictures, *sounds))

    def add(self, other: Outcome) -> None:
        """Adds what went wrong elsewhere."""
        self.problems += other.problems
        self.warnings += other.warnings
        self.unreadable |= other.unreadable
        self.unheard |= other.unheard
        for content, names in other.failed.items():
            self.failed[content] = self.failed.get(content, frozenset()) | names


def take_missing(work: Sequence[Work], cache: Cache, progress: Progress) -> Outcome:
    """Takes what is missing: sound in a thread beside the pictures, which never fill all cores."""
    cache.read_film += sum(job.seconds for job in work)
    outcome, of_sound = Outcome(), Outcome()
    with Ahead(_heard(work, cache, of_sound), weigh=lambda _: 0, limit=0) as heard:
        with progress.stage(
            "Picture", sum(job.seconds for job in work), "s of film", saved=True
        ) as bar:
            for job in work:
                if job.pictures:
                    _measure_picture(job, cache, bar, outcome)
        with progress.stage(
            "Sound", sum(job.sound_seconds for job in work), "s of sound", saved=True
        ) as bar:
            for seconds in heard:
                bar.advance(seconds)
    outcome.add(of_sound)
    for job in work:
        _, damage = cache.ending(job.media.content_id)
        if damage:
            outcome.warnings.append(f"{job.media.path}: {damage}")
    return outcome


def _measure_picture(job: Work, cache: Cache, bar: Bar, outcome: Outcome) -> None:
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
    work: Sequence[Work], cache: Cache, outcome: Outcome
) -> Generator[Sequence[float], None, None]:
    """Measures sound, and gives the seconds that were heard at each step."""
    for job in work:
        try:
            for seconds in hear(job.media, job.sounds, cache):
                yield (seconds,)
        except ShotlogError as error:
            outcome.unheard.add(job.media.content_id)
            outcome.warnings.append(f"{job.media.path}: the sound was left out; {error}")
        _give_up(job, [(s.measure, s.failure) for s in job.sounds if s.failure], outcome)


def _give_up(
    job: Work, failures: Sequence[tuple[Measure, Exception | None]], outcome: Outcome
) -> None:
    """Measures that failed on a file: a problem of each clip that shows it."""
    if not failures:
        return
    names = frozenset(measure.name for measure, _ in failures)
    outcome.add(Outcome(failed={job.media.content_id: names}))
    for measure, error in failures:
        for item in job.clips:
            outcome.problems.append(failure(measure.name, item, error or Exception("unknown")))
