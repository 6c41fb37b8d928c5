"""Writing of pictures and sound into a video file."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

AUDIO_RATE = 48_000
"""Samples per second."""
_AUDIO_FRAME = 1024  # samples in a frame of AAC


def write_video(
    path: Path,
    frames: Iterable[npt.NDArray[np.uint8]],
    rate: Fraction,
    *,
    sound: npt.NDArray[np.float32] | None = None,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    pix_fmt: str = "yuv420p",
) -> int:
    """Encode pictures, and sound where it is given, into a file.

    Args:
        path: The file to write; its suffix decides the container.
        frames: Pictures (h, w, 3) uint8 RGB, all of one size with even sides.
        rate: Pictures per second, exact.
        sound: (n,) float32 mono in [-1, 1] at :data:`AUDIO_RATE`.
        codec: Name of FFmpeg's video encoder.
        options: Options of the encoder; None takes a fast setting of x264 with few artefacts.
        pix_fmt: Pixel format to encode in.

    Returns:
        The number of pictures written.

    Raises:
        StopIteration: there are no pictures.
        ValueError: the encoder is not one of video.
    """
    pictures = iter(frames)
    first = next(pictures)
    with av.open(str(path), "w") as container:
        video = container.add_stream(
            codec, rate=rate, options=options or {"preset": "veryfast", "crf": "18"}
        )
        if not isinstance(video, VideoStream):
            raise ValueError(f"{codec} is no video encoder")
        video.height, video.width = first.shape[:2]
        video.pix_fmt = pix_fmt
        video.codec_context.time_base = 1 / rate
        audio = None
        if sound is not None:
            audio = container.add_stream("aac", rate=AUDIO_RATE, layout="mono")
        count = 0
        for pixels in chain([first], pictures):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = count, 1 / rate
            container.mux(video.encode(frame))
            count += 1
        container.mux(video.encode(None))  # flush the frames that the encoder holds back
        if audio is not None and sound is not None:
            for start in range(0, len(sound), _AUDIO_FRAME):
                block = np.ascontiguousarray(sound[None, start : start + _AUDIO_FRAME])
                samples = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
                samples.sample_rate, samples.pts = AUDIO_RATE, start
                samples.time_base = Fraction(1, AUDIO_RATE)
                container.mux(audio.encode(samples))
            container.mux(audio.encode(None))
    return count
