"""The pictures of a film: its layers, one over another, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from shotlog.delivery.encode.canvas import Canvas, FittedPicture, Planes, dimmed, lay_over
from shotlog.delivery.encode.clip_pictures import ClipPictures, Crop
from shotlog.delivery.encode.colour import has_alpha
from shotlog.delivery.encode.layers import FrameGrid, PictureLayer, Segment, segments
from shotlog.schema import CropBox, Reframing, largest_crop


class FilmPictures:
    """The pictures of a film.

    Memory: for every layer that is seen at one moment the decoder's frames and one finished
    picture, and :data:`~shotlog.delivery.encode.clip_pictures.HELD_BYTES` where it runs backwards.
    The length of the film does not count.
    """

    def __init__(
        self,
        layers: Sequence[PictureLayer],
        grid: FrameGrid,
        canvas: Canvas,
        reframing: Reframing | None,
        threads: int = 0,
    ) -> None:
        """Take the layers, by their start."""
        self._layers, self._grid, self._canvas = layers, grid, canvas
        self._reframing, self._threads = reframing, threads
        self._damage: dict[str, None] = {}
        self._see_through = {
            number
            for number, layer in enumerate(layers)
            if _shows_behind(layer, canvas, cropped=reframing is not None)
        }

    @property
    def damage(self) -> tuple[str, ...]:
        """Damage that decoding met so far, as sentences."""
        return tuple(self._damage)

    def __iter__(self) -> Iterator[Planes]:
        running: dict[int, tuple[ClipPictures, Iterator[FittedPicture]]] = {}
        for segment in segments(self._layers, self._grid, self._see_through):
            for number in set(running) - set(segment.layers):
                self._tell(number, running.pop(number)[0])
            for number in segment.layers:
                if number not in running:
                    running[number] = self._start(number, segment.first)
            yield from self._segment(segment, running)
        for number, (pictures, _) in running.items():
            self._tell(number, pictures)

    def _start(self, number: int, first: int) -> tuple[ClipPictures, Iterator[FittedPicture]]:
        layer = self._layers[number]
        crop = crop_of(layer, self._reframing)
        pictures = ClipPictures(layer, self._grid, self._canvas, crop, self._threads)
        return pictures, pictures.read(first, self._grid.first_at(layer.range.end))

    def _tell(self, number: int, pictures: ClipPictures) -> None:
        if pictures.damage:
            self._damage[f"{self._layers[number].clip.clip.name}: {pictures.damage}"] = None

    def _segment(
        self, segment: Segment, running: dict[int, tuple[ClipPictures, Iterator[FittedPicture]]]
    ) -> Iterator[Planes]:
        black = self._canvas.black()
        half = 1 / self._grid.rate / 2
        for frame in range(segment.first, segment.end):
            shown: Planes | None = None
            for number in segment.layers:
                picture = next(running[number][1])
                layer, moment = self._layers[number], self._grid.moment(frame) + half
                opacity, brightness = layer.opacity(moment), layer.brightness(moment)
                if brightness < 1:
                    picture = dimmed(picture, brightness, self._canvas)
                if opacity < 1 or (shown is not None and picture.cover is not None):
                    back = black if shown is None else shown
                    shown = lay_over(back, picture, opacity, self._canvas)
                else:
                    shown = picture.planes
            yield black if shown is None else shown


def crop_of(layer: PictureLayer, reframing: Reframing | None) -> Crop:
    """Return the crop of a layer: its own, else the middle of its picture."""
    if reframing is None:
        return lambda _: None
    path = reframing.path(layer.clip.clip.id)
    if path is not None:
        return lambda moment: reframing.box(path, moment)
    video = layer.clip.media.video
    assert video is not None  # noqa: S101  # it was located as a picture
    width, height = largest_crop(video.width, video.height, reframing.aspect)
    middle = CropBox((video.width - width) / 2, (video.height - height) / 2, width, height)
    return lambda _: middle


def _shows_behind(layer: PictureLayer, canvas: Canvas, *, cropped: bool) -> bool:
    """Return true where what lies behind a layer may be seen beside it or through it."""
    video = layer.clip.media.video
    assert video is not None  # noqa: S101  # it was located as a picture
    other_shape = Fraction(video.width, video.height) != Fraction(*canvas.size)
    return has_alpha(layer.clip.media) or (other_shape and not cropped)
