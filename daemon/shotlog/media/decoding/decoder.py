"""Picture decoder with media times, and seeks that do not change the decoded frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as PictureStream

from shotlog.media.clocks import (
    packet_time,
)
from shotlog.media.container import (
    Container,
    assemble_tiles,
    configure_decoder,
    crop,
    demux_stream,
    open_media,
    picture_stream,
    select_streams,
)
from shotlog.media.decoding.beside import FramesBeside
from shotlog.media.decoding.damage import DamageReport
from shotlog.media.decoding.thinning import UnneededFrames, choose_stride
from shotlog.media.images import SequenceReader
from shotlog.schema import MAX_REFERENCE_SIDE, Media, VideoStream

_MIN_SEEK_FRAMES = 8
"""Frames ahead that a known keyframe must lie for a seek to pay: a seek empties the decoder, which
then needs its delay and the lead of its threads again."""

_MIN_BLIND_SEEK = Fraction(10)
"""Seconds ahead from which a seek is tried where the container has no index of keyframes; x264
and x265 put one at least every 250 frames by default."""

_FILTERED_BELOW = 2 * MAX_REFERENCE_SIDE
"""Longer side, in pixels, below which all frames go through the codec's loop filter. From there on
small pictures are reduced to a half or less, which hides most of what the filter would smooth."""

_RETREATS = (Fraction(0), Fraction(2), Fraction(10), Fraction(60))
"""Seconds before the wanted moment that seeks aim at, one after the other until one succeeds."""


class ShownPicture(NamedTuple):
    """A decoded picture and the exact media time, in seconds, from which it is shown.

    ``beside`` is true where only reference frames are decoded, and this one beside them.
    """

    start: Fraction
    picture: VideoFrame
    beside: bool = False


class PictureDecoder:
    """Decoder of the picture stream of one file, from its start or from any moment.

    A context manager; the file is open within it.
    """

    def __init__(
        self,
        media: Media,
        video: VideoStream,
        damage: DamageReport,
        reference: bool,
        threads: int,
        *,
        loop_filter: bool = True,
        beside: FramesBeside | None = None,
    ) -> None:
        """Prepare to decode; the file is opened later.

        Args:
            media: The file.
            video: Its picture stream.
            damage: Receives the damage that is met.
            reference: Leave out frames that no other frame refers to, some of those that stand
                alone (see :func:`~shotlog.media.decoding.thinning.choose_stride`), and the loop
                filter where the picture is large (see :data:`_FILTERED_BELOW`).
            threads: Threads of the decoder; 0 lets FFmpeg choose.
            loop_filter: False leaves out the loop filter in the same way where all frames are
                decoded.
            beside: Frames that are decoded beside the reference frames.
        """
        self._media = media
        self._video = video
        self._damage = damage
        self._reference = reference
        self._threads = threads
        self._loop_filter = loop_filter and not reference
        self._beside = beside
        self._latest: int | None = None
        self._last = Fraction(0)
        self._origin = video.origin
        # Where timestamps start again, one timestamp means several positions to seek to.
        self._can_seek = video.origin is not None and not video.breaks
        self._blind_seeks_pay = True
        self._stride = choose_stride(video) if reference else 1
        self._unneeded = UnneededFrames(video, reference=reference)
        self._timed = False
        self._container: Container
        self._stream: PictureStream

    def __enter__(self) -> PictureDecoder:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    @property
    def claimed_duration(self) -> Fraction | None:
        """Length of the picture by the stream's header, in seconds; it may be wrong."""
        stream = self._stream
        if self._video.breaks:
            return None  # FFmpeg computes it from the first and the last timestamp
        return stream.duration * stream.time_base if stream.duration and stream.time_base else None

    @property
    def last_start(self) -> Fraction:
        """Start of the last frame that was read, decoded or left out.

        Of an image sequence that of its last picture, even where it is missing.
        """
        if self._media.sequence and self._video.frames:
            return (self._video.frames - 1) / self._video.rate
        if self._latest is None or self._origin is None:
            return self._last
        return max(self._last, self._moment(self._latest))

    def need_from(self, moment: Fraction) -> None:
        """Leave out frames before a moment where no other frame refers to them.

        Those that the decoder was given already are decoded.
        """
        self._unneeded.need_from(moment)

    def may_lack(
        self, moment: Fraction, shown: ShownPicture, following: ShownPicture | None
    ) -> bool:
        """Return true where the frame that is shown at a moment may have been left out.

        Args:
            moment: The moment.
            shown: The last picture that was decoded and starts no later.
            following: The picture that was decoded next; None at the end.
        """
        if not self._unneeded.may_follow(shown.start):
            return False
        return following is None or following.start > moment

    def decode_all_at(self, position: Fraction, moment: Fraction) -> Iterator[ShownPicture]:
        """Decode as :meth:`decode_at` does, and leave out nothing any more."""
        self._unneeded.stop()
        self._stream.codec_context.skip_frame = "DEFAULT"
        return self.decode_at(position, moment)

    def decode_from_start(self) -> Iterator[ShownPicture]:
        """Yield every picture from the first on, with strictly rising starts."""
        if self._video.tiles is not None and not isinstance(self._container, SequenceReader):
            self._can_seek = False
            whole = assemble_tiles(self._container, self._video.tiles, self._media.path)
            return iter((ShownPicture(Fraction(0), self._cropped(whole)),))
        packets = self._packets()
        first = next(packets, None)
        if first is None:
            return iter(())
        # Without timestamps frames are counted, so none may be left out.
        self._timed = first.pts is not None
        large = max(self._video.width, self._video.height) >= _FILTERED_BELOW
        configure_decoder(
            self._stream,
            self._threads,
            reference=self._reference and self._timed,
            loop_filter=self._loop_filter or not large,
        )
        return self._run(chain([first], packets), None)

    def seek_pays(self, position: Fraction, moment: Fraction) -> bool:
        """Return true where :meth:`decode_at` is likely cheaper than to decode on."""
        if not self._can_seek or moment <= position:
            return False
        if self._media.sequence:  # every picture is a keyframe
            return moment > position + _MIN_SEEK_FRAMES / self._video.rate
        index, wanted = self._stream.index_entries, self._timestamp(moment)
        # FFmpeg builds the index of some formats while it reads: it may not reach that far yet.
        if len(index) and index[len(index) - 1].timestamp >= wanted:
            key = index.search_timestamp(wanted)
            near = position + _MIN_SEEK_FRAMES / self._video.rate
            return key >= 0 and self._moment(index[key].timestamp) > near
        return self._blind_seeks_pay and moment - position > _MIN_BLIND_SEEK

    def decode_at(self, position: Fraction, moment: Fraction) -> Iterator[ShownPicture]:
        """Yield the pictures from the one shown at a moment on, as in a full decode.

        Args:
            position: Start of the last picture that was decoded.
            moment: The wanted moment.
        """
        for retreat in _RETREATS:
            if moment <= retreat:
                break
            landed = self._seek(moment - retreat)
            if landed is None:
                continue
            key, packets = landed
            if self._moment(key) > moment:  # some demuxers land on a later keyframe
                continue
            if self._moment(key) <= position:
                self._blind_seeks_pay = False  # keyframes are rare: nothing was skipped
            run = _from(self._run(packets, key), moment)
            first = next(run, None)
            # A corrupt picture may refer to frames before the keyframe: seek further back.
            if first is not None and first.start <= moment and not first.picture.is_corrupt:
                return chain([first], run)
        self._container.close()
        self._open()
        return _from(self.decode_from_start(), moment)

    def _open(self) -> None:
        """Open the file at its start."""
        media = self._media
        self._timed = False
        self._container = open_media(media.path, media.sequence)
        self._stream = picture_stream(self._container, self._video.index, media.path)
        select_streams(self._container, self._stream)
        if isinstance(self._container, SequenceReader):
            self._container.stride = self._stride

    def _seek(self, moment: Fraction) -> tuple[int, Iterable[Packet[PictureStream]]] | None:
        """Seek; return the timestamp of the keyframe reached, and the packets from it on."""
        try:
            self._container.seek(self._timestamp(self._kept(moment)), stream=self._stream)
        except FFmpegError:
            return None
        packets = self._packets()
        for packet in packets:
            time = packet_time(packet)
            if packet.is_keyframe and time is not None:
                return time, chain([packet], packets)
        return None

    def _packets(self) -> Iterator[Packet[PictureStream]]:
        """Yield the packets from the current position."""
        try:
            for packet in demux_stream(self._container, self._stream, self._video.breaks):
                # The decoder returns no frame for a packet that it leaves out, and the end of the
                # material must not depend on that.
                if self._reference and packet.pts is not None and not packet.is_discard:
                    self._latest = max(self._latest or packet.pts, packet.pts)
                if self._leaves_out(packet):
                    continue
                # A decoder must be open: some know only what they were opened with.
                if self._unneeded.active and self._timed and packet.pts is not None:
                    self._unneeded.configure(self._stream.codec_context, self._moment(packet.pts))
                if self._beside is not None and packet.pts is not None:
                    moment = self._moment(packet.pts)
                    self._beside.configure(self._stream.codec_context, packet, moment)
                yield packet
        except FFmpegError:
            self._damage.set_end("the file cannot be read to its end")

    def _leaves_out(self, packet: Packet[PictureStream]) -> bool:
        """Return true for a frame that stands alone and is not needed."""
        # The pictures of a sequence are counted by its reader, which decodes them ahead.
        if self._stride == 1 or self._media.sequence is not None or packet.pts is None:
            return False
        return round(self._moment(packet.pts) * self._video.rate) % self._stride != 0

    def _run(
        self, packets: Iterable[Packet[PictureStream]], floor: int | None
    ) -> Iterator[ShownPicture]:
        """Yield the pictures of packets, with strictly rising starts.

        Args:
            packets: The packets to decode.
            floor: Timestamp before which pictures are dropped: after a seek, those shown before
                the keyframe refer to frames that were not decoded.
        """
        last: Fraction | None = None
        last_own: Fraction | None = None  # without frames beside: damage is told as without them
        for picture in _decode(packets):
            if not isinstance(picture, VideoFrame):
                if floor is None or last_own is not None:
                    self._damage.add_packet(self._lost(picture, last_own))
                continue
            time = picture.dts if picture.pts is None else picture.pts
            if floor is not None and (time is None or time < floor):
                continue
            start = self._start(time, last)
            if start < 0 or (last is not None and start <= last):
                continue
            beside = self._beside is not None and self._beside.holds(time)
            if beside and picture.is_corrupt:
                continue
            last = self._last = start
            if picture.is_corrupt:
                self._damage.add_picture(start)
            if not beside:
                last_own = start
            yield ShownPicture(start, self._cropped(picture), beside)

    def _cropped(self, picture: VideoFrame) -> VideoFrame:
        """Return the part of a picture that is shown."""
        aperture = self._video.aperture
        return picture if aperture is None else crop(picture, aperture)

    def _lost(self, packet: Packet[PictureStream], last: Fraction | None) -> Fraction:
        """Return the time at which a picture that could not be decoded would be shown."""
        if self._media.sequence and packet.pts is not None:
            return self._moment(packet.pts)
        # Film decoders may report an error some packets late: the frame after the last is lost.
        return self._following(last)

    def _following(self, last: Fraction | None) -> Fraction:
        """Return the start of the frame after the last one, at a constant rate."""
        return Fraction(0) if last is None else last + 1 / self._video.rate

    def _start(self, time: int | None, last: Fraction | None) -> Fraction:
        """Return the start of a picture; without timestamps frames are counted."""
        if time is None or self._origin is None:
            return self._following(last)
        return self._moment(time)

    def _moment(self, time: int) -> Fraction:
        """Return the media time of a timestamp, on the grid of a constant rate."""
        seconds = (time - (self._origin or 0)) * (self._stream.time_base or Fraction(1))
        if self._video.variable_rate:
            return seconds
        return round(seconds * self._video.rate) / self._video.rate

    def _kept(self, moment: Fraction) -> Fraction:
        """Return the start of the frame that is shown at a moment once others are left out."""
        if self._stride == 1 or self._media.sequence is not None:
            return moment
        length = self._stride / self._video.rate
        return moment // length * length

    def _timestamp(self, moment: Fraction) -> int:
        """Return the latest timestamp at or before a moment."""
        return (self._origin or 0) + moment // (self._stream.time_base or Fraction(1))


def _decode(
    packets: Iterable[Packet[PictureStream]],
) -> Iterator[VideoFrame | Packet[PictureStream]]:
    """Yield pictures in order, and in place of an undecodable one its packet."""
    for packet in packets:
        try:
            yield from packet.decode()
        except FFmpegError:
            yield packet


def _from(run: Iterator[ShownPicture], moment: Fraction) -> Iterator[ShownPicture]:
    """Yield the pictures of a run from the one shown at a moment on."""
    shown: list[ShownPicture] = []
    for item in run:
        if item.start > moment:
            yield from (*shown, item)
            yield from run
            return
        # A frame beside the reference frames does not end the one before it.
        shown = [*shown, item] if item.beside else [item]
    yield from shown
