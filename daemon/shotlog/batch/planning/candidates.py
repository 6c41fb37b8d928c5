"""LoggableFiles for items: timelines with their media, and film that no timeline uses."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from shotlog.batch.manifest import BatchOptions, Kind, PassedOver
from shotlog.batch.planning.inputs import Inputs, passed_over
from shotlog.batch.planning.shards import Use
from shotlog.batch.running import read_sequences, reading_of
from shotlog.engine import ProbeCache
from shotlog.engine.sources import LostMedia, find_moved, probe_footage
from shotlog.media.discovery import describe_skipped
from shotlog.media.images import list_sequence_files
from shotlog.schema import (
    ClipRange,
    Edit,
    ImageSequence,
    Media,
    MediaReference,
    Problem,
    ShotlogError,
    TimelineEmpty,
    TimeRange,
    union,
)
from shotlog_otio import read_timeline, timeline_identity

_STILL = Fraction(5)  # the length of a still in a new timeline
_LONGEST = 1_000_000  # seconds of a file that count; a damaged timeline may ask for aeons
_REFERENCE_PIXELS, _REFERENCE_RATE = 1920 * 1080, 25

Progress = Callable[[str, int, int], None]
"""Takes a stage for people, the number of files that are done, and of all files."""


@dataclass(frozen=True)
class LoggableFile:
    """A timeline or a media file that can be logged.

    Attributes:
        path: The file.
        kind: Its kind.
        content: Identity of the file's content, for media that of their content.
        media: Content ids of its media that are there, sorted.
        lacking: Paths and faults of media that cannot be used; part of the item's identity, so that
            it is logged anew when they are there.
        seconds: Length of film that it shows, each stretch of a file counted once.
        cost: Expected work in seconds of HD film at 25 frames per second.
        relinks: Maps of paths to media that have moved.
        frames: The numbered pictures, where the media is a run of them.
        uses: What it shows of each of its media, by content id.
    """

    path: Path
    kind: Kind
    content: str
    media: tuple[str, ...]
    lacking: tuple[str, ...]
    seconds: Fraction
    cost: float
    relinks: tuple[str, ...] = ()
    frames: ImageSequence | None = None
    uses: Mapping[str, Use] = field(default_factory=dict)


@dataclass(frozen=True)
class LoggableFiles:
    """All candidates of the inputs.

    Attributes:
        found: The candidates, in the order of their paths.
        problems: Files that cannot be logged.
        warnings: Sentences about the inputs.
    """

    found: tuple[LoggableFile, ...]
    problems: tuple[PassedOver, ...]
    warnings: tuple[str, ...]


def find_candidates(
    inputs: Inputs, options: BatchOptions, maps: Sequence[str], probe: ProbeCache, tell: Progress
) -> LoggableFiles:
    """Read every timeline, find its media, and take the film that no timeline uses.

    Args:
        inputs: What the search found.
        options: The options of the batch.
        maps: Maps of paths that the user gave.
        probe: Keeps the probed media.
        tell: Takes the progress.

    Raises:
        SettingInvalid: A map of paths is none.
    """
    problems, warnings = list(inputs.problems), list(inputs.warnings)
    timelines: list[_Timeline] = []
    for number, path in enumerate(inputs.timelines):
        tell("Timelines", number, len(inputs.timelines))
        try:
            timelines.append(_read(path, options, maps))
        except ShotlogError as error:
            problems.append(passed_over(error.problem))
        except OSError as error:
            hint = "Check its permissions."
            problems.append(PassedOver(path=str(path), message=str(error.strerror), hint=hint))
    relinks = _pair(timelines, inputs, probe, warnings)
    timelines = [_paired(one, relinks, options, maps) for one in timelines]
    references = {clip.media for one in timelines for clip in one.clips if clip.media}
    used = {_real(path) for reference in references for path in _files_of(reference)}
    found = []
    for number, one in enumerate(timelines):
        tell("Media", number, len(timelines))
        found.append(_of_timeline(one, probe))
    found += _loose(inputs, used, probe, problems, warnings)
    return LoggableFiles(tuple(found), tuple(problems), tuple(warnings))


@dataclass(frozen=True)
class _Timeline:
    """A timeline that was read."""

    path: Path
    content: str
    edits: tuple[Edit, ...]
    relinks: tuple[str, ...] = ()

    @property
    def clips(self) -> tuple[ClipRange, ...]:
        """Clips of picture and sound of all its sequences."""
        return tuple(clip for edit in self.edits for clip in (*edit.clips, *edit.sound))


def _read(
    path: Path, options: BatchOptions, maps: Sequence[str], relinks: tuple[str, ...] = ()
) -> _Timeline:
    content = timeline_identity(path)
    opened = read_sequences(path, reading_of(options, (*maps, *relinks)))
    return _Timeline(path, content, tuple(one.edit for one in opened.sequences), relinks)


def _pair(
    timelines: Sequence[_Timeline], inputs: Inputs, probe: ProbeCache, warnings: list[str]
) -> dict[str, str]:
    """Return the present paths of media that are not where timelines say, by their written paths.

    A file of the input with the same name, and with the timecode and length that the timeline
    tells, is taken; of several that fit equally well none is.
    """
    lost: dict[str, LostMedia] = {}
    for one in timelines:
        if any(clip.media and not _is_there(clip.media) for clip in one.clips):
            lost |= {media.written: media for media in _lost(one.path)}
    if not lost:
        return {}
    folders = [root for root in inputs.roots if root.is_dir()]
    moved = find_moved(list(lost.values()), folders, probe.get)
    sure = [each for each in moved.suggestions if not each.differs]
    if sure:
        names = ", ".join(each.found.name for each in sure[:3])
        more = f" and {len(sure) - 3} more" if len(sure) > 3 else ""
        warnings.append(f"media that have moved were found by name: {names}{more}")
    return {each.lost.written: str(each.found) for each in sure}


def _is_there(media: MediaReference) -> bool:
    # An image sequence may lack its first picture; its folder decides.
    path = Path(media.path)
    return path.exists() or (media.sequence is not None and path.parent.is_dir())


def _lost(path: Path) -> Iterator[LostMedia]:
    try:
        reading = read_timeline(path)
    except ShotlogError:  # one of several sequences; their media must be where they say
        return
    for clip in (*reading.clips, *reading.sound):
        media = clip.node.media
        if media is None or media.written is None or media.reference is None:
            continue
        if not Path(media.reference.path).exists():
            range_ = media.available
            yield LostMedia(
                media.written, range_.start if range_ else None, range_.duration if range_ else None
            )


def _paired(
    one: _Timeline, relinks: dict[str, str], options: BatchOptions, maps: Sequence[str]
) -> _Timeline:
    """Return a timeline with its media where they were found."""
    if not relinks or all(clip.media is None or _is_there(clip.media) for clip in one.clips):
        return one
    own = tuple(
        f"{lost.written}={relinks[lost.written]}"
        for lost in sorted(_lost(one.path), key=lambda lost: lost.written)
        if lost.written in relinks
    )
    return _read(one.path, options, maps, tuple(dict.fromkeys(own))) if own else one


def _of_timeline(one: _Timeline, probe: ProbeCache) -> LoggableFile:
    spans: dict[MediaReference, list[TimeRange]] = {}
    for edit in one.edits:
        for clip in edit.clips:
            if clip.media is not None and clip.source.duration > 0:
                spans.setdefault(_file_of(clip.media), []).append(clip.source)
    ids: set[str] = set()
    lacking: set[str] = set()
    seconds, cost = Fraction(0), 0.0
    uses: dict[str, Use] = {}
    for clip in one.clips:
        if clip.media is not None:
            spans.setdefault(_file_of(clip.media), [])
    for reference, shown in spans.items():
        try:
            media = probe.get(reference)
        except ShotlogError as error:
            lacking.add(f"{reference.path} {error.problem.code}")
            continue
        ids.add(media.content_id)
        length = sum((span.duration for span in union(shown)), Fraction(0))
        seconds += length
        cost += _cost(media, length)
        # A copy of a file has its content id, and its seconds are the same film.
        earlier = uses.get(media.content_id, Use(0, 0.0)).seconds
        uses[media.content_id] = Use(earlier | _seconds_of(shown), _cost(media, Fraction(1)))
    return LoggableFile(
        one.path, "timeline", one.content, tuple(sorted(ids)), tuple(sorted(lacking)), seconds,
        cost, one.relinks, uses=uses,
    )  # fmt: skip


def _seconds_of(shown: Sequence[TimeRange]) -> int:
    """Return the seconds that ranges touch, a bit each, counted from the first of the file."""
    bits = 0
    for span in shown:
        first = math.floor(max(span.start, Fraction(0)))
        end = math.ceil(min(span.end, Fraction(_LONGEST)))
        if end > first:
            bits |= ((1 << (end - first)) - 1) << first
    return bits


def _file_of(reference: MediaReference) -> MediaReference:
    return reference.model_copy(update={"start": None, "duration": None})


def _loose(
    inputs: Inputs,
    used: set[str],
    probe: ProbeCache,
    problems: list[PassedOver],
    warnings: list[str],
) -> list[LoggableFile]:
    """Return the film that no timeline uses, and add what is passed over to the warnings."""
    search = inputs.search
    search.films[:] = [film for film in search.films if _real(film.path) not in used]
    search.skipped[:] = [(kind, path) for kind, path in search.skipped if _real(path) not in used]
    try:
        footage = probe_footage(search, probe, ", ".join(map(str, inputs.roots)))
    except TimelineEmpty:
        problems += map(passed_over, search.problems)
        problems += (passed_over(problem) for problem in _faults(inputs, probe))
        if summary := describe_skipped(search.skipped):
            warnings.append(f"passed over: {summary}")
        return []
    problems += map(passed_over, footage.problems)
    warnings += footage.warnings
    return [_of_media(media) for media in footage.media]


def _faults(inputs: Inputs, probe: ProbeCache) -> Iterator[Problem]:
    for film in inputs.search.films:
        try:
            probe.get(MediaReference(path=str(film.path)))
        except ShotlogError as error:
            yield error.problem


def _files_of(reference: MediaReference) -> Iterator[str | Path]:
    """Yield the files of a media: one, or all pictures of a sequence."""
    yield reference.path
    if reference.sequence is not None:
        with suppress(OSError):  # its folder is away, and nothing of it was found
            yield from (path for _, path in list_sequence_files(reference.sequence))


def _real(path: str | Path) -> str:
    """Return the path of a file without links and dots, by which two names of it are known."""
    return os.path.realpath(path)  # not Path.resolve(): it raises on links that form a ring


def _of_media(media: Media) -> LoggableFile:
    length = _STILL if media.video and media.video.still else media.duration or Fraction(0)
    return LoggableFile(
        Path(media.path), "media", media.content_id, (media.content_id,), (), length,
        _cost(media, length), frames=media.sequence,
    )  # fmt: skip


def _cost(media: Media, seconds: Fraction) -> float:
    """Return the expected work on some seconds of a film: decoding goes by pixels and frames."""
    if media.video is None:
        return float(seconds) / 100  # sound alone
    pixels = media.video.width * media.video.height / _REFERENCE_PIXELS
    rate = float(media.video.rate) / _REFERENCE_RATE
    return float(seconds) * max(0.05, pixels) * max(0.2, rate)
