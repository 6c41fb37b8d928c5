"""Footage: what a user hands over that is no timeline, as media to make a timeline of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shotlog.engine.progress import Progress, Silent
from shotlog.engine.sources.location import ProbeCache
from shotlog.engine.sources.no_media import NEVER_MEDIA, safe_head
from shotlog.engine.sources.numbered_frames import take_sequences
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
    foreign_format,
    is_otio,
)

_GIVE = "Give film, a folder of it, or a timeline (.otio, .otioz, .otiod)."
_NAME_IT = "A file or folder that is named is always looked at."


@dataclass(frozen=True)
class FoundFootage:
    """Media files that can be used.

    Attributes:
        media: In the order in which they were found, then the numbered pictures.
        problems: Files that were left out, and why.
        warnings: What was passed over in folders, and the rates taken for numbered pictures.
    """

    media: tuple[Media, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def probe_footage(
    found: SearchResult, shelf: ProbeCache, subject: str, progress: Progress | None = None
) -> FoundFootage:
    """Probes what :func:`shotlog.media.discovery.folders.search` found.

    Args:
        found: The files; those that prove to be no film are added to what was passed over.
        shelf: Where the files that were probed are put.
        subject: What was searched, for people.
        progress: Shows the probing.

    Raises:
        TimelineEmpty: where not one file can be used; what is there instead is told.
        TimelineUnreadable: where the one file that was named is a timeline that is not read.
    """
    media: list[Media] = []
    errors: list[ShotlogError] = []
    with (progress or Silent()).stage("Files", len(found.films), "files") as bar:
        for file in found.films:
            try:
                media.append(_probed(file.path, shelf))
            except ShotlogError as error:
                _judge(file, error, found, errors)
            bar.advance(1)
    sequences, doubts = take_sequences(found, shelf, media)
    media += sequences
    problems = (*found.problems, *(error.problem for error in errors))
    if not media:
        raise _nothing(subject, found, errors)
    told = describe_skipped(found.skipped)
    warnings = (*([f"passed over: {told}"] if told else []), *doubts)
    return FoundFootage(tuple(media), problems, warnings)


def _probed(path: Path, shelf: ProbeCache) -> Media:
    media = shelf.get(MediaReference(path=str(path)))
    if media.video is None:
        raise NoPicture(media.path)
    if media.video.duration is None and not media.video.frames:
        raise ClipEmpty(media.path, "its length is not known", "Copy or export it again.")
    return media


def _judge(
    file: Candidate, error: ShotlogError, found: SearchResult, errors: list[ShotlogError]
) -> None:
    """What to make of a file that cannot be used: met in a folder it may be no film at all."""
    kind = None if file.named else _no_film(file.path, error)
    if kind:
        found.skipped.append((kind, file.path))
    else:
        errors.append(_named_right(file.path, error))


def _no_film(path: Path, error: ShotlogError) -> FileKind | None:
    """What a file is that is called like film: ``.ts`` is TypeScript, and sound is in ``.mxf``."""
    if isinstance(error, NoPicture):
        return FileKind.SOUND
    if path.suffix.lower() in AMBIGUOUS_SUFFIXES and is_text(safe_head(path)):
        return FileKind.DOCUMENT
    return None


def _named_right(path: Path, error: ShotlogError) -> ShotlogError:
    """The error in the words for what the file is: a timeline of another format, or no film."""
    head = safe_head(path)
    if other := foreign_format(head, path.name):
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
    """Why there is no footage: the one thing that went wrong, or all that is there."""
    told = describe_skipped(found.skipped)
    problems = [*found.problems, *(error.problem for error in errors)]
    if len(errors) == 1 and isinstance(errors[0], TimelineUnreadable) and len(problems) == 1:
        return errors[0]
    if len(problems) == 1 and not told:
        (only,) = problems
        return TimelineEmpty(only.subject, only.message, only.hint)
    words = [f"{len(problems)} files cannot be used ({problems[0]})"] if problems else []
    words += [f"passed over: {told}"] if told else []
    message = "there is no film here" + "".join(f"; {word}" for word in words)
    hint = SEQUENCE_HINT if contains_sequence(found.skipped) else _NAME_IT
    return TimelineEmpty(subject, message, hint)
