"""Segmentation of clips into shots at the cuts that a cut finder finds in the evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key, missing_ranges
from shotlog.engine.passes.kept_cuts import KeptCuts
from shotlog.engine.passes.picture_pass import PictureJob, film_seconds, measure_pictures
from shotlog.engine.passes.second_pass import measure_windows
from shotlog.engine.passes.shots import SegmentedClip, divide_into_shots
from shotlog.engine.passes.window_results import WindowResults
from shotlog.engine.plugins import analyzer_problem
from shotlog.engine.progress import RunProgress
from shotlog.engine.sources import LocatedClip, group_by_media
from shotlog.media.cuts import CutFinder, CutMeasure, CutView, FrameRequest, keep_border_rows
from shotlog.schema import (
    Cut,
    Measure,
    Media,
    MediaError,
    Problem,
    Series,
    Shot,
    TimeRange,
    WindowMeasure,
)

_OTHER_SHOT = (
    "its media has a cut under a transition, so frames of another shot are seen there; they were"
    " not counted"
)

_CHANGES = CutMeasure()
_STAGE = "Cuts"

T = TypeVar("T")


def segment(
    clips: Sequence[LocatedClip], finder: CutFinder, cache: Cache, progress: RunProgress
) -> tuple[list[SegmentedClip], list[Problem]]:
    """Divide clips into shots at their cuts.

    The cache holds the rows of the finder's picture measures; its window measures are run here, and
    so is what it requests once it has found cuts. Cuts of the same evidence are kept between runs.

    Returns:
        The clips with their shots, and the problems of clips on which the finder failed; those are
        one shot each.

    Raises:
        ModelError: a model of the finder or the device cannot be used at all.
    """
    kept = KeptCuts(cache, finder)
    known = {item.clip.id: cuts for item in clips if (cuts := kept.get(item)) is not None}
    search = _Search([item for item in clips if item.clip.id not in known], finder, cache, progress)
    known |= search.find_all(kept)
    segmented = []
    for item in clips:
        cuts = known[item.clip.id]
        inside = [cut for cut in cuts if item.span.start < cut.at < item.span.end]
        shots = divide_into_shots(item, cuts)
        if len(inside) < len(cuts):
            item = replace(item, warnings=(*item.warnings, _OTHER_SHOT))
        borders = _border_rows(item, cuts, finder, cache)
        segmented.append(SegmentedClip(item, inside, shots, borders))
    return segmented, [*search.problems]


class _Search:
    """A cut finder at work on clips; what it raises is a problem of the clip.

    Cuts are searched for in handles too: a cut in one ends what belongs to the first or last shot.
    """

    def __init__(
        self,
        clips: Sequence[LocatedClip],
        finder: CutFinder,
        cache: Cache,
        progress: RunProgress,
    ) -> None:
        self._clips, self._finder = clips, finder
        self._cache, self._progress = cache, progress
        self._digests: dict[str, dict[str, str]] = {item.clip.id: {} for item in clips}
        self._failed: set[str] = set()
        measures = [m for m in finder.measures if isinstance(m, WindowMeasure)]
        whole = [SegmentedClip(item, (), (_whole(item),)) for item in clips]
        self._windows = (
            measure_windows(whole, measures, cache, progress, _STAGE)
            if measures
            else WindowResults()
        )
        self.problems = [*self._windows.problems]

    def find_all(self, kept: KeptCuts) -> dict[str, list[Cut]]:
        """Return the cuts of all clips by their ids, at their places; keep them for later runs."""
        found, requests = dict[str, list[Cut]](), dict[str, list[FrameRequest]]()
        for item in self._clips:
            found[item.clip.id], requests[item.clip.id] = self._find(item)
        _measure_requests(self._clips, requests, self._cache, self._progress)
        placed: dict[str, list[Cut]] = {}
        for item in self._clips:
            name = item.clip.id
            placed[name] = self._place(item, found[name], requests[name])
            lacking = _missing_jobs(item.media, requests[name], self._cache)
            # What failed, or could not be measured, the next run shall try again.
            if name not in self._failed and not lacking:
                kept.keep(item, placed[name], self._digests[name])
        return placed

    def _find(self, item: LocatedClip) -> tuple[list[Cut], list[FrameRequest]]:
        """Return the cuts of a clip, and what the finder wants to be measured to place them."""

        def find(view: CutView) -> tuple[list[Cut], list[FrameRequest]]:
            cuts = self._finder.find(view)
            wanted = self._finder.request(cuts, view)
            return cuts, [request for request in wanted if request.spans]

        return self._ask(item, find, self._finder.measures) or ([], [])

    def _place(
        self, item: LocatedClip, cuts: Sequence[Cut], requests: Sequence[FrameRequest]
    ) -> list[Cut]:
        measures = (*self._finder.placing, *(self._finder.measures if requests else ()))
        return self._ask(item, lambda view: self._finder.place(cuts, view), measures) or []

    def _ask(
        self, item: LocatedClip, ask: Callable[[CutView], T], measures: Sequence[Measure]
    ) -> T | None:
        """Return an answer of the finder; None without a picture, and where the finder fails."""
        video = item.media.video
        if video is None:
            return None
        series = {m.name: rows for m in measures if (rows := self._rows(item, m)) is not None}
        try:
            return ask(CutView(item.seen, video, series))
        except Exception as error:  # a plugin may raise anything; the others must go on
            self.problems.append(analyzer_problem(self._finder.provenance.analyzer, item, error))
            self._failed.add(item.clip.id)
            return None

    def _rows(self, item: LocatedClip, measure: Measure) -> Series | None:
        if isinstance(measure, WindowMeasure):
            return self._windows.series(item.media, _whole(item), measure)
        key = cache_key(measure)
        read = self._cache.read_evidence(item.media.content_id, key, item.seen)
        self._digests[item.clip.id][key] = read.digest
        return read.series


def _border_rows(
    item: LocatedClip, cuts: Sequence[Cut], finder: CutFinder, cache: Cache
) -> Series | None:
    """Return the rows of the pictures at the borders of a clip's shots, if the finder has them."""
    if _CHANGES.name not in {measure.name for measure in finder.measures}:
        return None
    # Read here for clips with kept cuts too, whose rows nobody has read; of all rows few are kept,
    # as those of all clips are too many.
    changes = cache.read(item.media.content_id, cache_key(_CHANGES), item.seen)
    return None if changes is None else keep_border_rows(changes, cuts, item.span)


