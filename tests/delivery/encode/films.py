"""Films whose frames tell their number, timelines of them, and what is seen in a finished file."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from shotlog.media import FrameReader, probe
from shotlog.media.decoding import read_stereo
from shotlog.schema import (
    ClipRange,
    Edit,
    FrameNeed,
    Media,
    MediaReference,
    Pixels,
    Samples,
    TimeMap,
    TimeRange,
)
from shotlog.synthetic import AUDIO_RATE, write_video

RATE = Fraction(25)
FRAMES = 72
SIZE = (64, 36)
NEED = FrameNeed(width=64, height=36, pixels="rgb")


def numbered(number: int, size: tuple[int, int] = SIZE) -> Pixels:
    """Return a picture that tells its number in seven bars, black or white, over the right eighth
    of grey."""
    width, height = size
    picture = np.full((height, width, 3), 128, np.uint8)
    for bit in range(7):
        picture[:, bit * width // 8 : (bit + 1) * width // 8] = 235 if number >> bit & 1 else 16
    return picture


def number_of(picture: Pixels) -> int:
    """Return the number that a picture tells; -1 for black."""
    width = picture.shape[1]
    middle = picture[picture.shape[0] // 2, :, 1]
    if middle[15 * width // 16] < 64:
        return -1
    return sum(int(middle[(2 * bit + 1) * width // 16] > 128) << bit for bit in range(7))


def film(
    path: Path,
    *,
    rate: Fraction = RATE,
    frames: int = FRAMES,
    size: tuple[int, int] = SIZE,
    sound: Samples | None = None,
    **options: str,
) -> Path:
    """Write a film of numbered frames, with keyframes every 24 frames."""
    coding = {"preset": "veryfast", "crf": "16", "g": "24", "bf": "2", "sc_threshold": "0"}
    pictures = (numbered(number, size) for number in range(frames))
    write_video(path, pictures, rate, sound=sound, options={**coding, **options})
    return path


def clip(
    path: Path,
    first: int | Fraction,
    count: int,
    at: int,
    *,
    id: str = "V1/0",  # noqa: A002
    speed: Fraction = Fraction(1),
    rate: Fraction = RATE,
    time_map: TimeMap | None = None,
    **more: Any,
) -> ClipRange:
    """Return a clip that begins with a frame of a film at a frame of the timeline.

    Args:
        path: The film.
        first: The frame that it begins with; backwards, the frame after it.
        count: Frames of the timeline.
        at: The frame of the timeline at which it begins.
        id: Its id.
        speed: Its speed.
        rate: Rate of film and timeline.
        time_map: Its course, where that is not straight.
        more: Further fields.
    """
    shown = TimeRange(start=at / rate, duration=count / rate)
    course = time_map or TimeMap(timeline_start=shown.start, source_start=first / rate, speed=speed)
    source = course.range_to_source(shown)
    if not source.duration:
        source = TimeRange(start=source.start, duration=1 / rate)
    reference = MediaReference(path=str(path), start=Fraction(0))
    return ClipRange(
        id=id, name=f"{path.stem} {id}", media=reference, source=source, timeline=shown,
        time_map=course, **more,
    )  # fmt: skip


def edit(*clips: ClipRange, rate: Fraction = RATE, sound: Sequence[ClipRange] = ()) -> Edit:
    """Return a timeline of clips, as long as they are."""
    end = max(each.timeline.end for each in (*clips, *sound))
    return Edit(name="cut", rate=rate, duration=end, clips=clips, sound=tuple(sound))


def opened(path: Path) -> Media:
    """Return the probed file."""
    return probe(MediaReference(path=str(path)))


def pictures(path: Path, need: FrameNeed = NEED) -> list[Pixels]:
    """Return the frames of a file."""
    span = TimeRange(start=Fraction(0), duration=Fraction(100))
    return [frame.pixels(need) for frame in FrameReader(opened(path), [span])]


def numbers(path: Path) -> list[int]:
    """Return what the frames of a file tell; -1 for black."""
    return [number_of(picture) for picture in pictures(path)]


def sound_of(path: Path) -> Samples:
    """Return the sound of a file at 48 kHz: (2, n)."""
    media = opened(path)
    assert media.duration is not None
    span = TimeRange(start=Fraction(0), duration=media.duration)
    return np.concatenate(list(read_stereo(media, span, 48_000)), axis=1)


def tone(seconds: float, frequency: float = 440, level: float = 0.25) -> Samples:
    """Return a tone at the rate of the films: (n,)."""
    moments = np.arange(round(seconds * AUDIO_RATE)) / AUDIO_RATE
    return np.asarray(level * np.sin(2 * np.pi * frequency * moments), np.float32)


def bursts(seconds: float, every: float = 0.4) -> Samples:
    """Return short bursts of a tone: (n,)."""
    samples = np.zeros(round(seconds * AUDIO_RATE), np.float32)
    for start in np.arange(0, seconds, every):
        at = round(start * AUDIO_RATE)
        length = min(480, len(samples) - at)
        samples[at : at + length] = 0.8 * np.sin(np.arange(length) / 3)
    return samples


def bursts_at(samples: Samples) -> list[float]:
    """Return the moments at which bursts begin, in seconds."""
    loud = np.flatnonzero(np.abs(samples).max(axis=0) > 0.25)
    starts = loud[np.diff(loud, prepend=-AUDIO_RATE) > AUDIO_RATE // 10]
    return [float(start) / 48_000 for start in starts]


def stream_facts(path: Path) -> dict[str, Any]:
    """Return what a file tells of its streams."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        context = video.codec_context
        sounds = container.streams.audio
        return {
            "codec": context.name, "size": (context.width, context.height),
            "pixels": context.pix_fmt, "rate": video.average_rate,
            "aspect": video.sample_aspect_ratio,
            "colour": (context.color_primaries, context.color_trc, context.colorspace),
            "limited": context.color_range == 1,
            "sound": [(s.codec_context.name, s.rate, s.layout.name) for s in sounds],
        }  # fmt: skip
