"""Which of several streams hold anything, and for how long: by their packets."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from typing import NamedTuple

from av.error import FFmpegError
from av.stream import Stream

from shotlog.media.container.breaks import packet_time
from shotlog.media.container.container import only, open_media
from shotlog.schema import MediaReference

HEAD = 64 << 20
"""Bytes that are read at the most to learn which of several streams hold anything."""


class Held(NamedTuple):
    """Seconds by the container's clock at which the first and the last packet were met."""

    first: Fraction
    last: Fraction


def survey(
    reference: MediaReference, streams: Sequence[Stream], *, lengths: bool
) -> tuple[dict[int, Held], bool]:
    """When packets of several streams are met, and whether the file was read to its end for it.

    Files up to 64 MiB are read whole where lengths are asked for; else reading stops once every
    stream was met.
    """
    held: dict[int, Held] = {}
    if len(streams) < 2:
        return held, False
    # A damaged transport stream ends with an IndexError; see demuxed.
    with suppress(FFmpegError, IndexError), open_media(reference.path) as container:
        wanted = [container.streams[stream.index] for stream in streams]
        only(container, *wanted)
        whole, begin, read = lengths and container.size <= HEAD, 0, 0
        for packet in container.demux(*wanted):
            if not packet.size:
                continue
            time = (packet_time(packet) or 0) * (packet.time_base or Fraction(1))
            known = held.get(packet.stream.index, Held(time, time))
            held[packet.stream.index] = Held(min(known.first, time), max(known.last, time))
            begin = begin or packet.pos or 0
            read = max(read + packet.size, (packet.pos or 0) - begin)  # others lie between
            if read > HEAD or (len(held) == len(streams) and not whole):
                return held, False
    return held, True
