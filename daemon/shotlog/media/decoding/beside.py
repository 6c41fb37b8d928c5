"""Frames that are decoded beside the reference frames, in the same decode."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction

from av.codec.context import CodecContext
from av.packet import Packet
from av.video.stream import VideoStream as PictureStream

from shotlog.schema import VideoStream

_CODECS = frozenset({"h264", "hevc"})


def can_read_beside(video: VideoStream) -> bool:
    """Return true where single frames can be decoded beside the reference frames of a stream.

    The packets must tell which frames are referred to, every frame must be one packet, and its time
    must be known before it is decoded.
    """
    return (
        video.codec in _CODECS
        and video.interlaced is None
        and video.origin is not None
        and not (video.variable_rate or video.breaks or video.stands_alone or video.still)
        and video.tiles is None
    )


class FramesBeside:
    """The frames at some moments that no other frame refers to.

    The decoder leaves such frames out, and takes ``skip_frame`` anew with every packet, also where
    it decodes several frames at once (``update_context_from_user`` in
    ``libavcodec/pthread_frame.c``).
    """

    def __init__(self, moments: Collection[Fraction]) -> None:
        """Take the starts of the frames, in media time."""
        self._moments = frozenset(moments)
        self._timestamps: set[int] = set()

    def configure(
        self, context: CodecContext, packet: Packet[PictureStream], moment: Fraction
    ) -> None:
        """Set up the decoder of reference frames for a packet that is shown at a moment."""
        if not self._moments or packet.pts is None:
            return
        wanted = moment in self._moments and not _is_referred_to(bytes(packet), context)
        if wanted:
            self._timestamps.add(packet.pts)
        context.skip_frame = "DEFAULT" if wanted else "NONREF"

    def holds(self, timestamp: int | None) -> bool:
        """Return true for the timestamp of a picture that is decoded for its moment alone."""
        return timestamp in self._timestamps


def _is_referred_to(data: bytes, context: CodecContext) -> bool:
    """Return true unless a packet holds slices, and no frame refers to any of them.

    As FFmpeg's decoders decide what "NONREF" leaves out: H.264 by ``nal_ref_idc`` (ITU-T H.264,
    7.4.1), HEVC by the type of the unit, of which the even ones up to 14 are sub-layer
    non-reference pictures (ITU-T H.265, table 7-1).
    """
    slices = False
    for header in _unit_headers(data, context.extradata or b"", hevc=context.name == "hevc"):
        if context.name == "hevc":
            kind = header >> 1 & 0x3F
            is_slice, referred = kind < 32, kind > 14 or kind % 2 == 1
        else:
            is_slice, referred = 1 <= header & 0x1F <= 5, header >> 5 & 3 > 0
        if is_slice and referred:
            return True
        slices = slices or is_slice
    return not slices


def _unit_headers(data: bytes, extradata: bytes, *, hevc: bool) -> Iterator[int]:
    """Yield the first byte of each NAL unit.

    Units come with their length in front where the extra data are a configuration record, whose
    first byte is 1 (ISO/IEC 14496-15, ``avcC`` and ``hvcC``), else with start codes (Annex B).
    """
    if extradata[:1] == b"\x01":
        size = (extradata[21 if hevc else 4] & 3) + 1
        at = 0
        while at + size < len(data):
            yield data[at + size]
            at += size + int.from_bytes(data[at : at + size], "big")
        return
    at = data.find(b"\0\0\1")
    while 0 <= at < len(data) - 3:
        yield data[at + 3]
        at = data.find(b"\0\0\1", at + 3)
