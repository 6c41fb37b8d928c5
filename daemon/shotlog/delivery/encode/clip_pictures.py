"""The pictures of one clip at successive frames of a render: forwards, backwards, or still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from shotlog.delivery.encode.canvas import Canvas, FittedPicture
from shotlog.delivery.encode.fitting import PictureFitter
from shotlog.delivery.encode.layers import FrameGrid, PictureLayer
from shotlog.media import Frame, FrameReader
from shotlog.schema import CropBox, Media, TimeRange

HELD_BYTES: Final = 256 << 20
"""Bytes of finished pictures that are held while a clip runs backwards: film is decoded forwards,
so that many frames are made at once and shown in reverse."""
_INSTANT: Final = Fraction(1, 10**6)
"""Seconds after a moment that are read, so that the frame at the moment itself is."""

Crop = Callable[[Fraction], CropBox | None]
"""The crop of a clip at a moment of the timeline; None shows the whole picture."""


class ClipPictures:
    """The pictures of a layer.

    Frame n shows what the clip shows at the start of the frame. Before its media begin and after
    they end, as in a transition without handles, the nearest picture stays.

    Attributes:
        damage: Description of the damage that decoding met; None where there was none.
    """

    def __init__(
        self, layer: PictureLayer, grid: FrameGrid, canvas: Canvas, crop: Crop, threads: int
    ) -> None:
        self._map, self._media = layer.clip.time_map, layer.clip.media
        self._grid, self._canvas, self._crop = grid, canvas, crop
        self._threads = threads
        self._fitter = PictureFitter(self._media, canvas, threads)
        self._tolerance = _rounding(self._media)
        self.damage: str | None = None

    def read(self, first: int, end: int) -> Iterator[FittedPicture]:
        """Yield the pictures of frames [first, end)."""
        for start, stop, backwards in self._runs(first, end):
            yield from (self._backwards if backwards else self._forwards)(start, stop)

    def _runs(self, first: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Yield runs of frames in which the source moves in one direction.

        Yields:
            The first frame, the frame after the last one, and True where it runs backwards.
        """
        span = TimeRange.between(self._grid.moment(first), self._grid.moment(end))
        runs: list[tuple[int, int, bool]] = []
        for part, piece in self._map.pieces(span):
            start, stop = self._grid.first_at(part.start), self._grid.first_at(part.end)
            if start == stop:
                continue
            backwards = piece.speed < 0
            if runs and (piece.is_freeze or runs[-1][2] is backwards):
                runs[-1] = (runs[-1][0], stop, runs[-1][2])
            else:
                runs.append((start, stop, backwards))
        yield from runs

    def _source(self, number: int) -> Fraction:
        return self._map.to_source(self._grid.moment(number))

    def _forwards(self, first: int, end: int) -> Iterator[FittedPicture]:
        start, last = self._source(first), self._source(end - 1)
        frames = self._frames(start, max(start, last) + self._tolerance)
        current, following = next(frames, None), next(frames, None)
        fitted: tuple[Frame | None, CropBox | None, FittedPicture] | None = None
        for number in range(first, end):
            moment = self._source(number) + self._tolerance
            while following is not None and following.start <= moment:
                current, following = following, next(frames, None)
            box = self._crop(self._grid.moment(number))
            if fitted is None or fitted[0] is not current or fitted[1] != box:
                fitted = (current, box, self._fit(current, box))
            yield fitted[2]

    def _backwards(self, first: int, end: int) -> Iterator[FittedPicture]:
        chunk = max(1, HELD_BYTES // self._canvas.bytes)
        for start in range(first, end, chunk):
            yield from self._chunk(start, min(start + chunk, end))

    def _chunk(self, first: int, end: int) -> list[FittedPicture]:
        """Return the pictures of frames in which the source runs backwards.

        At each of them the frame ends that is shown, as running backwards it is the first one that
        the moment passes.
        """
        length = 1 / self._video_rate
        waiting = list(range(first, end))  # the last one shows the earliest moment
        made: dict[int, FittedPicture] = {}
        latest: Frame | None = None
        for frame in self._frames(self._source(end - 1) - length, self._source(first)):
            latest = frame
            while waiting and self._source(waiting[-1]) <= frame.end + self._tolerance:
                number = waiting.pop()
                made[number] = self._fit(frame, self._crop(self._grid.moment(number)))
            if not waiting:
                break
        for number in waiting:
            made[number] = self._fit(latest, self._crop(self._grid.moment(number)))
        return [made[number] for number in range(first, end)]

    @property
    def _video_rate(self) -> Fraction:
        assert self._media.video is not None  # noqa: S101  # the fitter has checked it
        return self._media.video.rate

    def _frames(self, start: Fraction, end: Fraction) -> Iterator[Frame]:
        """Yield the frames of a range of the media, at least one where it has any."""
        if self._media.duration is not None:
            latest = max(Fraction(0), self._media.duration - 1 / self._video_rate)
            start, end = min(start, latest), min(end, self._media.duration)
        start = max(start, Fraction(0))
        span = TimeRange.between(start, max(end, start) + _INSTANT)
        reader = FrameReader(self._media, [span], threads=self._threads)
        try:
            yield from reader
        finally:
            self.damage = reader.damage or self.damage

    def _fit(self, frame: Frame | None, box: CropBox | None) -> FittedPicture:
        if frame is None:  # the file ends before the clip begins, whatever its header says
            self.damage = self.damage or "its media end before it; black is shown"
            return FittedPicture(self._canvas.black())
        return self._fitter.fit(frame.picture, box)


def _rounding(media: Media) -> Fraction:
    """Return the seconds by which a container may have rounded the start of a frame.

    At a constant rate frames lie on an exact grid; else times are in ticks of the container, such
    as the milliseconds of Matroska.
    """
    video = media.video
    return video.tick / 2 if video is not None and video.variable_rate else Fraction(0)
