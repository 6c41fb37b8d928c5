"""The examination of one file by all checks of a profile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from shotlog.delivery.qc.contract import (
    AskedFor,
    Defect,
    Examiner,
    Figure,
    FileFacts,
    HeardBlock,
    QualityCheck,
    SoundExaminer,
)
from shotlog.delivery.qc.pictures import FilteredExaminer
from shotlog.delivery.subtitles import SUFFIXES
from shotlog.engine import RunProgress, SilentProgress
from shotlog.media import FrameReader, SoundTrack, probe, read_track, sound_tracks
from shotlog.media.subtitle_files import subtitle_tracks
from shotlog.schema import (
    Media,
    MediaError,
    MediaReference,
    Model,
    NoPicture,
    Problem,
    Rate,
    Seconds,
    TimeRange,
)

_WHOLE = TimeRange(start=Fraction(0), duration=Fraction(10**6))
"""Longer than any film: the header of a file may tell less than there is."""
_NONE = AskedFor()
_SILENT = SilentProgress()


class CheckedFile(Model):
    """A file with all that was found."""

    path: str
    """The file."""
    content: str | None = None
    """Identity of its content; None where it cannot be read."""
    rate: Rate | None = None
    """Frames per second; None without a picture."""
    duration: Seconds | None = None
    """Seconds of picture, or of sound without one; None where it cannot be read."""
    figures: tuple[Figure, ...] = ()
    """What was measured."""
    defects: tuple[Defect, ...] = ()
    """What was found, in order of time; defects of the whole file first."""
    problem: Problem | None = None
    """Why it could not be checked; None where it was."""

    @property
    def passed(self) -> bool:
        """True where it was checked, and only warnings were found."""
        return self.problem is None and all(d.severity != "error" for d in self.defects)


def check_file(
    path: Path,
    checks: Sequence[QualityCheck],
    *,
    asked: AskedFor = _NONE,
    progress: RunProgress = _SILENT,
) -> CheckedFile:
    """Check a file; its pictures and each of its sound tracks are decoded once, in order.

    Memory does not depend on its length, apart from what was found.

    Args:
        path: The file.
        checks: The checks, with their limits.
        asked: What it was to be.
        progress: Receives a stage of this file, in seconds of picture, or of sound where there is
            no picture.

    Returns:
        What was found; a file that cannot be read has a problem instead.
    """
    try:
        media = probe(MediaReference(path=str(path)))
        if media.video is not None and media.video.still:
            hint = "Check the film that it is of."
            raise NoPicture(str(path), "this is a photograph, not a film", hint)
        facts = FileFacts(
            media=media,
            tracks=sound_tracks(media),
            subtitles=_subtitles_of(path),
            subtitle_tracks=subtitle_tracks(media),
            asked=asked,
        )
        with progress.stage(path.name, float(media.duration or 0), "s of film") as stage:
            return _check(facts, checks, lambda seconds: stage.advance(float(seconds)))
    except MediaError as error:
        return CheckedFile(path=str(path), problem=error.problem)


def _subtitles_of(path: Path) -> tuple[Path, ...]:
    """Return the files of subtitles beside a file: those of its name."""
    beside = (path.with_suffix(suffix) for suffix in SUFFIXES)
    return tuple(each for each in beside if each.is_file())


def _check(
    facts: FileFacts, checks: Sequence[QualityCheck], progress: Callable[[Fraction], None]
) -> CheckedFile:
    media = facts.media
    examiners: list[Examiner] = []
    if media.video is not None:
        facts = _see(facts, checks, examiners, progress)
    ends = {}
    for track in facts.tracks:
        if track.rate:
            told = progress if media.video is None else None
            ends[track.number] = _hear(media, track, facts, checks, examiners, told)
    facts = replace(facts, sound_ends=ends)
    found = [defect for check in checks for defect in check.of_file(facts)]
    found += [defect for examiner in examiners for defect in examiner.defects()]
    found.sort(key=lambda defect: defect.range.start if defect.range else Fraction(-1))
    return CheckedFile(
        path=media.path,
        content=media.content_id,
        rate=media.video.intended_rate if media.video else None,
        duration=facts.picture_end or max(ends.values(), default=None),
        figures=tuple(figure for examiner in examiners for figure in examiner.figures()),
        defects=tuple(found),
    )


def _see(
    facts: FileFacts,
    checks: Sequence[QualityCheck],
    examiners: list[Examiner],
    progress: Callable[[Fraction], None],
) -> FileFacts:
    """Let the examiners of pictures see all frames; return what is known then."""
    seeing = [FilteredExaminer(e) for check in checks if (e := check.of_picture(facts))]
    examiners += [each.examiner for each in seeing]
    reader, end = FrameReader(facts.media, [_WHOLE]), None
    for frame in reader:
        for each in seeing:
            each.see(frame)
        end = frame.end
        progress(frame.end - frame.start)
    for each in seeing:
        each.finish()
    return replace(facts, picture_end=end, damage=reader.damage)


def _hear(
    media: Media,
    track: SoundTrack,
    facts: FileFacts,
    checks: Sequence[QualityCheck],
    examiners: list[Examiner],
    progress: Callable[[Fraction], None] | None,
) -> Fraction:
    """Let the examiners of sound hear a track; return its end in media time."""
    hearing: list[SoundExaminer] = [e for c in checks if (e := c.of_sound(facts, track))]
    examiners += hearing
    end = Fraction(0)
    for at, samples in read_track(media, track):
        block = HeardBlock(at, samples)
        for examiner in hearing:
            examiner.hear(block)
        length = Fraction(samples.shape[1], track.rate)
        end = Fraction(at, track.rate) + length
        if progress is not None:
            progress(length)
    return end