def _whole(item: LocatedClip) -> Shot:
    """Return all frames that a clip and its handles show, as one shot."""
    name, seen = item.clip.id, item.seen
    return Shot(id=name, clip=name, source=seen, core=seen, timeline=item.clip.timeline)


def _measure_requests(
    clips: Sequence[LocatedClip],
    requests: Mapping[str, Sequence[FrameRequest]],
    cache: Cache,
    progress: RunProgress,
) -> None:
    """Measure what a finder requested, as far as the cache lacks it."""
    work: list[tuple[Media, list[PictureJob]]] = []
    for items in group_by_media(clips).values():
        wanted = [request for item in items for request in requests[item.clip.id]]
        if jobs := _missing_jobs(items[0].media, wanted, cache):
            work.append((items[0].media, jobs))
    if not work:
        return
    with progress.stage(
        _STAGE, sum(film_seconds(jobs) for _, jobs in work), "s of film", saved=True
    ) as bar:
        for media, jobs in work:
            with suppress(MediaError):  # the cuts were found already, only less exactly
                measure_pictures(media, jobs, cache, bar)


def _missing_jobs(media: Media, requests: Sequence[FrameRequest], cache: Cache) -> list[PictureJob]:
    """Return the work on one file that the cache lacks, by measure."""
    spans: dict[str, list[TimeRange]] = {}
    for request in requests:
        spans.setdefault(request.measure.name, []).extend(request.spans)
    measures = {request.measure.name: request.measure for request in requests}
    jobs = []
    for name, measure in measures.items():
        pieces = cache.pieces(media.content_id, cache_key(measure))
        jobs.append(PictureJob(measure, missing_ranges(spans[name], pieces, measure.reach)))
    return [job for job in jobs if job.spans]
