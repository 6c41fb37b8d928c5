"""Segmentation of clips into shots: cuts are found in the evidence, then placed on their frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key, missing_ranges
from shotlog.engine.passes.kept_cuts import KeptCuts
from shotlog.engine.passes.picture_pass import PictureJob, film_seconds, measure_pictures
from shotlog.engine.passes.shots import divide_into_shots
from shotlog.engine.progress import RunProgress
from shotlog.engine.sources import LocatedClip, group_by_media
from shotlog.media.cuts import (
    CutMeasure,
    ExactCutMeasure,
    find_cuts,
    identify_finder,
    refine_cuts,
    uncertain_ranges,
)
from shotlog.schema import Cut, MediaError, Shot, TimeRange

_OTHER_SHOT = (
    "its media has a cut under a transition, so frames of another shot are seen there; they were"
    " not counted"
)

_CUTS, _PLACES = CutMeasure(), ExactCutMeasure()


@dataclass(frozen=True, eq=False)
class SegmentedClip:
    """A clip with its shots.

    Attributes:
        located: The clip.
        cuts: The cuts inside it, in media time.
        shots: Its shots, in timeline order.
    """

    located: LocatedClip
    cuts: Sequence[Cut]
    shots: Sequence[Shot]


def segment(
    clips: Sequence[LocatedClip], cache: Cache, progress: RunProgress, *, find: bool = True
) -> list[SegmentedClip]:
    """Divide clips into shots at the cuts that the evidence shows.

    Without ``find`` each clip is one shot.

    Cuts are found among reference frames. The frames around a cut that the first pass skipped are
    decoded here, so that each hard cut is exact to the frame.
    """
    if not find:
        return [SegmentedClip(item, (), divide_into_shots(item, ())) for item in clips]
    kept = KeptCuts(cache, identify_finder(), (_CUTS, _PLACES))
    known = {item.clip.id: cuts for item in clips if (cuts := kept.get(item)) is not None}
    new = [item for item in clips if item.clip.id not in known]
    known |= _find_exact_cuts(new, kept, cache, progress)
    segmented = []
    for item in clips:
        cuts = known[item.clip.id]
        inside = [cut for cut in cuts if item.span.start < cut.at < item.span.end]
        shots = divide_into_shots(item, cuts)
        if len(inside) < len(cuts):
            item = replace(item, warnings=(*item.warnings, _OTHER_SHOT))
        segmented.append(SegmentedClip(item, inside, shots))
    return segmented


def _find_exact_cuts(
    clips: Sequence[LocatedClip], kept: KeptCuts, cache: Cache, progress: RunProgress
) -> dict[str, list[Cut]]:
    """Return the cuts of clips by their ids, and keep them for later runs."""
    found: dict[str, list[Cut]] = {}
    digests: dict[str, str] = {}
    for item in clips:
        # Handles too: a cut in one ends what belongs to the clip's first or last shot.
        changes = cache.read_evidence(item.media.content_id, cache_key(_CUTS), item.seen)
        found[item.clip.id] = [] if changes.series is None else find_cuts(changes.series, item.seen)
        digests[item.clip.id] = changes.digest
    _measure_places(clips, found, cache, progress)
    exact: dict[str, list[Cut]] = {}
    for item in clips:
        content, cuts = item.media.content_id, found[item.clip.id]
        places = cache.read_evidence(content, cache_key(_PLACES), item.seen)
        exact[item.clip.id] = cuts if places.series is None else refine_cuts(cuts, places.series)
        # Where places could not be measured, the next run shall try again.
        if not _unmeasured_places([item], found, cache):
            kept.keep(item, exact[item.clip.id], (digests[item.clip.id], places.digest))
    return exact


def _measure_places(
    clips: Sequence[LocatedClip],
    found: Mapping[str, Sequence[Cut]],
    cache: Cache,
    progress: RunProgress,
) -> None:
    """Measure every frame of the ranges in which hard cuts are not yet exact."""
    work = [
        (items[0].media, [PictureJob(_PLACES, spans)])
        for items in group_by_media(clips).values()
        if (spans := _unmeasured_places(items, found, cache))
    ]
    if not work:
        return
    with progress.stage(
        "Cuts", sum(film_seconds(jobs) for _, jobs in work), "s of film", saved=True
    ) as bar:
        for media, jobs in work:
            with suppress(MediaError):  # the cuts were found already, only less exactly
                measure_pictures(media, jobs, cache, bar)


def _unmeasured_places(
    clips: Sequence[LocatedClip], found: Mapping[str, Sequence[Cut]], cache: Cache
) -> list[TimeRange]:
    """Return the ranges of one media in which cuts are not yet exact and were not measured."""
    media = clips[0].media
    if media.video is None:
        return []
    tick, pieces = media.video.tick, cache.pieces(media.content_id, cache_key(_PLACES))
    wanted = [span for item in clips for span in uncertain_ranges(found[item.clip.id], tick)]
    return missing_ranges(wanted, pieces, _PLACES.reach)
