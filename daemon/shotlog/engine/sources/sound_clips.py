"""Sound of an edit: the files of the clips on its audio tracks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shotlog.engine.sources.location import LocatedClip, MediaUses
from shotlog.engine.sources.probe_cache import ProbeCache
from shotlog.schema import (
    Analyzer,
    AudioStream,
    ClipRange,
    Edit,
    EditAnalyzer,
    Media,
    ShotlogError,
    SoundMeasure,
    TimeRange,
)


def wanted_sound(edit: Edit, analyzers: Sequence[Analyzer]) -> list[ClipRange]:
    """Return the clips of the audio tracks that are heard, where an analyzer of edits listens."""
    listens = any(
        isinstance(measure, SoundMeasure)
        for analyzer in analyzers
        if isinstance(analyzer, EditAnalyzer)
        for measure in analyzer.measures
    )
    return [clip for clip in edit.sound if clip.enabled] if listens else []


def locate_sound(clip: ClipRange, uses: MediaUses, probe_cache: ProbeCache) -> LocatedClip | str:
    """Return a clip of an audio track with its media and its range there.

    Returns:
        A sentence with the reason where its sound cannot be heard.
    """
    if clip.media is None or clip.problem is not None:
        return _left_out(clip.problem.message if clip.problem else "the timeline names no media")
    try:
        media = probe_cache.get(clip.media)
    except ShotlogError as error:
        return _left_out(error.problem.message)
    if media.audio is None:
        return _left_out("its media has none")
    origin = uses.origin(clip.media, media)
    span = clip.source.shifted(-origin.start).intersection(_extent(media, media.audio))
    if span is None:
        return _left_out("it uses a range outside of its media")
    source_start = clip.time_map.source_start - origin.start
    time_map = clip.time_map.model_copy(update={"source_start": source_start})
    return LocatedClip(clip, media, span, span, time_map)


def _left_out(reason: str) -> str:
    return f"its sound on the audio track is left out: {reason}"


def _extent(media: Media, audio: AudioStream) -> TimeRange:
    """Return the range of a file in which there may be sound."""
    ends = [media.duration, None if audio.duration is None else audio.start + audio.duration]
    known = [end for end in ends if end is not None]
    # A day is longer than any file whose length is not known.
    return TimeRange(start=Fraction(0), duration=max(known, default=Fraction(24 * 3600)))
