"""Divides clips into shots: finds the cuts among what was measured, and puts each on its frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key, missing
from shotlog.engine.passes.picture_pass import PictureJob, film_seconds, measure_pictures
from shotlog.engine.passes.shots import shots_of
from shotlog.engine.progress import Progress
from shotlog.engine.sources import Located, spans_by_media
from shotlog.media.cuts import CutMeasure, ExactCutMeasure, find_cuts, refine_cuts, uncertain_ranges
from shotlog.schema import Cut, Media, MediaError, Shot, TimeRange

_CUTS, _PLACES = CutMeasure(), ExactCutMeasure()


@dataclass(frozen=True, eq=False)
class Divided:
    """A clip with the shots that it holds.

    Attributes:
        located: The clip.
        cuts: The changes of shot inside it, in media time.
        shots: Its shots, in timeline order.
    """

    located: Located
    cuts: Sequence[Cut]
    shots: Sequence[Shot]


def divide(clips: Sequence[Located], cache: Cache, progress: Progress) -> list[Divided]:
    """Divides clips by the changes of shot that their measured frames tell.

    Cuts are found among reference frames. Where one lies among frames that were left out, those
    few are read now.
    """
    found = {item.clip.id: _found(item, cache) for item in clips}
    _read_places(clips, found, cache, progress)
    divided = []
    for item in clips:
        places = cache.read(item.media.content_id, cache_key(_PLACES), item.span)
        cuts = found[item.clip.id]
        cuts = cuts if places is None else refine_cuts(cuts, places)
        divided.append(Divided(item, cuts, shots_of(item, cuts)))
    return divided


def _found(item: Located, cache: Cache) -> list[Cut]:
    changes = cache.read(item.media.content_id, cache_key(_CUTS), item.span)
    return [] if changes is None else find_cuts(changes, item.span)


def _read_places(
    clips: Sequence[Located],
    found: Mapping[str, Sequence[Cut]],
    cache: Cache,
    progress: Progress,
) -> None:
    """Reads every frame of the stretches in which hard cuts must still be placed."""
    work: list[tuple[Media, list[PictureJob]]] = []
    for content, items in spans_by_media(clips).items():
        media = items[0].media
        wanted = [span for item in items for span in _uncertain(item, found[item.clip.id])]
        spans = missing(wanted, cache.pieces(content, cache_key(_PLACES)), _PLACES.reach)
        if spans:
            work.append((media, [PictureJob(_PLACES, spans)]))
    if not work:
        return
    with progress.stage(
        "Cuts", sum(film_seconds(jobs) for _, jobs in work), "s of film", saved=True
    ) as bar:
        for media, jobs in work:
            with suppress(MediaError):  # it was read before: a cut is then known less exactly
                measure_pictures(media, jobs, cache, bar)


def _uncertain(item: Located, cuts: Sequence[Cut]) -> list[TimeRange]:
    video = item.media.video
    return [] if video is None else uncertain_ranges(cuts, video.tick)
