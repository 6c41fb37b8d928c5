"""Runs the picture decoder: timestamps to media time, seeks that change nothing, damage noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as PictureStream

from shotlog.media.container import (
    Container,
    cropped,
    demuxed,
    make_ready,
    only,
    open_media,
    packet_time,
    picture_stream,
    whole_picture,
)
from shotlog.media.images import Pictures, damaged
from shotlog.schema import ImageSequence, Media, TimeRange, VideoStream

_NEAR_FRAMES = 8
"""A known keyframe must lie this many frames ahead before a seek to it pays: a seek empties the
decoder, which then takes its delay and its threads' lead again."""

_FAR = Fraction(10)
"""Seconds ahead from which a seek is tried where the container has no index of keyframes; x264
and x265 put one at least every 250 frames by default."""

_RETREATS = (Fraction(0), Fraction(2), Fraction(10), Fraction(60))
"""How far before the wanted moment a seek aims, in seconds, one after the other."""


class Shown(NamedTuple):
    """A decoded picture and the exact moment of media time at which it begins to be shown."""

    start: Fraction
    picture: VideoFrame


class Damage:
    """What was broken within some ranges of a file, counted in constant memory.

    Args:
        ranges: Those ranges.
        sequence: The numbered pictures, where the media is an image sequence: these are named.
    """

    def __init__(self, ranges: Sequence[TimeRange], sequence: ImageSequence | None = None) -> None:
        self._ranges = ranges
        self._sequence = sequence
        self._places: set[int] = set()
        self._packets = _Tally()
        self._pictures = _Tally()
        self._end: str | None = None

    def packet(self, moment: Fraction) -> None:
        """A packet, to be shown at a moment, could not be decoded."""
        if not any(r.contains(moment) for r in self._ranges):
            return
        if self._sequence is None:
            self._packets.add(moment)
        else:
            self._places.add(round(moment * self._sequence.rate))

    def picture(self, moment: Fraction) -> None:
        """A picture was decoded that the decoder calls damaged."""
        if any(r.contains(moment) for r in self._ranges):
            self._pictures.add(moment)

    def end(self, words: str) -> None:
        """The file ends where it should not."""
        self._end = words

    def words(self) -> str | None:
        """All of it in words, or None."""
        parts = (
            self._sequence and damaged(self._sequence, self._places),
            self._packets.words("packet", "could not be decoded"),
            self._pictures.words("picture", "damaged"),
            self._end,
        )
        return "; ".join(p for p in parts if p) or None


class _Tally:
    """Counts things by their moments; what is met again after a seek back counts once."""

    def __init__(self) -> None:
        self._count = 0
        self._first = self._last = Fraction(-1)

    def add(self, moment: Fraction) -> None:
        if moment > self._last:
            self._first = self._first if self._count else moment
            self._last = moment
            self._count += 1

    def words(self, thing: str, what: str) -> str | None:
        if not self._count:
            return None
        plural = "s" if self._count > 1 else ""
        return f"{self._count} {thing}{plural} {what}, first at {float(self._first):.2f} s"


