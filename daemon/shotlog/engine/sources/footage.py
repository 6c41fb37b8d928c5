"""Footage: files and folders given instead of a timeline, as media to make a timeline of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shotlog.engine.progress import RunProgress, SilentProgress
from shotlog.engine.sources.no_media import NEVER_MEDIA, read_head_safely
from shotlog.engine.sources.numbered_frames import extract_sequences
from shotlog.engine.sources.probe_cache import ProbeCache
from shotlog.media.discovery import (
    AMBIGUOUS_SUFFIXES,
    SEQUENCE_HINT,
    SINGULAR,
    Candidate,
    FileKind,
    SearchResult,
    contains_sequence,
    describe_skipped,
    is_text,
    kind_by_suffix,
)
from shotlog.schema import (
    ClipEmpty,
    Media,
    MediaReference,
    MediaUnreadable,
    NoPicture,
    Problem,
    ShotlogError,
    TimelineEmpty,
    TimelineUnreadable,
    detect_timeline_format,
    is_otio,
)

_GIVE = "Give film, a folder of it, or a timeline (.otio, .otioz, .otiod)."
_NAME_IT = "A file or folder that is named is always looked at."


@dataclass(frozen=True)
class FoundFootage:
    """Media files that can be used.

    Attributes:
        media: In the order in which they were found, then the numbered frames.
        problems: One for each file that cannot be used.
        warnings: Files that were passed over in folders, and rates assumed for numbered frames.
    """

    media: tuple[Media, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def probe_footage(
    found: SearchResult, probe_cache: ProbeCache, subject: str, progress: RunProgress | None = None
) -> FoundFootage:
    """Probe the files that :func:`shotlog.media.discovery.folders.search` found.

    Args:
        found: The files; those that prove to be no film are moved to ``found.passed``.
        probe_cache: Receives the probed media.
        subject: Paths that were searched, for people.
        progress: Receives the progress, file by file.

    Raises:
        TimelineEmpty: no file can be used; the message names the files that are there.
        TimelineUnreadable: the only file is a timeline of a format that is not supported.
    """
    media: list[Media] = []
    errors: list[ShotlogError] = []
    with (progress or SilentProgress()).stage("Files", len(found.films), "files") as bar:
        for file in found.films:
            try:
                media.append(_probed(file.path, probe_cache))
            except ShotlogError as error:
                _sort_out(file, error, found, errors)
            bar.advance(1)
    sequences, doubts = extract_sequences(found, probe_cache, media)
    media += sequences
    problems = (*found.problems, *(error.problem for error in errors))
    if not media:
        raise _nothing(subject, found, errors)
    summary = describe_skipped(found.skipped)
    warnings = (*([f"passed over: {summary}"] if summary else []), *doubts)
    return FoundFootage(tuple(media), problems, warnings)


def _probed(path: Path, probe_cache: ProbeCache) -> Media:
    media = probe_cache.get(MediaReference(path=str(path)))
    if media.video is None:
        raise NoPicture(media.path)
    if media.video.duration is None and not media.video.frames:
        raise ClipEmpty(media.path, "its length is not known", "Copy or export it again.")
    return media


def _sort_out(
    file: Candidate, error: ShotlogError, found: SearchResult, errors: list[ShotlogError]
) -> None:
    """Count a file that cannot be used as passed over where it is no film, else as an error."""
    # A file that the user named is always an error; in a folder all kinds of files may lie.
    kind = None if file.named else _no_film(file.path, error)
    if kind:
        found.skipped.append((kind, file.path))
    else:
        errors.append(_explain(file.path, error))


def _no_film(path: Path, error: ShotlogError) -> FileKind | None:
    """Return the kind of a file with a suffix of film that is no film; None where it is film.

    Examples are TypeScript in ``.ts`` and sound in ``.mxf``.
    """
    if isinstance(error, NoPicture):
        return FileKind.SOUND
    if path.suffix.lower() in AMBIGUOUS_SUFFIXES and is_text(read_head_safely(path)):
        return FileKind.DOCUMENT
    return None


def _explain(path: Path, error: ShotlogError) -> ShotlogError:
    """Return the error for a file that is a timeline of another format, or by its name no film."""
    head = read_head_safely(path)
    if other := detect_timeline_format(head, path.name):
        return TimelineUnreadable(str(path), other.message, other.remedy)
    if is_otio(head):
        return TimelineUnreadable(
            str(path),
            "by its content this is an OpenTimelineIO timeline, by its name it is none",
            "Rename it so that it ends in .otio, or in .otioz where it is a bundle.",
        )
    kind = kind_by_suffix(path.name)
    if kind in NEVER_MEDIA:
        return MediaUnreadable(str(path), f"by its name this is no film ({SINGULAR[kind]})", _GIVE)
    return error


def _nothing(subject: str, found: SearchResult, errors: Sequence[ShotlogError]) -> ShotlogError:
    """Return the error for no footage: the single cause, or a summary of all files."""
    summary = describe_skipped(found.skipped)
    problems = [*found.problems, *(error.problem for error in errors)]
    if len(errors) == 1 and isinstance(errors[0], TimelineUnreadable) and len(problems) == 1:
        return errors[0]
    if len(problems) == 1 and not summary:
        (only,) = problems
        return TimelineEmpty(only.subject, only.message, only.hint)
    parts = [f"{len(problems)} files cannot be used ({problems[0]})"] if problems else []
    parts += [f"passed over: {summary}"] if summary else []
    message = "there is no film here" + "".join(f"; {part}" for part in parts)
    hint = SEQUENCE_HINT if contains_sequence(found.skipped) else _NAME_IT
    return TimelineEmpty(subject, message, hint)
