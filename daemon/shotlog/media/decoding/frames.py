"""The one sequential decode: every frame that somebody needs, exactly once, with exact times."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction

from av.video.frame import VideoFrame

from shotlog.media.container import frame_length, media_errors
from shotlog.media.decoding.decoder import Damage, PictureDecoder
from shotlog.media.decoding.picture import Scaler, Shape
from shotlog.schema import FrameNeed, Media, MediaUnreadable, NoPicture, Pixels, TimeRange, union

_EARLY_END = Fraction(1, 2)
"""Seconds by which a file may fall short of its claimed length without a word: edit lists and
rounding make for a few frames."""


class Frame:
    """One decoded frame.

    It holds the decoder's picture: take the pixels and let go of it.

    Attributes:
        start: First moment at which it is shown, in exact seconds of media time.
        end: First moment at which it is no more: the start of the next frame, or one frame later
            for the last.
    """

    __slots__ = ("_memo", "_picture", "_scaler", "end", "start")

    def __init__(self, start: Fraction, end: Fraction, picture: VideoFrame, scaler: Scaler) -> None:
        self.start = start
        self.end = end
        self._picture = picture
        self._scaler = scaler
        self._memo: dict[Shape, Pixels] = {}

    def pixels(self, need: FrameNeed) -> Pixels:
        """The picture as a measure needs it, scaled once for each size and format.

        Returns:
            (h, w) or (h, w, 3) uint8, C-contiguous, read-only; mirrored, turned and stretched
            for display.

        Raises:
            MediaUnsupported: the pixel format is unknown to swscale.
        """
        shape = self._scaler.shape(need)
        if shape not in self._memo:
            self._memo[shape] = self._scaler.pixels(self._picture, shape)
        return self._memo[shape]


class FrameReader:
    """Decodes the frames that are shown within some ranges of a file.

    Iterating gives every frame that is shown at some moment of the union of the ranges, in order,
    once, and nothing else. It may be iterated again. The file is open only while an iteration
    runs; an iteration that is dropped half way closes it.

    Times come from the container by presentation time, never by counting after a seek. At a
    constant rate frame n starts at exactly n / rate; timestamps are rounded, and the nearest n is
    meant. At a variable rate they are as the container has them. Only where a stream has no
    timestamps at all are its frames counted. Where timestamps start again midway, the pieces follow
    each other without a gap; such a file is always read from its start.

    Asked for reference frames alone, it gives those that others refer to, each shown until the
    next of them; where a stream has no presentation times it gives all.

    Long unused stretches are skipped by seeking, and the frames are those of a full decode: the
    reader starts at a keyframe that is not later than the frame, drops what is shown before that
    keyframe, and goes back further where the decoder calls the wanted frame damaged. In a damaged
    file what a decoder patches up may depend on where it began.

    Memory: two decoded frames, those the decoder itself holds (its references, and one per
    thread) and the scaled pixels of frames that the caller keeps; the same for any length.

    Attributes:
        end: Where the material really ended, once an iteration has come to it.
    """

    def __init__(
        self,
        media: Media,
        ranges: Sequence[TimeRange],
        *,
        reference: bool = False,
        threads: int = 0,
    ) -> None:
        """Prepares to read; opens nothing yet.

        Args:
            media: The file, as :func:`~shotlog.media.container.probing.probe` found it.
            ranges: What is needed, in media time, in any order.
            reference: Whether frames that no other refers to are left out, undecoded.
            threads: Threads of the decoder; 0 lets FFmpeg choose.

        Raises:
            NoPicture: the file has no picture.
        """
        if media.video is None:
            raise NoPicture(media.path)
        self._media = media
        self._video = media.video
        self._ranges = union(ranges)
        self._reference = reference
        self._threads = threads
        self._damage = Damage(self._ranges, self._media.sequence)
        self.end: Fraction | None = None

    @property
    def damage(self) -> str | None:
        """What was broken, in words, as far as reading has come; None where nothing was."""
        return self._damage.words()

    def __iter__(self) -> Iterator[Frame]:
        self._damage = Damage(self._ranges, self._media.sequence)
        if not self._ranges:
            return
        with (
            media_errors(self._media.path),
            PictureDecoder(
                self._media, self._video, self._damage, self._reference, self._threads
            ) as decoder,
        ):
            yield from self._wanted(decoder)

    def _wanted(self, decoder: PictureDecoder) -> Iterator[Frame]:
        scaler = Scaler(self._media, self._video)
        pending = deque(self._ranges)
        sought: Fraction | None = None
        run = decoder.from_start()
        held = next(run, None)
        if held is None:
            raise MediaUnreadable(self._media.path, "no picture of the file can be decoded")
        while held is not None:
            while pending and pending[0].end <= held.start:
                pending.popleft()
            if not pending:
                return
            wanted = pending[0].start
            if wanted != sought and decoder.pays(held.start, wanted):
                run, sought = decoder.at(held.start, wanted), wanted
                held = next(run, held)
            following = next(run, None)
            end = self._close(decoder) if following is None else following.start
            if end > wanted:
                yield Frame(held.start, end, held.picture, scaler)
            held = following

    def _close(self, decoder: PictureDecoder) -> Fraction:
        """The end of the material."""
        video = self._video
        self.end = decoder.last + frame_length(video.rate, video.tick, video.variable_rate)
        promised = decoder.promised
        if promised is not None and self.end < promised - _EARLY_END:
            self._damage.end(
                f"the picture ends after {float(self.end):.2f} s"
                f" of the {float(promised):.2f} s that the header promises"
            )
        return self.end
