"""Encoders that run on the processor: H.264, HEVC, ProRes, DNxHR."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from shotlog.delivery.encode.encoders.contract import PCM, Encoder, FilmToEncode, PreparedEncoder
from shotlog.delivery.encode.ffmpeg import Ffmpeg

Preset = Literal[
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"
]
Quality = Annotated[int, Field(ge=0, le=51)]
BitRate = Annotated[str, Field(pattern=r"^(\d{1,6}[kM])?$")]
_KEYFRAMES: Final = 2
"""Seconds between keyframes: what platforms recommend for uploads (YouTube Help, "Recommended
upload encoding settings": half of the frame rate at least; Meta: 2 s)."""


def keyframe_arguments(film: FilmToEncode) -> tuple[str, ...]:
    """Return the arguments for a keyframe every two seconds."""
    return ("-g", str(round(_KEYFRAMES * film.rate)))


class H264Encoder(Encoder):
    """H.264 by x264, in 8 bits: the form that every platform and player takes."""

    name: ClassVar[str] = "h264"
    summary: ClassVar[str] = "H.264 and AAC in .mp4, for the web and for review"
    suffix: ClassVar[str] = ".mp4"
    container: ClassVar[str] = "mp4"

    crf: Quality = 18
    """Quality from 0 (best) to 51; at 18 losses are hardly seen."""
    preset: Preset = "medium"
    """Time that is spent for a smaller file."""
    bitrate: BitRate = ""
    """Bits per second, such as 8M, instead of a quality."""

    def prepare(self, film: FilmToEncode, ffmpeg: Ffmpeg) -> PreparedEncoder:
        """Return the arguments for a film."""
        self._check("libx264", ffmpeg)
        amount = ("-b:v", self.bitrate) if self.bitrate else ("-crf", str(self.crf))
        picture = ("-c:v", "libx264", "-preset", self.preset, *amount, *keyframe_arguments(film))
        return PreparedEncoder("libx264", "yuv420p", (*picture, "-threads", str(film.threads)))


class HevcEncoder(Encoder):
    """HEVC by x265, in as many bits as the sources have; it holds HDR."""

    name: ClassVar[str] = "hevc"
    summary: ClassVar[str] = "HEVC and AAC in .mp4, smaller, in 10 bits where the sources have them"
    suffix: ClassVar[str] = ".mp4"
    container: ClassVar[str] = "mp4"

    crf: Quality = 20
    """Quality from 0 (best) to 51."""
    preset: Preset = "medium"
    """Time that is spent for a smaller file."""
    bitrate: BitRate = ""
    """Bits per second, such as 6M, instead of a quality."""

    def prepare(self, film: FilmToEncode, ffmpeg: Ffmpeg) -> PreparedEncoder:
        """Return the arguments for a film."""
        self._check("libx265", ffmpeg)
        amount = ("-b:v", self.bitrate) if self.bitrate else ("-crf", str(self.crf))
        pools = f":pools={film.threads}" if film.threads else ""
        picture = (
            "-c:v", "libx265", "-preset", self.preset, *amount, *keyframe_arguments(film),
            # Apple's players know HEVC in MP4 by this name alone.
            "-tag:v", "hvc1", "-x265-params", f"log-level=error{pools}",
        )  # fmt: skip
        pixels = "yuv420p10le" if film.depth > 8 else "yuv420p"
        return PreparedEncoder("libx265", pixels, picture)


class ProresEncoder(Encoder):
    """Apple ProRes, which editing programs read without effort."""

    name: ClassVar[str] = "prores"
    summary: ClassVar[str] = "ProRes and PCM in .mov, to go on editing"
    suffix: ClassVar[str] = ".mov"
    container: ClassVar[str] = "mov"

    profile: Literal["proxy", "lt", "standard", "hq", "4444"] = "hq"
    """Kind of ProRes, from the smallest to the largest."""

    def prepare(self, film: FilmToEncode, ffmpeg: Ffmpeg) -> PreparedEncoder:
        """Return the arguments for a film."""
        self._check("prores_ks", ffmpeg)
        # Some programs refuse ProRes that does not name Apple as its vendor.
        picture = ("-c:v", "prores_ks", "-profile:v", self.profile, "-vendor", "apl0")
        pixels = "yuv444p10le" if self.profile == "4444" else "yuv422p10le"
        return PreparedEncoder(
            "prores_ks", pixels, (*picture, "-threads", str(film.threads)), sound=PCM
        )


class DnxhrEncoder(Encoder):
    """Avid DNxHR, for any size and rate."""

    name: ClassVar[str] = "dnxhr"
    summary: ClassVar[str] = "DNxHR and PCM in .mov, to go on editing"
    suffix: ClassVar[str] = ".mov"
    container: ClassVar[str] = "mov"

    profile: Literal["lb", "sq", "hq", "hqx", "444"] = "hq"
    """Kind of DNxHR, from the smallest to the largest; hqx and 444 have 10 bits."""

    def prepare(self, film: FilmToEncode, ffmpeg: Ffmpeg) -> PreparedEncoder:
        """Return the arguments for a film."""
        self._check("dnxhd", ffmpeg)
        picture = ("-c:v", "dnxhd", "-profile:v", f"dnxhr_{self.profile}")
        pixels = {"hqx": "yuv422p10le", "444": "yuv444p10le"}.get(self.profile, "yuv422p")
        return PreparedEncoder(
            "dnxhd", pixels, (*picture, "-threads", str(film.threads)), sound=PCM
        )
