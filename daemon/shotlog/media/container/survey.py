"""Survey of several streams: which of them hold packets, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from typing import NamedTuple

from av.error import FFmpegError
from av.stream import Stream

from shotlog.media.clocks import packet_time
from shotlog.media.container.reading import open_media, select_streams
from shotlog.schema import MediaReference

MAX_SURVEY_BYTES = 64 << 20
"""Bytes that are read to learn which of several streams hold packets, at most."""


class PacketSpan(NamedTuple):
    """Times of the first and the last packet of a stream, in seconds on the container's clock."""

    first: Fraction
    last: Fraction


def survey_streams(
    reference: MediaReference, streams: Sequence[Stream], *, lengths: bool
) -> tuple[dict[int, PacketSpan], bool]:
    """Return the spans of streams by their index, and true where the file was read to its end.

    Args:
        reference: The file.
        streams: The streams; for a single one nothing is read.
        lengths: Read files up to 64 MiB whole. Otherwise reading stops once each stream had a
            packet.
    """
    spans: dict[int, PacketSpan] = {}
    if len(streams) < 2:
        return spans, False
    # A damaged transport stream ends with an IndexError; see demux_stream.
    with suppress(FFmpegError, IndexError), open_media(reference.path) as container:
        wanted = [container.streams[stream.index] for stream in streams]
        select_streams(container, *wanted)
        whole, begin, read = lengths and container.size <= MAX_SURVEY_BYTES, 0, 0
        for packet in container.demux(*wanted):
            if not packet.size:
                continue
            time = (packet_time(packet) or 0) * (packet.time_base or Fraction(1))
            known = spans.get(packet.stream.index, PacketSpan(time, time))
            spans[packet.stream.index] = PacketSpan(min(known.first, time), max(known.last, time))
            begin = begin or packet.pos or 0
            # By position too: packets of other streams lie between and were read as well.
            read = max(read + packet.size, (packet.pos or 0) - begin)
            if read > MAX_SURVEY_BYTES or (len(spans) == len(streams) and not whole):
                return spans, False
    return spans, True
