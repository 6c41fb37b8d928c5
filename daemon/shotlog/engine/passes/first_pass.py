"""The first pass: every file is decoded once, and measured over the ranges of the read plan."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from shotlog.engine.cache import Cache
from shotlog.engine.passes.picture_pass import measure_pictures
from shotlog.engine.passes.prefetch import Prefetcher
from shotlog.engine.passes.read_plan import FileWork
from shotlog.engine.passes.sound_pass import measure_sound
from shotlog.engine.passes.window_frames import WindowFrames
from shotlog.engine.plugins import analyzer_problem
from shotlog.engine.progress import RunProgress, StageProgress
from shotlog.schema import Measure, Problem, ShotlogError


@dataclass
class FirstPassResult:
    """Failures of the first pass.

    Attributes:
        problems: Problems of clips.
        warnings: Sentences for people about files.
        failed: By content id, names of the measures that failed on a file.
        unreadable: Content ids of the files whose picture could not be read.
        unreadable_sound: Content ids of the files whose sound could not be read.
    """

    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failed: dict[str, frozenset[str]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    unreadable_sound: set[str] = field(default_factory=set)

    def explains(self, work: FileWork) -> bool:
        """Return True where all evidence that a file still lacks is lacking for a known failure."""
        content = work.media.content_id
        failed = self.failed.get(content, frozenset())
        pictures = () if content in self.unreadable else work.pictures
        sounds = () if content in self.unreadable_sound else work.sounds
        return all(job.measure.name in failed for job in (*pictures, *sounds))

    def add(self, other: FirstPassResult) -> None:
        """Add the failures of another result."""
        self.problems += other.problems
        self.warnings += other.warnings
        self.unreadable |= other.unreadable
        self.unreadable_sound |= other.unreadable_sound
        for content, names in other.failed.items():
            self.failed[content] = self.failed.get(content, frozenset()) | names


def run_first_pass(
    work: Sequence[FileWork], cache: Cache, progress: RunProgress, frames: WindowFrames
) -> FirstPassResult:
    """Measure the missing evidence of all files: pictures here, sound in a thread beside them.

    Args:
        work: The read plan.
        cache: Receives the evidence.
        progress: Receives the progress.
        frames: Receives the frames that the second pass is likely to need.
    """
    cache.decoded_seconds += sum(job.seconds for job in work)
    outcome, of_sound = FirstPassResult(), FirstPassResult()
    # Pictures never use all cores. The items are mere numbers, so nothing limits the sound thread.
    with Prefetcher(_measure_sounds(work, cache, of_sound), size_of=lambda _: 0, limit=0) as heard:
        with progress.stage(
            "Picture", sum(job.seconds for job in work), "s of film", saved=True
        ) as bar:
            for job in work:
                if job.pictures:
                    _measure_picture(job, cache, bar, outcome, frames)
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


def _measure_picture(
    job: FileWork,
    cache: Cache,
    bar: StageProgress,
    outcome: FirstPassResult,
    frames: WindowFrames,
) -> None:
    try:
        failures = measure_pictures(job.media, job.pictures, cache, bar, frames)
    except ShotlogError as error:
        outcome.unreadable.add(job.media.content_id)
        for item in job.clips:
            problem = error.problem.model_copy(update={"clip": item.clip.id})
            outcome.problems.append(problem)
        return
    _give_up(job, [(f.measure, f.failure) for f in failures], outcome)


def _measure_sounds(
    work: Sequence[FileWork], cache: Cache, outcome: FirstPassResult
) -> Generator[Sequence[float], None, None]:
    """Measure the sound of all files; yield the seconds of each stored piece."""
    for job in work:
        try:
            for seconds in measure_sound(job.media, job.sounds, cache):
                yield (seconds,)
        except ShotlogError as error:
            outcome.unreadable_sound.add(job.media.content_id)
            outcome.warnings.append(f"{job.media.path}: the sound was left out; {error}")
        _give_up(job, [(s.measure, s.failure) for s in job.sounds if s.failure], outcome)


def _give_up(
    job: FileWork, failures: Sequence[tuple[Measure, Exception | None]], outcome: FirstPassResult
) -> None:
    """Record the measures that failed on a file, with a problem for each clip that shows it."""
    if not failures:
        return
    names = frozenset(measure.name for measure, _ in failures)
    outcome.add(FirstPassResult(failed={job.media.content_id: names}))
    if not job.clips:  # a file that is only heard
        said = ", ".join(f"{m.name}: {type(e).__name__}: {e}" for m, e in failures)
        outcome.warnings.append(f"{job.media.path}: its sound was not measured ({said})")
    for measure, error in failures:
        for item in job.clips:
            outcome.problems.append(
                analyzer_problem(measure.name, item, error or Exception("unknown"))
            )
