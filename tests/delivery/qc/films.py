"""Films with defects at known frames, and clean ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

Pixels = npt.NDArray[np.uint8]
Sound = npt.NDArray[np.float32]
Change = Callable[[int, Pixels], Pixels]

RATE = Fraction(25)
SOUND_RATE = 48_000
SIZE = (320, 180)
FRAMES = 125
"""Frames of a film: five seconds."""


def clean_frames(frames: int = FRAMES) -> Iterator[Pixels]:
    """Yield a pan over blocks of many colours."""
    width, height = SIZE
    blocks = np.random.default_rng(3).integers(30, 220, (9, 60, 3)).astype(np.uint8)
    world = np.kron(blocks, np.ones((20, 20, 1), np.uint8))
    for n in range(frames):
        yield world[:height, 2 * n : 2 * n + width]


def clean_sound(seconds: Fraction = FRAMES / RATE, channels: int = 2) -> Sound:
    """Return noise that swells like speech, at about -14 LUFS: (channels, n)."""
    n = int(seconds * SOUND_RATE)
    noise = np.random.default_rng(5).normal(0, 1, n)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * np.arange(n) / SOUND_RATE)
    one = np.clip(0.148 * swell * noise, -0.7, 0.7).astype(np.float32)
    return np.stack([one] * channels)


def write_film(
    path: Path,
    change: Change | None = None,
    sound: Sequence[Sound] | None = None,
    *,
    frames: int = FRAMES,
    rate: Fraction = RATE,
    sound_rate: int = SOUND_RATE,
) -> Path:
    """Write a film of clean frames, each of which may be changed, and sound without loss.

    Args:
        path: The file; a .mov.
        change: Takes the number of a frame and its pixels; returns what is written.
        sound: Tracks, each (channels, n); None for one that is clean.
        frames: Number of frames.
        rate: Frames per second.
        sound_rate: Samples per second of the tracks.
    """
    tracks = [clean_sound(frames / rate)] if sound is None else sound
    with av.open(str(path), "w") as container:
        video: VideoStream = container.add_stream(
            "libx264", rate=rate, options={"preset": "ultrafast", "crf": "12"}
        )
        video.width, video.height = SIZE
        video.pix_fmt = "yuv420p"
        layouts = ["mono" if len(track) == 1 else "stereo" for track in tracks]
        streams: list[AudioStream] = [
            container.add_stream("pcm_s16le", rate=sound_rate, layout=layout) for layout in layouts
        ]
        for n, pixels in enumerate(clean_frames(frames)):
            shown = pixels if change is None else change(n, pixels)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(shown), format="rgb24")
            frame.pts, frame.time_base = n, 1 / rate
            container.mux(video.encode(frame))
            for stream, layout, track in zip(streams, layouts, tracks, strict=True):
                first, end = (int(m / rate * sound_rate) for m in (n, n + 1))
                end = track.shape[1] if n == frames - 1 else end
                _write_sound(container, stream, layout, track[:, first:end], first)
        container.mux(video.encode(None))
        for stream in streams:
            container.mux(stream.encode(None))
    return path


def _write_sound(
    container: OutputContainer, stream: AudioStream, layout: str, samples: Sound, at: int
) -> None:
    if not samples.size:
        return
    packed = np.ascontiguousarray(samples.T.reshape(1, -1) * 32767).astype(np.int16)
    block = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
    block.sample_rate, block.pts = stream.rate, at
    container.mux(stream.encode(block))


def black(first: int, end: int) -> Change:
    """Return a change to black, of frames [first, end)."""
    return lambda n, pixels: np.zeros_like(pixels) if first <= n < end else pixels


def frozen(first: int, end: int) -> Change:
    """Return a change that keeps the picture of frame ``first`` until ``end``."""
    kept: list[Pixels] = []

    def change(n: int, pixels: Pixels) -> Pixels:
        if n == first:
            kept.append(pixels.copy())
        return kept[0] if first <= n < end else pixels

    return change


def blurred(first: int, end: int) -> Change:
    """Return a change to a picture out of focus."""
    return lambda n, pixels: (
        np.asarray(cv2.GaussianBlur(pixels, (0, 0), 8), np.uint8) if first <= n < end else pixels
    )


def flashing(
    first: int, end: int, period: int = 4, share: float = 1.0, colour: Sequence[int] = (255,) * 3
) -> Change:
    """Return a change that flashes a part of the screen from black, half of each period."""

    def change(n: int, pixels: Pixels) -> Pixels:
        if not first <= n < end:
            return pixels
        changed = pixels.copy()
        lit = (n - first) % period < period // 2
        changed[: round(share * len(changed))] = colour if lit else 0
        return changed

    return change


def combed(first: int, end: int) -> Change:
    """Return a change that takes every second line from a moment half a frame later."""

    def change(n: int, pixels: Pixels) -> Pixels:
        if not first <= n < end:
            return pixels
        changed = pixels.copy()
        changed[1::2, :-6] = pixels[1::2, 6:]
        return changed

    return change


def silent(sound: Sound, first: int, end: int) -> Sound:
    """Return sound without any in samples [first, end)."""
    changed = sound.copy()
    changed[:, first:end] = 0
    return changed


def clipped(sound: Sound, first: int, end: int, gain: float = 20) -> Sound:
    """Return sound that is driven beyond full scale in samples [first, end)."""
    changed = sound.copy()
    changed[:, first:end] = np.clip(changed[:, first:end] * gain, -1, 1)
    return changed


def opposite(sound: Sound, first: int, end: int) -> Sound:
    """Return sound whose channels are of opposite phase in samples [first, end)."""
    changed = sound.copy()
    changed[1, first:end] *= -1
    return changed


PICTURE_DEFECTS: dict[str, Callable[[int, int], Change]] = {
    "black": black,
    "freeze": frozen,
    "blur": blurred,
    "flashes": flashing,
    "combing": combed,
}
"""Changes of pictures by the check that finds each; they take the first frame and the end."""
SOUND_DEFECTS: dict[str, Callable[[Sound, int, int], Sound]] = {
    "silence": silent,
    "clipping": clipped,
    "phase": opposite,
}
"""Changes of sound likewise; they take the first sample and the end."""


def seconds(frame: int) -> Fraction:
    """Return the moment at which a frame starts."""
    return frame / RATE
