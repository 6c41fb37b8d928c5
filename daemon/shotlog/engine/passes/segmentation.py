"""Segmentation of clips into shots: cuts are found in the evidence, then placed on their frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key, missing_ranges
from shotlog.engine.passes.picture_pass import PictureJob, film_seconds, measure_pictures
from shotlog.engine.passes.shots import divide_into_shots
from shotlog.engine.progress import RunProgress
from shotlog.engine.sources import LocatedClip, group_by_media
from shotlog.media.cuts import CutMeasure, ExactCutMeasure, find_cuts, refine_cuts, uncertain_ranges
from shotlog.schema import Cut, Media, MediaError, Shot, TimeRange

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
    found = {item.clip.id: _find_cuts(item, cache) for item in clips}
    _measure_places(clips, found, cache, progress)
    segmented = []
    for item in clips:
        places = cache.read(item.media.content_id, cache_key(_PLACES), item.seen)
        cuts = found[item.clip.id]
        cuts = cuts if places is None else refine_cuts(cuts, places)
        inside = [cut for cut in cuts if item.span.start < cut.at < item.span.end]
        shots = divide_into_shots(item, cuts)
        if len(inside) < len(cuts):
            item = replace(item, warnings=(*item.warnings, _OTHER_SHOT))
        segmented.append(SegmentedClip(item, inside, shots))
    return segmented


def _find_cuts(item: LocatedClip, cache: Cache) -> list[Cut]:
    # Handles too: a cut in one ends what belongs to the clip's first or last shot.
    changes = cache.read(item.media.content_id, cache_key(_CUTS), item.seen)
    return [] if changes is None else find_cuts(changes, item.seen)


def _measure_places(
    clips: Sequence[LocatedClip],
    found: Mapping[str, Sequence[Cut]],
    cache: Cache,
    progress: RunProgress,
) -> None:
    """Measure every frame of the ranges in which hard cuts are not yet exact."""
    work: list[tuple[Media, list[PictureJob]]] = []
    for content, items in group_by_media(clips).items():
        media = items[0].media
        wanted = [span for item in items for span in _uncertain(item, found[item.clip.id])]
        spans = missing_ranges(wanted, cache.pieces(content, cache_key(_PLACES)), _PLACES.reach)
        if spans:
            work.append((media, [PictureJob(_PLACES, spans)]))
    if not work:
        return
    with progress.stage(
        "Cuts", sum(film_seconds(jobs) for _, jobs in work), "s of film", saved=True
    ) as bar:
        for media, jobs in work:
            with suppress(MediaError):  # the cuts were found already, only less exactly
                measure_pictures(media, jobs, cache, bar)


def _uncertain(item: LocatedClip, cuts: Sequence[Cut]) -> list[TimeRange]:
    video = item.media.video
    return [] if video is None else uncertain_ranges(cuts, video.tick)
