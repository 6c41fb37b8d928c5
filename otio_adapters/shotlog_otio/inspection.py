"""The understanding of a timeline file, for people and for other tools."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Annotated

from pydantic import PlainSerializer

from shotlog.schema import Model, Problem, TimelineAmbiguous, TimeRange, nearest_frame
from shotlog_otio.formats import read_timeline
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions
from shotlog_otio.timeline import ReadClip, Reading, SequenceInfo, ShownMarker

Exact = Annotated[
    Fraction,
    PlainSerializer(lambda value: f"{value.numerator}/{value.denominator}", return_type=str),
]
"""An exact number, in JSON always with its denominator: ``25/1``."""


_FRAME_NOISE = Fraction(1, 1000)
"""Part of a frame by which a moment may be rounded down: floats, milliseconds of slow clocks."""


class InspectedClip(Model):
    """A clip of a timeline."""

    id: str
    """Our address of it: ``V1/3`` is the fourth item of the lowest video track."""
    track: str
    """The track that holds it or the nest around it: ``V1`` is the lowest of picture."""
    name: str
    """Its name; may be empty."""
    media: str | None
    """The path of its media as the file writes it, decoded where that is a URL."""
    record_in: int
    """Its first frame on the timeline, from the timeline's start."""
    record_out: int
    """The frame after its last."""
    source_in: Exact
    """Start of the source range in seconds from the media's first frame; from timecode 0 where the
    file does not tell the media's start."""
    source_out: Exact
    """End of the source range; later than its start, also for a clip that runs backwards."""
    source_rate: Exact | None
    """Frames per second of the media, as the file tells."""
    media_start_frame: int | None
    """Start timecode of the media in its own frames, as the file tells."""
    speed: Exact
    """Source seconds per timeline second: negative backwards, 0 for a freeze frame; the mean of a
    ramp."""
    enabled: bool
    """False where it, its track or the nest around it is switched off."""


class InspectedMarker(Model):
    """A marker of a timeline, whoever wrote it."""

    frame: int
    """Its frame, from the timeline's start."""
    duration_frames: int
    """Its length; 0 for a point, where the file knows points."""
    name: str
    """Its name."""
    note: str
    """Its note."""
    color: str
    """Its colour as the file names it, else `#rrggbb`; empty where it has none."""
    on: str | int
    """`timeline`, or the number of the clip in `clips` that it stands on."""
    ours: bool
    """True for a marker that Shotlog wrote."""


class InspectedProblem(Model):
    """A part of a file that was not understood."""

    clip: str | None
    """Name of the clip; null for the timeline."""
    index: int | None
    """Number of the clip in `clips`."""
    message: str
    """The reason."""
    hint: str
    """Advice."""


class InspectedSequence(Model):
    """A sequence of a file that holds several."""

    name: str
    """Its name."""
    rate: Exact
    """Its frames per second."""
    duration_frames: int
    """Its length in frames."""
    chosen: bool
    """True for the one that was read."""


class Inspection(Model):
    """Everything that was understood of a timeline file."""

    name: str
    """The timeline's name."""
    rate: Exact
    """Its frames per second."""
    drop_frame: bool
    """True where its timecode is drop-frame."""
    start_frame: int
    """The frame of its start timecode."""
    duration_frames: int
    """Its length in frames."""
    clips: tuple[InspectedClip, ...]
    """Every clip of picture, those of nests among them, by start; of clips that start together,
    lower tracks first."""
    sound: tuple[InspectedClip, ...]
    """Every clip of the audio tracks."""
    markers: tuple[InspectedMarker, ...]
    """The markers of the timeline and of its clips, by frame."""
    hidden_markers: int
    """Number of markers on frames of their clips that the timeline does not show."""
    problems: tuple[InspectedProblem, ...]
    """What was not understood."""
    warnings: tuple[str, ...]
    """Assumptions about the timeline and its clips."""
    sequences: tuple[InspectedSequence, ...]
    """The sequences of the file, where there are several."""


class SequenceChoices(Model):
    """The sequences of a file of which none was chosen."""

    problems: tuple[InspectedProblem, ...]
    """The reason."""
    sequences: tuple[InspectedSequence, ...]
    """All that the file holds."""