class PictureDecoder:
    """Decodes the picture stream of one file, from its start or from any moment.

    A context manager; the file is open within it.
    """

    def __init__(
        self, media: Media, video: VideoStream, damage: Damage, reference: bool, threads: int
    ) -> None:
        self._media = media
        self._video = video
        self._damage = damage
        self._reference = reference
        self._threads = threads
        self._latest: int | None = None
        self._last = Fraction(0)
        self._origin = video.origin
        self._can_seek = video.origin is not None and not video.breaks
        self._blind_seeks_pay = True
        self._container: Container
        self._stream: PictureStream

    def __enter__(self) -> PictureDecoder:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    @property
    def promised(self) -> Fraction | None:
        """Length of the picture as the stream's header has it, whether true or not.

        None where timestamps start again: FFmpeg then takes it from the first and last of them.
        """
        stream = self._stream
        if self._video.breaks:
            return None
        return stream.duration * stream.time_base if stream.duration and stream.time_base else None

    @property
    def last(self) -> Fraction:
        """Start of the last frame that was met, whether it was decoded or left out.

        Of an image sequence that of its last picture, be it there or not.
        """
        if self._media.sequence and self._video.frames:
            return (self._video.frames - 1) / self._video.rate
        if self._latest is None or self._origin is None:
            return self._last
        return max(self._last, self._moment(self._latest))

    def from_start(self) -> Iterator[Shown]:
        """Every picture from the first on, starts strictly rising."""
        if self._video.tiles is not None and not isinstance(self._container, Pictures):
            self._can_seek = False
            whole = whole_picture(self._container, self._video.tiles, self._media.path)
            return iter((Shown(Fraction(0), self._cropped(whole)),))
        packets = self._packets()
        first = next(packets, None)
        if first is None:
            return iter(())
        timed = first.pts is not None
        make_ready(self._stream, self._threads, reference=self._reference and timed)
        return self._run(chain([first], packets), None)

    def pays(self, position: Fraction, moment: Fraction) -> bool:
        """Whether :meth:`at` is likely to be cheaper than decoding on from a position."""
        if not self._can_seek or moment <= position:
            return False
        if self._media.sequence:  # each of its pictures stands for itself
            return moment > position + _NEAR_FRAMES / self._video.rate
        index, wanted = self._stream.index_entries, self._timestamp(moment)
        if len(index) and index[len(index) - 1].timestamp >= wanted:
            key = index.search_timestamp(wanted)
            near = position + _NEAR_FRAMES / self._video.rate
            return key >= 0 and self._moment(index[key].timestamp) > near
        return self._blind_seeks_pay and moment - position > _FAR

    def at(self, position: Fraction, moment: Fraction) -> Iterator[Shown]:
        """Pictures from the one that is shown at a moment on, the same as in a full decode."""
        for retreat in _RETREATS:
            if moment <= retreat:
                break
            landed = self._seek(moment - retreat)
            if landed is None:
                continue
            key, packets = landed
            if self._moment(key) > moment:
                continue
            if self._moment(key) <= position:
                self._blind_seeks_pay = False
            run = _from(self._run(packets, key), moment)
            first = next(run, None)
            if first is not None and first.start <= moment and not first.picture.is_corrupt:
                return chain([first], run)
        self._container.close()
        self._open()
        return _from(self.from_start(), moment)

    def _open(self) -> None:
        media = self._media
        self._container = open_media(media.path, media.sequence)
        self._stream = picture_stream(self._container, self._video.index, media.path)
        only(self._container, self._stream)

    def _seek(self, moment: Fraction) -> tuple[int, Iterable[Packet[PictureStream]]] | None:
        """Timestamp of the keyframe that was landed on, and the packets from it on."""
        try:
            self._container.seek(self._timestamp(moment), stream=self._stream)
        except FFmpegError:
            return None
        packets = self._packets()
        for packet in packets:
            time = packet_time(packet)
            if packet.is_keyframe and time is not None:
                return time, chain([packet], packets)
        return None

    def _packets(self) -> Iterator[Packet[PictureStream]]:
        try:
            for packet in demuxed(self._container, self._stream, self._video.breaks):
                if self._reference and packet.pts is not None and not packet.is_discard:
                    self._latest = max(self._latest or packet.pts, packet.pts)
                yield packet
        except FFmpegError:
            self._damage.end("the file cannot be read to its end")

    def _run(self, packets: Iterable[Packet[PictureStream]], floor: int | None) -> Iterator[Shown]:
        """Pictures of packets, starts strictly rising; without those before the floor."""
        last: Fraction | None = None
        for picture in _decoded(packets):
            if not isinstance(picture, VideoFrame):
                if floor is None or last is not None:
                    self._damage.packet(self._lost(picture, last))
                continue
            time = picture.dts if picture.pts is None else picture.pts
            if floor is not None and (time is None or time < floor):
                continue
            start = self._start(time, last)
            if start < 0 or (last is not None and start <= last):
                continue
            last = self._last = start
            if picture.is_corrupt:
                self._damage.picture(start)
            yield Shown(start, self._cropped(picture))

    def _cropped(self, picture: VideoFrame) -> VideoFrame:
        aperture = self._video.aperture
        return picture if aperture is None else cropped(picture, aperture)

    def _lost(self, packet: Packet[PictureStream], last: Fraction | None) -> Fraction:
        """When a picture would be shown that could not be decoded.

        A decoder of films may complain some packets late: what follows its last picture is lost.
        """
        if self._media.sequence and packet.pts is not None:
            return self._moment(packet.pts)
        return self._following(last)

    def _following(self, last: Fraction | None) -> Fraction:
        return Fraction(0) if last is None else last + 1 / self._video.rate

    def _start(self, time: int | None, last: Fraction | None) -> Fraction:
        if time is None or self._origin is None:
            return self._following(last)
        return self._moment(time)

    def _moment(self, time: int) -> Fraction:
        """Media time of a timestamp: on the grid of a constant rate, else as it is."""
        seconds = (time - (self._origin or 0)) * (self._stream.time_base or Fraction(1))
        if self._video.variable_rate:
            return seconds
        return round(seconds * self._video.rate) / self._video.rate

    def _timestamp(self, moment: Fraction) -> int:
        """The latest timestamp that does not lie after a moment."""
        return (self._origin or 0) + moment // (self._stream.time_base or Fraction(1))


def _decoded(
    packets: Iterable[Packet[PictureStream]],
) -> Iterator[VideoFrame | Packet[PictureStream]]:
    """Pictures in order; in the place of one that could not be decoded, the packet."""
    for packet in packets:
        try:
            yield from packet.decode()
        except FFmpegError:
            yield packet


def _from(run: Iterator[Shown], moment: Fraction) -> Iterator[Shown]:
    """The run from the picture on that is shown at a moment."""
    shown: Shown | None = None
    for item in run:
        if item.start > moment:
            yield from (item,) if shown is None else (shown, item)
            yield from run
            return
        shown = item
    if shown is not None:
        yield shown
