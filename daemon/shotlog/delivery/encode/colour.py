"""Colours of sources, and those of the film that is made of them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, NamedTuple

from av.video.frame import VideoFrame

from shotlog.media.container import media_errors, open_media, picture_stream
from shotlog.media.decoding import FrameReader
from shotlog.schema import Media, TimeRange

_UNKNOWN: Final = 2
_OPAQUE: Final = frozenset({"h264", "hevc", "mpeg2video", "mpeg4", "mjpeg", "dvvideo", "av1"})
"""Codecs of film that know no transparency, so that no frame must be decoded to see it."""
_HD_LINES: Final = 720
"""Lines from which untagged pictures are taken for BT.709, as players do."""


class FilmColour(NamedTuple):
    """Primaries, transfer function and matrix, by their numbers in ITU-T H.273."""

    primaries: int
    transfer: int
    matrix: int

    @property
    def filter(self) -> str:
        """The filter of FFmpeg that tags pictures with it, in limited range."""
        return (
            f"setparams=range=tv:color_primaries={self.primaries}"
            f":color_trc={self.transfer}:colorspace={self.matrix}"
        )

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments that tag a film with it."""
        return (
            "-color_primaries", str(self.primaries), "-color_trc", str(self.transfer),
            "-colorspace", str(self.matrix), "-color_range", "tv",
        )  # fmt: skip


BT709: Final = FilmColour(1, 1, 1)
"""High definition: ITU-R BT.709."""
_BT601: Final = FilmColour(6, 6, 6)
"""Standard definition: ITU-R BT.601, 525 lines."""


def colour_of(media: Media) -> FilmColour:
    """Return the colours of a film; what is not tagged is BT.709 from 720 lines on, else BT.601.

    Raises:
        MediaError: The file cannot be read.
    """
    video = media.video
    if video is None or video.still or media.sequence is not None:
        return BT709  # pictures in RGB are made into this
    with media_errors(media.path), open_media(media.path) as container:
        context = picture_stream(container, video.index, media.path).codec_context
        tagged = FilmColour(context.color_primaries, context.color_trc, context.colorspace)
    usual = BT709 if video.height >= _HD_LINES else _BT601
    # 0 is RGB as a matrix, and reserved otherwise.
    parts = zip(tagged, usual, strict=True)
    return FilmColour(*(own if own not in (0, _UNKNOWN) else other for own, other in parts))


def common_colour(sources: Iterable[Media]) -> FilmColour:
    """Return the colours of a film of these sources: theirs where all agree, else BT.709.

    Photographs and numbered pictures do not count beside films.

    Raises:
        MediaError: A file cannot be read.
    """
    films = [m for m in sources if m.video and not m.video.still and m.sequence is None]
    found = {colour_of(media) for media in films}
    return found.pop() if len(found) == 1 else BT709


def has_alpha(media: Media) -> bool:
    """Return true where the pictures of a file may be transparent.

    Raises:
        MediaError: The file cannot be read.
    """
    if media.video is None or media.video.codec in _OPAQUE:
        return False
    first = TimeRange(start=Fraction(0), duration=Fraction(1, 10**6))
    picture = next(iter(FrameReader(media, [first], threads=1))).picture
    return any(component.is_alpha for component in picture.format.components)


def matrix_of(frame: VideoFrame) -> int:
    """Return the number of the matrix of a decoded picture."""
    if frame.colorspace != _UNKNOWN:
        return frame.colorspace
    return BT709.matrix if frame.height >= _HD_LINES else _BT601.matrix
