"""Decoded pictures fitted to the picture that is made: scaled first, then cropped."""

from __future__ import annotations

import os
from typing import Any, Final, NamedTuple

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from shotlog.delivery.encode.canvas import (
    PLANE_FORMS,
    Canvas,
    FittedPicture,
    Plane,
    Planes,
    over_black,
)
from shotlog.delivery.encode.colour import matrix_of
from shotlog.media.images import build_filter_graph, plane_samples
from shotlog.schema import CropBox, Media, MediaUnsupported, NoPicture

_SCALING: Final = Interpolation.BICUBIC | Interpolation.ACCURATE_RND


class PictureFitter:
    """Fits the pictures of one file to a canvas: upright, with square pixels, in its colours.

    With a crop the whole picture is scaled, so that the crop fills the canvas, and then cut; the
    other way round, edges of the crop would be filtered without what lies beyond them, and crops
    could begin at even pixels of the source alone. Without a crop the whole picture is shown, in
    the middle of bars where its shape is another one. Bars, and what is transparent, show what lies
    behind; alpha is taken for straight, as in PNG.

    Of interlaced pictures one field is taken: half of the lines, none of the combing.
    """

    def __init__(self, media: Media, canvas: Canvas, threads: int = 0) -> None:
        """Prepare for the pictures of a file.

        Raises:
            NoPicture: It has none.
        """
        if media.video is None:
            raise NoPicture(media.path)
        self._path, self._video, self._canvas = media.path, media.video, canvas
        # The decoder and the encoder run at the same time.
        self._threads = max(1, (threads or os.cpu_count() or 1) // 2)
        self._reformatter = VideoReformatter()

    def fit(self, picture: VideoFrame, box: CropBox | None) -> FittedPicture:
        """Return a decoded picture, fitted.

        Args:
            picture: The picture, as it lies in the file.
            box: The crop in the upright picture; None shows all of it.

        Raises:
            MediaUnsupported: swscale does not know its form.
        """
        place = self._place(box)
        planes = self._fitted(self._scaled(picture, place, self._canvas.pixels), place)
        cover = self._cover(picture, place)
        if cover is not None and _has_alpha(picture):
            planes = over_black(planes, cover, self._canvas)
        return FittedPicture(planes, cover)

    def _place(self, box: CropBox | None) -> _Place:
        """Return the size to which the whole picture is scaled, and where it lies then."""
        width, height = self._canvas.size
        own = (self._video.width, self._video.height)
        if box is None:
            scale = min(width / own[0], height / own[1])
            # Even, so that the planes of colours begin with those of brightness.
            across, down = (max(2, 2 * round(side * scale / 2)) for side in own)
            return _Place(
                (across, down), -((width - across) // 2 & ~1), -((height - down) // 2 & ~1)
            )
        wide, high = width / box.width, height / box.height
        whole = max(width, round(own[0] * wide)), max(height, round(own[1] * high))
        left = min(max(round(box.left * wide), 0), whole[0] - width)
        top = min(max(round(box.top * high), 0), whole[1] - height)
        return _Place(whole, left, top)

    def _cover(self, picture: VideoFrame, place: _Place) -> npt.NDArray[np.float32] | None:
        """Return the share of each pixel that a picture covers; None where that is all."""
        if _has_alpha(picture):
            alpha = self._scaled(picture, place, "yuva444p")[3].astype(np.float32) / 255
        elif not place.fills(self._canvas.size):
            alpha = np.ones(place.size[::-1], np.float32)
        else:
            return None
        width, height = self._canvas.size
        cover = np.zeros((height, width), np.float32)
        _lay_at(cover, alpha, -place.left, -place.top)
        return cover

    def _scaled(self, picture: VideoFrame, place: _Place, pixels: str) -> list[Plane]:
        """Return the planes of the whole picture, upright."""
        turns = self._video.rotation // 90 % 4
        kind = PLANE_FORMS[pixels].kind if pixels in PLANE_FORMS else np.uint8
        name = PLANE_FORMS[pixels].turned if turns % 2 and pixels in PLANE_FORMS else pixels
        try:
            scaled = self._reformatter.reformat(
                self._one_field(picture),
                *(place.size[::-1] if turns % 2 else place.size),
                name,
                src_colorspace=matrix_of(picture),
                dst_colorspace=self._canvas.matrix,
                interpolation=_SCALING,
                dst_color_range=ColorRange.MPEG,
                threads=self._threads,
            )
        except FFmpegError as error:
            raise MediaUnsupported(self._path) from error
        planes = []
        for plane in scaled.planes:
            samples = plane_samples(plane, kind)
            # Mirrored first, then turned clockwise; NumPy turns the other way.
            samples = samples[:, ::-1] if self._video.mirrored else samples
            planes.append(np.rot90(samples, -turns) if turns else samples)
        return planes

    def _one_field(self, picture: VideoFrame) -> VideoFrame:
        if self._video.interlaced is None:
            return picture
        kind = "top" if self._video.interlaced == "tff" else "bottom"
        graph = build_filter_graph(picture, ("field", f"type={kind}"))
        graph.vpush(picture)
        field = graph.vpull()
        assert isinstance(field, av.VideoFrame)  # noqa: S101
        return field

    def _fitted(self, planes: list[Plane], place: _Place) -> Planes:
        """Return the part of a scaled picture that lies on the canvas, over black.

        At an odd pixel the planes of colours begin half a sample of theirs earlier, which nobody
        sees; crops that move by two pixels at a time would tremble.
        """
        form = self._canvas.form
        shifts = ((0, 0), (form.across, form.down), (form.across, form.down))
        if place.fills(self._canvas.size):
            width, height = self._canvas.size
            first, second, third = (
                plane[place.top >> down : (place.top >> down) + (height >> down),
                      place.left >> across : (place.left >> across) + (width >> across)]
                for plane, (across, down) in zip(planes, shifts, strict=True)
            )  # fmt: skip
            return first, second, third
        canvas = self._canvas.black()
        for target, plane, (across, down) in zip(canvas, planes, shifts, strict=True):
            _lay_at(target, plane, -place.left >> across, -place.top >> down)
        return canvas


class _Place(NamedTuple):
    """The place of a canvas in a scaled picture.

    Attributes:
        size: Width and height of the scaled picture.
        left: Its column at which the canvas begins; negative where a bar is left of it.
        top: Its line at which the canvas begins.
    """

    size: tuple[int, int]
    left: int
    top: int

    def fills(self, canvas: tuple[int, int]) -> bool:
        """Return true where the picture covers a canvas of a size, without bars."""
        edges = zip(self.size, (self.left, self.top), canvas, strict=True)
        return all(0 <= at <= side - wanted for side, at, wanted in edges)


def _lay_at(target: npt.NDArray[Any], part: npt.NDArray[Any], left: int, top: int) -> None:
    """Copy an array into a larger one, or the part of it that lies there."""
    if left < 0 or top < 0:
        part = part[max(0, -top) :, max(0, -left) :]
        left, top = max(0, left), max(0, top)
    part = part[: target.shape[0] - top, : target.shape[1] - left]
    target[top : top + part.shape[0], left : left + part.shape[1]] = part


def _has_alpha(picture: VideoFrame) -> bool:
    return any(component.is_alpha for component in picture.format.components)
