"""The choice of the frames of windows that the first pass takes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shotlog.engine.cache import Cache
from shotlog.engine.passes.read_plan import FileWork
from shotlog.engine.passes.shots import SegmentedClip, divide_into_shots
from shotlog.engine.passes.window_frames import WindowFrames
from shotlog.engine.passes.window_jobs import missing_windows
from shotlog.engine.passes.window_results import WindowResults
from shotlog.media.decoding import can_read_beside
from shotlog.schema import Analyzer, TimeRange, WindowMeasure, union

_LONGEST = Fraction(20)
"""Seconds of the longest clip whose frames are taken. For a window of two seconds at 1920 x 1080
this costs about 0.1 s of processor time, and saves 0.3 s where the clip is one shot. Longer clips
often are not: a film in one file, or a scene."""


def plan_window_frames(
    work: Sequence[FileWork], analyzers: Sequence[Analyzer], cache: Cache
) -> WindowFrames:
    """Return the frames to take while the reference frames of files are decoded.

    Args:
        work: The read plan.
        analyzers: The analyzers, for their window measures.
        cache: Holds the rows of earlier runs; frames of their windows are not taken.
    """
    measures = {m.name: m for a in analyzers for m in a.measures if isinstance(m, WindowMeasure)}
    unfiltered = [measure for measure in measures.values() if not measure.loop_filter]
    frames = WindowFrames()
    for file in work if unfiltered else ():
        if file.media.video is None or not can_read_beside(file.media.video):
            continue
        clips = [
            SegmentedClip(item, (), divide_into_shots(item, ()))
            for item in file.clips
            if item.seen.duration <= _LONGEST
        ]
        spans = _reference_spans(file)
        for measure in unfiltered:
            # What fails here fails again in the second pass, and is told there.
            for job in missing_windows(clips, measure, cache, WindowResults()):
                if all(any(span.contains(at) for span in spans) for at in job.window.frames):
                    frames.want(job)
    return frames


def _reference_spans(file: FileWork) -> list[TimeRange]:
    """Return the ranges of a file whose reference frames are decoded in any case."""
    jobs = (job for job in file.pictures if job.measure.need.frames == "reference")
    return union(span for job in jobs for span in job.spans)
