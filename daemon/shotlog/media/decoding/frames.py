"""Sequential decode of the frames of ranges: each once, with exact times."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from av.video.frame import VideoFrame

from shotlog.media.clocks import (
    compute_frame_length,
)
from shotlog.media.container import (
    media_errors,
)
from shotlog.media.decoding.beside import FramesBeside, can_read_beside
from shotlog.media.decoding.damage import DamageReport
from shotlog.media.decoding.decoder import PictureDecoder, ShownPicture
from shotlog.media.decoding.picture import Scaler, Shape
from shotlog.schema import FrameNeed, Media, MediaUnreadable, NoPicture, Pixels, TimeRange, union

_EARLY_END = Fraction(1, 2)
"""Seconds by which a file may be shorter than its header claims without a warning: edit lists and
rounding cause differences of a few frames."""


class Frame:
    """One decoded frame.

    It keeps the decoder's picture in memory: read the pixels, then drop it.

    Attributes:
        start: First moment at which it is shown, in exact seconds of media time.
        end: First moment at which it is no longer shown: the start of the next frame; for the
            last frame, one frame after its start. Where only reference frames are read, that of
            the next of them.
        beside: True where only reference frames are read, and this one beside them.
    """

    __slots__ = ("_memo", "_picture", "_scaler", "beside", "end", "start")

    def __init__(
        self,
        start: Fraction,
        end: Fraction,
        picture: VideoFrame,
        scaler: Scaler,
        *,
        beside: bool = False,
    ) -> None:
        self.start = start
        self.end = end
        self.beside = beside
        self._picture = picture
        self._scaler = scaler
        self._memo: dict[Shape, Pixels] = {}

    @property
    def picture(self) -> VideoFrame:
        """The decoder's own picture, as it lies in the file: neither turned nor converted."""
        return self._picture

    def pixels(self, need: FrameNeed) -> Pixels:
        """Return the picture as a measure needs it; each size and format is scaled once.

        Returns:
            (h, w) or (h, w, 3) uint8, C-contiguous, read-only; mirrored, rotated and stretched
            for display.

        Raises:
            MediaUnsupported: swscale does not know the pixel format.
        """
        shape = self._scaler.shape(need)
        if shape not in self._memo:
            self._memo[shape] = self._scaler.scale(self._picture, shape)
        return self._memo[shape]


