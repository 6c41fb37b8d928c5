"""The encoder of the graphics hardware, tried before it is trusted; else that of the processor."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Final, Literal, NamedTuple

from shotlog.delivery.encode.encoders.contract import Encoder, FilmToEncode, PreparedEncoder
from shotlog.delivery.encode.encoders.software import (
    BitRate,
    H264Encoder,
    HevcEncoder,
    Quality,
    keyframe_arguments,
)
from shotlog.delivery.encode.ffmpeg import Ffmpeg

_TRIED_FRAMES: Final = 5
_SECONDS: Final = 30.0
_RENDER_NODES: Final = "/dev/dri"


class _Kind(NamedTuple):
    """A kind of hardware, as FFmpeg names its encoders: ``h264_nvenc``.

    ``quality`` is the option that takes a quality from 0 to 51.
    """

    name: str
    quality: tuple[str, ...]
    before: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()


class HardwareEncoder(Encoder):
    """The encoder of a graphics card or processor: faster, larger files for the same quality.

    Each kind that this FFmpeg knows is tried on a few frames, since an FFmpeg knows encoders whose
    hardware is not there. Where none works, the processor encodes, which is told.
    """

    name: ClassVar[str] = "hardware"
    summary: ClassVar[str] = "H.264 or HEVC by the graphics hardware, else by the processor"
    suffix: ClassVar[str] = ".mp4"
    container: ClassVar[str] = "mp4"

    codec: Literal["h264", "hevc"] = "h264"
    """What is encoded."""
    quality: Quality = 21
    """Quality from 0 (best) to 51, on the scale of the hardware."""
    bitrate: BitRate = ""
    """Bits per second, such as 12M, instead of a quality."""

    def prepare(self, film: FilmToEncode, ffmpeg: Ffmpeg) -> PreparedEncoder:
        """Return the arguments for a film."""
        tried: list[str] = []
        deep = film.depth > 8 and self.codec == "hevc"
        pixels = "p010le" if deep else "nv12"
        for kind in self._kinds(pixels):
            encoder = f"{self.codec}_{kind.name}"
            if encoder not in ffmpeg.encoders:
                continue
            amount = ("-b:v", self.bitrate) if self.bitrate else kind.quality
            arguments = ("-c:v", encoder, *amount, *keyframe_arguments(film))
            if self.codec == "hevc":
                arguments += ("-tag:v", "hvc1")
            found = PreparedEncoder(
                encoder, "yuv420p10le" if deep else "yuv420p", arguments,
                before=kind.before, filters=kind.filters,
            )  # fmt: skip
            if _works(found, film, ffmpeg):
                return found
            tried.append(encoder)
        return self._by_processor(film, ffmpeg, tried)

    def _by_processor(
        self, film: FilmToEncode, ffmpeg: Ffmpeg, tried: list[str]
    ) -> PreparedEncoder:
        fallback = H264Encoder if self.codec == "h264" else HevcEncoder
        found = fallback(bitrate=self.bitrate).prepare(film, ffmpeg)
        told = f"tried {', '.join(tried)}" if tried else "this FFmpeg knows none"
        note = f"no hardware encodes here ({told}), so the processor did, by {found.name}"
        return PreparedEncoder(found.name, found.pixels, found.picture, notes=(note,))

    def _kinds(self, pixels: str) -> Iterator[_Kind]:
        """Yield the kinds of hardware of this system, the fastest first."""
        level = str(self.quality)
        if sys.platform == "darwin":
            # Its scale goes from 1 to 100, where 100 is best.
            yield _Kind("videotoolbox", ("-q:v", str(100 - round(self.quality * 99 / 51))))
            return
        yield _Kind("nvenc", ("-rc", "vbr", "-cq", level))
        yield _Kind("qsv", ("-global_quality", level))
        if sys.platform == "win32":
            yield _Kind("amf", ("-rc", "cqp", "-qp_i", level, "-qp_p", level))
            return
        for node in sorted(Path(_RENDER_NODES).glob("renderD*")):
            upload = (f"format={pixels}", "hwupload")
            yield _Kind("vaapi", ("-qp", level), ("-vaapi_device", str(node)), upload)


def _works(encoder: PreparedEncoder, film: FilmToEncode, ffmpeg: Ffmpeg) -> bool:
    """Return true where a few grey frames of a film's size can be encoded."""
    width, height = film.size
    source = f"color=gray:s={width}x{height}:r={film.rate},format={encoder.pixels}"
    command = [
        str(ffmpeg.path), "-v", "error", *encoder.before, "-f", "lavfi", "-i", source,
        "-frames:v", str(_TRIED_FRAMES), "-vf", ",".join(("setsar=1", *encoder.filters)),
        *encoder.picture, "-f", "null", "-",
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except (subprocess.TimeoutExpired, OSError):
        return False
    return done.returncode == 0
