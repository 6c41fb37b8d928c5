"""Decoded pictures fitted to the picture that is made: scaled first, then cropped."""

from __future__ import annotations

import os
from typing import Final

import av
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from shotlog.delivery.encode.canvas import Canvas, Plane, Planes
from shotlog.delivery.encode.colour import matrix_of
from shotlog.media.images import build_filter_graph, plane_samples
from shotlog.schema import CropBox, Media, MediaUnsupported, NoPicture

_SCALING: Final = Interpolation.BICUBIC | Interpolation.ACCURATE_RND


class PictureFitter:
    """Fits the pictures of one file to a canvas: upright, with square pixels, in its colours.

    With a crop the whole picture is scaled, so that the crop fills the canvas, and then cut; the
    other way round, edges of the crop would be filtered without what lies beyond them, and crops
    could begin at even pixels of the source alone. Without a crop the whole picture is shown, in
    the middle of bars where its shape is another one.

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

    def fit(self, picture: VideoFrame, box: CropBox | None) -> Planes:
        """Return the planes of a decoded picture.

        Args:
            picture: The picture, as it lies in the file.
            box: The crop in the upright picture; None shows all of it.

        Raises:
            MediaUnsupported: swscale does not know its form.
        """
        width, height = self._canvas.size
        own = (self._video.width, self._video.height)
        if box is None:
            scale = min(width / own[0], height / own[1])
            # Even, so that the planes of colours begin with those of brightness.
            size = [max(2, 2 * round(side * scale / 2)) for side in own]
            return self._in_bars(self._scaled(picture, size[0], size[1]), size[0], size[1])
        across, down = width / box.width, height / box.height
        whole = max(width, round(own[0] * across)), max(height, round(own[1] * down))
        left = min(max(round(box.left * across), 0), whole[0] - width)
        top = min(max(round(box.top * down), 0), whole[1] - height)
        return self._cut(self._scaled(picture, *whole), left, top)

    def _scaled(self, picture: VideoFrame, width: int, height: int) -> list[Plane]:
        """Return the planes of the whole picture, upright."""
        canvas, turns = self._canvas, self._video.rotation // 90 % 4
        form = canvas.form
        name = form.turned if turns % 2 else canvas.pixels
        lying = (height, width) if turns % 2 else (width, height)
        try:
            scaled = self._reformatter.reformat(
                self._one_field(picture),
                *lying,
                name,
                src_colorspace=matrix_of(picture),
                dst_colorspace=canvas.matrix,
                interpolation=_SCALING,
                dst_color_range=ColorRange.MPEG,
                threads=self._threads,
            )
        except FFmpegError as error:
            raise MediaUnsupported(self._path) from error
        planes = []
        for plane in scaled.planes:
            samples = plane_samples(plane, form.kind)
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

    def _cut(self, planes: list[Plane], left: int, top: int) -> Planes:
        """Return a part of the size of the canvas.

        At an odd pixel the planes of colours begin half a sample of theirs earlier, which nobody
        sees; crops that move by two pixels at a time would tremble.
        """
        (width, height), form = self._canvas.size, self._canvas.form
        first, second, third = (
            plane[top >> down : (top >> down) + (height >> down),
                  left >> across : (left >> across) + (width >> across)]
            for plane, (across, down) in zip(
                planes, ((0, 0), (form.across, form.down), (form.across, form.down)), strict=True
            )
        )  # fmt: skip
        return first, second, third

    def _in_bars(self, planes: list[Plane], width: int, height: int) -> Planes:
        """Return a picture in the middle of the canvas."""
        if (width, height) == self._canvas.size:
            first, second, third = planes
            return first, second, third
        canvas, form = self._canvas.black(), self._canvas.form
        left = (self._canvas.size[0] - width) // 2 & ~1
        top = (self._canvas.size[1] - height) // 2 & ~1
        shifts = ((0, 0), (form.across, form.down), (form.across, form.down))
        for target, plane, (across, down) in zip(canvas, planes, shifts, strict=True):
            y, x = top >> down, left >> across
            target[y : y + plane.shape[0], x : x + plane.shape[1]] = plane
        return canvas
