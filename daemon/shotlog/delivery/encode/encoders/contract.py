"""The contract of an encoder: parameters, and the arguments that FFmpeg takes for a film."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final

from shotlog.delivery.encode.ffmpeg import Ffmpeg
from shotlog.plugins import ConfigurablePlugin, PluginKind
from shotlog.schema import EncoderError

AAC: Final = ("-c:a", "aac", "-b:a", "256k")
"""Sound for viewers: at 256 kbit/s stereo AAC is taken for transparent (EBU Tech 3339)."""
PCM: Final = ("-c:a", "pcm_s24le")
"""Sound for editors: without loss."""


@dataclass(frozen=True)
class FilmToEncode:
    """The film that an encoder is prepared for.

    Attributes:
        size: Width and height; both even.
        rate: Frames per second.
        depth: Bits per component that are worth keeping: 8, or 10 where a source has more than 8.
        threads: Threads that the encoder may use; 0 lets it choose.
    """

    size: tuple[int, int]
    rate: Fraction
    depth: int
    threads: int = 0


@dataclass(frozen=True)
class PreparedEncoder:
    """The arguments with which FFmpeg encodes one film.

    Attributes:
        name: FFmpeg's name of the encoder that is used: ``libx264``.
        pixels: FFmpeg's name of the planes that it is given: ``yuv420p10le``.
        picture: Arguments for the picture.
        sound: Arguments for the sound.
        before: Arguments before the inputs, such as a device.
        filters: Filters at the end of the chain, such as an upload to a device.
        notes: Sentences on what was tried and not used.
    """

    name: str
    pixels: str
    picture: tuple[str, ...]
    sound: tuple[str, ...] = AAC
    before: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Encoder(ConfigurablePlugin, ABC):
    """An encoder; its fields are the parameters that users may choose.

    Attributes:
        summary: One line for people: what it is for.
        suffix: Suffix of its files: ``.mp4``.
        container: FFmpeg's name of their container.
    """

    summary: ClassVar[str]
    suffix: ClassVar[str]
    container: ClassVar[str]

    @abstractmethod
    def prepare(self, film: FilmToEncode, ffmpeg: Ffmpeg) -> PreparedEncoder:
        """Return the arguments for a film.

        Raises:
            EncoderError: This FFmpeg or this machine lacks it.
        """

    def _check(self, encoder: str, ffmpeg: Ffmpeg) -> None:
        """Check that an FFmpeg has an encoder.

        Raises:
            EncoderError: It lacks it.
        """
        if encoder not in ffmpeg.encoders:
            message = f"the FFmpeg at {ffmpeg.path} was built without {encoder}"
            hint = "Name another one with --ffmpeg, or: pip install 'shotlog[render]'."
            raise EncoderError(self.name, message, hint)


ENCODERS = PluginKind("shotlog.delivery.encode", Encoder, "encoder", EncoderError)
"""Encoders; ``shotlog render --encoder`` chooses one."""
