"""Synthetic media files for the tests, with known content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream as SoundStream
from av.video.stream import VideoStream as PictureStream

from shotlog.media import Frame, FrameReader, probe
from shotlog.schema import FrameNeed, ImageSequence, Media, MediaReference, Pixels, TimeRange

EVERYTHING = TimeRange(start=Fraction(0), duration=Fraction(1000))
WHOLE = FrameNeed(width=4096, height=4096)


def opened(path: Path, sequence: ImageSequence | None = None) -> Media:
    """Return the probed file."""
    return probe(MediaReference(path=str(path), sequence=sequence))


def between(start: Fraction | int, end: Fraction | int) -> TimeRange:
    """Return the range from start to end, in seconds."""
    return TimeRange.between(Fraction(start), Fraction(end))


def seen(
    media: Media, *ranges: TimeRange, reference: bool = False
) -> list[tuple[Fraction, Fraction, str]]:
    """Return start, end and a hash of the pixels of every frame."""
    reader = FrameReader(media, ranges or (EVERYTHING,), reference=reference)
    return [(f.start, f.end, hashed(f)) for f in reader]


def hashed(frame: Frame) -> str:
    """Return a hash of a frame's pixels at full size."""
    return blake2b(frame.pixels(WHOLE).tobytes(), digest_size=8).hexdigest()


def first_pixels(media: Media, need: FrameNeed) -> Pixels:
    """Return the pixels of the first frame."""
    for frame in FrameReader(media, [EVERYTHING]):
        return frame.pixels(need)
    raise AssertionError("no frame at all")


def drift(count: int, width: int = 160, height: int = 90) -> Iterator[Pixels]:
    """Yield pictures (h, w, 3) of a camera that moves over a texture; no two are equal."""
    grain = np.random.default_rng(7).integers(0, 256, (24, 48, 3), dtype=np.uint8)
    texture = np.kron(grain, np.ones((8, 8, 1), np.uint8))
    texture = np.tile(texture, (1 + height // 100, 1 + width // 300, 1))
    for n in range(count):
        y, x = n % 60, 2 * n % 150
        yield np.ascontiguousarray(np.roll(texture, (-y, -x), axis=(0, 1))[:height, :width])


def plain(level: int, width: int = 160, height: int = 90) -> Pixels:
    """Return a uniform grey picture."""
    return np.full((height, width, 3), level, np.uint8)


def write_timed(
    path: Path,
    pictures: Iterable[Pixels],
    times: Sequence[int],
    base: Fraction,
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    aspect: Fraction | None = None,
    turn: int = 0,
    rate: Fraction = Fraction(25),
    container_options: dict[str, str] | None = None,
) -> Path:
    """Encode pictures at given timestamps (in units of ``base``)."""
    with av.open(str(path), "w", options=container_options or {}) as container:
        stream = container.add_stream(codec, rate=rate, options=options or {})
        assert isinstance(stream, PictureStream)
        for number, (pixels, time) in enumerate(zip(pictures, times, strict=True)):
            if number == 0:
                stream.height, stream.width = pixels.shape[:2]
                stream.pix_fmt = pix_fmt
                stream.time_base = stream.codec_context.time_base = base
                if aspect is not None:
                    stream.codec_context.sample_aspect_ratio = aspect
                if turn:
                    stream.set_display_rotation(turn)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = time, base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_sound(
    path: Path,
    samples: npt.NDArray[np.float32],
    rate: int,
    *,
    codec: str = "pcm_s16le",
    layout: str = "mono",
    starts: Sequence[int] = (0,),
    picture_start: Fraction | None = None,
    picture_length: Fraction = Fraction(1),
) -> Path:
    """Write sound (channels, n), split into as many equal blocks as there are starts.

    Args:
        path: The file.
        samples: In [-1, 1].
        rate: Samples per second.
        codec: FFmpeg's encoder.
        layout: Channel layout.
        starts: Timestamp of each block, in samples.
        picture_start: Where a picture stream of 25 fps begins; None: no picture.
        picture_length: How long it is.
    """
    with av.open(str(path), "w") as container:
        picture = None
        if picture_start is not None:
            picture = container.add_stream("libx264", rate=25)
            assert isinstance(picture, PictureStream)
            picture.width, picture.height, picture.pix_fmt = 64, 36, "yuv420p"
        sound = container.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(sound, SoundStream)
        if picture is not None and picture_start is not None:
            for n in range(round(picture_length * 25)):
                frame = av.VideoFrame.from_ndarray(plain(n % 200, 64, 36), format="rgb24")
                frame.pts = n + round(picture_start * 25)
                frame.time_base = Fraction(1, 25)
                container.mux(picture.encode(frame))
            container.mux(picture.encode(None))
        for start, block in zip(starts, np.array_split(samples, len(starts), axis=1), strict=True):
            planar = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(block, dtype=np.float32), format="fltp", layout=layout
            )
            planar.sample_rate, planar.pts, planar.time_base = rate, start, Fraction(1, rate)
            container.mux(sound.encode(planar))
        container.mux(sound.encode(None))
    return path
