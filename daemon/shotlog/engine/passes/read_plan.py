"""The read plan: the ranges of every file that must still be measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shotlog.analyzers import ThumbnailMeasure
from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key, missing_cells, missing_ranges
from shotlog.engine.passes.picture_pass import PictureJob, film_seconds
from shotlog.engine.passes.sound_pass import SoundJob
from shotlog.engine.sources import LocatedClip, group_by_media
from shotlog.media.cuts import CutFinder
from shotlog.schema import Analyzer, Measure, Media, PictureMeasure, SoundMeasure, union


@dataclass
class FileWork:
    """The measurements that one media file still lacks, for the clips that show it.

    There are no clips where the file is only heard on audio tracks.
    """

    media: Media
    clips: list[LocatedClip]
    pictures: list[PictureJob]
    sounds: list[SoundJob]

    @property
    def seconds(self) -> float:
        """Seconds of film that must be decoded."""
        return film_seconds(self.pictures)

    @property
    def sound_seconds(self) -> float:
        """Seconds of sound that must be decoded, counted for each kind of need."""
        cells = {(job.measure.need, cell) for job in self.sounds for cell in job.cells}
        return float(sum(need.cell for need, _ in cells))


def plan_reads(
    located: Sequence[LocatedClip],
    analyzers: Sequence[Analyzer],
    finder: CutFinder,
    cache: Cache,
    heard: Sequence[LocatedClip] = (),
) -> list[FileWork]:
    """Return for each file the ranges that every measure must still cover, given the cache.

    The measures of the cut finder and of thumbnails run over every file that is seen, whichever
    analyzers are selected.

    Args:
        located: The clips of picture, whose own sound is measured as well.
        analyzers: The selected analyzers.
        finder: The selected cut finder.
        cache: Holds what is known.
        heard: The clips of audio tracks.
    """
    asked: dict[str, Measure] = {m.name: m for a in analyzers for m in a.measures}
    asked |= {own.name: own for own in (*finder.measures, ThumbnailMeasure())}
    work = []
    shown = group_by_media(located)
    for content, both in group_by_media([*located, *heard]).items():
        clips = shown.get(content, [])
        seen, listened = [item.seen for item in clips], [item.span for item in both]
        job = FileWork(both[0].media, clips, [], [])
        for measure in asked.values():
            pieces = cache.pieces(content, cache_key(measure))
            if isinstance(measure, PictureMeasure):
                job.pictures.append(
                    PictureJob(measure, missing_ranges(seen, pieces, measure.reach))
                )
            elif isinstance(measure, SoundMeasure) and job.media.audio is not None:
                job.sounds.append(SoundJob(measure, missing_cells(listened, pieces, measure.need)))
        # Only reports read thumbnails: they would be evicted first, and cost a decode of their own.
        for span in union(seen):
            cache.note_use(content, cache_key(ThumbnailMeasure()), span)
        job.pictures = [picture for picture in job.pictures if picture.spans]
        job.sounds = [sound for sound in job.sounds if sound.cells]
        work.append(job)
    return work