def inspect_file(path: Path, options: ReadOptions = DEFAULT_READING) -> Inspection:
    """Return what is understood of a timeline file; no media need be there.

    Raises:
        TimelineError: see :meth:`shotlog_otio.formats.Format.open`.
    """
    return inspection_of(read_timeline(path, options))


def inspection_of(reading: Reading) -> Inspection:
    """Return what was understood of a timeline."""
    edit, tree = reading.edit, reading.tree
    markers = [
        _marker(item, item.shown, edit.rate) for item in reading.markers if item.shown is not None
    ]
    return Inspection(
        name=edit.name,
        rate=edit.rate,
        drop_frame=edit.counts_drop_frame,
        start_frame=nearest_frame(edit.start, edit.rate),
        duration_frames=nearest_frame(edit.duration, edit.rate),
        clips=tuple(_clip(clip, edit.rate) for clip in reading.clips),
        sound=tuple(_clip(clip, edit.rate) for clip in reading.sound),
        markers=tuple(sorted(markers, key=lambda marker: marker.frame)),
        hidden_markers=len(reading.markers) - len(markers),
        problems=_problems(reading),
        warnings=_warnings(reading),
        sequences=tuple(map(_sequence, tree.sequences)),
    )


def choices_of(error: TimelineAmbiguous) -> SequenceChoices:
    """Return what an error tells of the sequences of a file."""
    return SequenceChoices(
        problems=(_problem(None, error.problem),),
        sequences=tuple(
            InspectedSequence(name=name, rate=rate, duration_frames=frames, chosen=False)
            for name, rate, frames in error.sequences
        ),
    )


def _sequence(item: SequenceInfo) -> InspectedSequence:
    return InspectedSequence(
        name=item.name, rate=item.rate, duration_frames=item.duration, chosen=item.chosen
    )


def _clip(clip: ReadClip, rate: Fraction) -> InspectedClip:
    range_, media, node = clip.range, clip.node.media, clip.node
    start = media.available.start if media and media.available else None
    origin = start or Fraction(0)
    return InspectedClip(
        id=range_.id,
        track=clip.track,
        name=range_.name,
        media=media.written if media else None,
        record_in=nearest_frame(range_.timeline.start, rate),
        record_out=nearest_frame(range_.timeline.end, rate),
        source_in=range_.source.start - origin,
        source_out=range_.source.end - origin,
        source_rate=node.rate,
        media_start_frame=_whole_frame(start, node.rate),
        speed=range_.speed,
        enabled=range_.enabled,
    )


def _whole_frame(start: Fraction | None, rate: Fraction | None) -> int | None:
    return None if start is None or rate is None else math.floor(start * rate + Fraction(1, 2))


def _marker(item: ShownMarker, shown: TimeRange, rate: Fraction) -> InspectedMarker:
    marker = item.marker
    return InspectedMarker(
        frame=frame_at(shown.start, rate),
        duration_frames=nearest_frame(shown.duration, rate),
        name=marker.name,
        note=marker.note,
        color=marker.colour,
        on="timeline" if item.clip is None else item.clip,
        ours=marker.tag is not None,
    )


def frame_at(moment: Fraction, rate: Fraction) -> int:
    """Return the number of the frame that is shown at a moment, as programs show markers.

    A moment may be rounded: one that is less than a thousandth of a frame early is on the frame.
    """
    return math.floor(moment * rate + _FRAME_NOISE)


def _problems(reading: Reading) -> tuple[InspectedProblem, ...]:
    of_clips = [
        (n, clip.range.problem)
        for n, clip in enumerate(reading.clips)
        if clip.range.problem is not None
    ]
    return (
        *(_problem(None, problem) for problem in reading.tree.problems),
        *(_problem(number, problem) for number, problem in of_clips),
    )


def _problem(index: int | None, problem: Problem) -> InspectedProblem:
    subject = None if index is None else problem.subject
    return InspectedProblem(clip=subject, index=index, message=problem.message, hint=problem.hint)


def _warnings(reading: Reading) -> tuple[str, ...]:
    of_clips = (
        f"{clip.range.name or clip.range.id}: {warning}"
        for clip in reading.clips
        for warning in clip.range.warnings
    )
    return tuple(dict.fromkeys((*reading.edit.warnings, *of_clips)))