class FrameReader:
    """Iterable over the frames that are shown within some ranges of a file.

    An iteration yields every frame that is shown at some moment of the union of the ranges, in
    order, once, and no others. Several iterations may follow each other. The file is open only
    during an iteration; one that is abandoned midway closes it.

    Times are presentation times of the container, never counted after a seek. At a constant rate
    frame n starts at exactly n / rate, with n from the rounded timestamp. At a variable rate times
    are those of the container. Only where a stream has no timestamps at all are its frames counted.
    Where timestamps start again midway, the pieces follow each other without a gap; such a file is
    always read from its start.

    With ``reference``, only frames that others refer to are yielded, each shown until the next of
    them, and of frames that stand alone every n-th; where a stream has no presentation times all
    frames are. With ``beside``, frames that start at these moments are yielded as well, in order,
    where :func:`can_read_beside` holds.

    Long unused parts are skipped by seeking, and the frames are those of a full decode: reading
    starts at a keyframe not later than the frame, drops pictures shown before that keyframe, and
    goes back further where the decoder marks the wanted frame as corrupt. On the way to a wanted
    frame, those that no other refers to are left out. In a damaged file, the concealment of errors
    may depend on where decoding began and on what was left out.

    Memory: two decoded frames, those of the decoder itself (its references, and one per thread)
    and the scaled pixels of frames that the caller keeps; independent of the length.

    Attributes:
        end: The actual end of the material in media time, once an iteration has reached it.
    """

    def __init__(
        self,
        media: Media,
        ranges: Sequence[TimeRange],
        *,
        reference: bool = False,
        beside: Collection[Fraction] = (),
        loop_filter: bool = True,
        threads: int = 0,
    ) -> None:
        """Prepare to read; the file is opened by the iteration.

        Args:
            media: The description of the file by :func:`~shotlog.media.probe`.
            ranges: The ranges to read, in media time, in any order.
            reference: Leave out frames that no other frame refers to, undecoded.
            beside: Starts of frames within the ranges that are not left out.
            loop_filter: False decodes all frames of large film without the codec's loop filter,
                as reference frames always are.
            threads: Threads of the decoder; 0 lets FFmpeg choose.

        Raises:
            NoPicture: the file has no picture.
            ValueError: frames cannot be read beside the reference frames.
        """
        if media.video is None:
            raise NoPicture(media.path)
        if beside and not (reference and can_read_beside(media.video)):
            raise ValueError("frames cannot be read beside the reference frames of this stream")
        self._media = media
        self._video = media.video
        self._ranges = union(ranges)
        self._reference = reference
        self._beside = FramesBeside(beside) if beside else None
        self._loop_filter = loop_filter
        self._threads = threads
        self._damage = DamageReport(self._ranges, self._media.sequence)
        self.end: Fraction | None = None

    @property
    def damage(self) -> str | None:
        """Description of the damage met so far; None where there was none."""
        return self._damage.describe()

    def __iter__(self) -> Iterator[Frame]:
        self._damage = DamageReport(self._ranges, self._media.sequence)
        if not self._ranges:
            return
        with (
            media_errors(self._media.path),
            PictureDecoder(
                self._media,
                self._video,
                self._damage,
                self._reference,
                self._threads,
                loop_filter=self._loop_filter,
                beside=self._beside,
            ) as decoder,
        ):
            yield from self._wanted(decoder)

    def _wanted(self, decoder: PictureDecoder) -> Iterator[Frame]:
        """Yield the frames of the ranges.

        Raises:
            MediaUnreadable: no picture of the file can be decoded.
        """
        scaler = Scaler(self._media, self._video)
        pending = deque(self._ranges)
        sought: Fraction | None = None  # so that a seek that failed is not repeated at each frame
        decoder.need_from(pending[0].start)
        run = decoder.decode_from_start()
        between: list[ShownPicture] = []
        current = _next_in_order(run, between)
        if current is None:
            raise MediaUnreadable(self._media.path, "no picture of the file can be decoded")
        while current is not None:
            while pending and pending[0].end <= current.start:
                pending.popleft()
            if not pending:
                return
            wanted = pending[0].start
            decoder.need_from(wanted)
            if wanted != sought and decoder.seek_pays(current.start, wanted):
                run, sought = decoder.decode_at(current.start, wanted), wanted
                between.clear()
                current = _next_in_order(run, between) or current
            # A frame is yielded late by one, as the next one gives its end.
            following = _next_in_order(run, between)
            if decoder.may_lack(wanted, current, following):
                run = decoder.decode_all_at(current.start, wanted)
                between.clear()
                current = _next_in_order(run, between) or current
                continue
            end = self._find_end(decoder) if following is None else following.start
            if end > wanted:
                yield Frame(current.start, end, current.picture, scaler)
            for item in between:
                yield Frame(item.start, end, item.picture, scaler, beside=True)
            between.clear()
            current = following

    def _find_end(self, decoder: PictureDecoder) -> Fraction:
        """Return the end of the material, and report where it comes early."""
        video = self._video
        length = compute_frame_length(video.rate, video.tick, video.variable_rate)
        self.end = decoder.last_start + length
        claimed = decoder.claimed_duration
        if claimed is not None and self.end < claimed - _EARLY_END:
            self._damage.set_end(
                f"the picture ends after {float(self.end):.2f} s"
                f" of the {float(claimed):.2f} s that the header promises"
            )
        return self.end


def _next_in_order(run: Iterator[ShownPicture], between: list[ShownPicture]) -> ShownPicture | None:
    """Return the next picture of a run; add those beside the reference frames to ``between``."""
    for item in run:
        if not item.beside:
            return item
        between.append(item)
    return None
