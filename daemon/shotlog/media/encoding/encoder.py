"""Encoding of excerpts of media into one file: H.264 and AAC in MP4, exact to the frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from shotlog.media.decoding import FrameReader, read_stereo
from shotlog.media.encoding.output import open_mp4
from shotlog.schema import (
    FrameNeed,
    Media,
    NoPicture,
    Pixels,
    Samples,
    TimeRange,
    nearest_frame,
)

_SOUND_RATE: Final = 48_000
_BIT_RATE: Final = 192_000
"""Bits per second of the sound."""
_X264: Final = {"preset": "fast", "crf": "18"}
"""Options of x264: a quality at which artefacts are not seen."""
_BT709: Final = 1
"""Number of BT.709 among colour primaries, transfer functions and matrices: ITU-T H.273."""


@dataclass(frozen=True)
class Excerpt:
    """A range of a media file, in media time."""

    media: Media
    range: TimeRange


@dataclass(frozen=True)
class EncodedClip:
    """A clip that was written.

    Attributes:
        path: The file.
        rate: Frames per second.
        frames: Number of frames.
    """

    path: Path
    rate: Fraction
    frames: int


def encode_clip(
    excerpts: Sequence[Excerpt],
    path: Path,
    progress: Callable[[Fraction], None] | None = None,
) -> EncodedClip:
    """Encode excerpts, one after the other, into a file; it appears whole or not at all.

    Rate and size are those of the first excerpt; others are scaled into it, with bars. Frame n
    shows the picture of the excerpt at ``start + n / rate``, so an excerpt at its own rate keeps
    each of its frames. HDR becomes SDR. The sound is stereo, silent where an excerpt has none.

    Args:
        excerpts: The excerpts; at least one.
        path: The file, in MP4 whatever its suffix; one that is there is replaced.
        progress: Receives the seconds of film that were encoded since its last call.

    Raises:
        ValueError: There is no excerpt.
        NoPicture: A file has no picture.
        MediaError: A file cannot be read.
        OutputNotWritable: The file cannot be written.
        DiskFull: There is no room for it.
    """
    if not excerpts:
        raise ValueError("there is no excerpt to encode")
    first = excerpts[0].media.video
    if first is None:
        raise NoPicture(excerpts[0].media.path)
    rate = first.intended_rate
    size = (max(2, first.width // 2 * 2), max(2, first.height // 2 * 2))
    lengths = [max(1, nearest_frame(each.range.duration, rate)) for each in excerpts]
    with open_mp4(path) as container:
        video, sound = _add_video(container, rate, size), _add_sound(container)
        writer = _SoundWriter(container, sound)
        count = 0
        for excerpt, length in zip(excerpts, lengths, strict=True):
            span = TimeRange(start=excerpt.range.start, duration=length / rate)
            for pixels in _pictures(excerpt.media, span, rate, size):
                _write_picture(container, video, pixels, count, rate)
                count += 1
                if progress is not None:
                    progress(1 / rate)
            for block in read_stereo(excerpt.media, span, _SOUND_RATE):
                writer.write(block)
        container.mux(video.encode(None))
        writer.finish(count / rate)
    return EncodedClip(path, rate, count)


def _pictures(
    media: Media, span: TimeRange, rate: Fraction, size: tuple[int, int]
) -> Iterator[Pixels]:
    """Yield the picture at every moment of a grid from the start of a range; the last one stays."""
    width, height = size
    need = FrameNeed(width=width, height=height, pixels="rgb")
    wanted = nearest_frame(span.duration, rate)
    made, pixels = 0, None
    for frame in FrameReader(media, [span]):
        # The picture is converted only where a frame of the output shows it.
        if span.start + made / rate < frame.end and made < wanted:
            pixels = _in_bars(frame.pixels(need), size)
            while made < wanted and span.start + made / rate < frame.end:
                yield pixels
                made += 1
    if pixels is None:
        pixels = np.zeros((height, width, 3), np.uint8)
    for _ in range(made, wanted):
        yield pixels


def _in_bars(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return a picture in the middle of one of a size."""
    width, height = size
    if pixels.shape[:2] == (height, width):
        return pixels
    canvas = np.zeros((height, width, 3), np.uint8)
    top, left = (height - pixels.shape[0]) // 2, (width - pixels.shape[1]) // 2
    canvas[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    return canvas


def _add_video(container: OutputContainer, rate: Fraction, size: tuple[int, int]) -> VideoStream:
    video = container.add_stream("libx264", rate=rate, options=_X264)
    video.width, video.height = size
    video.pix_fmt = "yuv420p"
    context = video.codec_context
    context.time_base = 1 / rate
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = ColorRange.MPEG
    return video


def _write_picture(
    container: OutputContainer, video: VideoStream, pixels: Pixels, number: int, rate: Fraction
) -> None:
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    # Otherwise swscale makes the picture by the matrix of standard definition.
    frame = frame.reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    frame.pts, frame.time_base = number, 1 / rate
    container.mux(video.encode(frame))


def _add_sound(container: OutputContainer) -> AudioStream:
    sound = container.add_stream("aac", rate=_SOUND_RATE, layout="stereo")
    sound.bit_rate = _BIT_RATE
    return sound


class _SoundWriter:
    """Writes blocks of stereo sound one after the other."""

    def __init__(self, container: OutputContainer, stream: AudioStream) -> None:
        self._container, self._stream = container, stream
        self._fifo = av.AudioFifo()
        self._done = 0

    def write(self, block: Samples) -> None:
        """Write (2, n) samples."""
        if not block.shape[1]:
            return
        samples = np.ascontiguousarray(block)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = _SOUND_RATE, self._done
        frame.time_base = Fraction(1, _SOUND_RATE)
        self._done += block.shape[1]
        self._fifo.write(frame)
        # An encoder of AAC takes frames of one size.
        for part in self._fifo.read_many(self._stream.codec_context.frame_size or 1024):
            self._container.mux(self._stream.encode(part))

    def finish(self, duration: Fraction) -> None:
        """Write what is left, and silence up to a duration in seconds."""
        self.write(np.zeros((2, max(0, round(duration * _SOUND_RATE) - self._done)), np.float32))
        if (rest := self._fifo.read(0, partial=True)) is not None:
            self._container.mux(self._stream.encode(rest))
        self._container.mux(self._stream.encode(None))
