"""The options of a render, and sounds that are added to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from shotlog.delivery.encode.encoders import Encoder, H264Encoder
from shotlog.schema import LevelKey, Reframing, RenderRefused, TimeRange

Hdr = Literal["sdr", "keep"]
"""The treatment of HDR: made into SDR, or kept."""
_ASPECT_TOLERANCE = Fraction(1, 50)
"""Share by which a size may differ from the aspect of its crops: of rounding to even pixels."""


@dataclass(frozen=True)
class AddedSound:
    """A file that is heard beside the sound of the timeline, such as music.

    Attributes:
        path: The file.
        source_start: Its moment in media time that is heard first.
        range: The stretch in which it is heard, on the timeline's clock.
        levels: Its level over time, on the timeline's clock; empty for 1.
    """

    path: Path
    source_start: Fraction
    range: TimeRange
    levels: tuple[LevelKey, ...] = ()


@dataclass(frozen=True)
class RenderOptions:
    """Options of a render.

    Attributes:
        size: Width and height, both even; None takes the size of most of the film, with the
            shorter side of that under a reframing.
        rate: Frames per second; None takes that of the timeline.
        encoder: The encoder.
        loudness: Loudness of the result in LUFS; None leaves it as it is mixed.
        peak: Highest true peak in dBTP.
        hdr: The treatment of HDR; None refuses it.
        reframing: Crops for another aspect; None shows whole pictures.
        texts: SubStation files to burn in, on the timeline's clock.
        sounds: Further sounds.
        strict: True to refuse a film of which a part cannot be rendered.
        ffmpeg: The program; None finds it.
        threads: Threads of decoders and encoders; 0 takes all cores.

    Raises:
        RenderRefused: The size is odd, or has another aspect than the crops.
    """

    size: tuple[int, int] | None = None
    rate: Fraction | None = None
    encoder: Encoder = field(default_factory=H264Encoder)
    loudness: float | None = None
    peak: float = -1.0
    hdr: Hdr | None = None
    reframing: Reframing | None = None
    texts: tuple[Path, ...] = ()
    sounds: tuple[AddedSound, ...] = ()
    strict: bool = False
    ffmpeg: Path | None = None
    threads: int = 0

    def __post_init__(self) -> None:
        if self.size is None:
            return
        width, height = self.size
        asked = f"{width}x{height}"
        if width % 2 or height % 2 or min(width, height) < 2:
            message = "width and height must be even"
            raise RenderRefused(asked, message, "Encoders take two by two pixels: 1080x1920.")
        aspect = self.reframing.aspect if self.reframing else Fraction(width, height)
        if abs(Fraction(width, height) / aspect - 1) > _ASPECT_TOLERANCE:
            message = f"the crops have another aspect, {aspect.numerator}:{aspect.denominator}"
            raise RenderRefused(asked, message, "Leave out --size, or give the same --aspect.")
