"""Frames that are left out undecoded.

Where frames stand alone (ProRes, DNxHR, Motion JPEG, pictures), any may be left out. Of other film,
those that no other frame refers to.
"""

from __future__ import annotations

from fractions import Fraction

from av.codec.context import CodecContext

from shotlog.schema import VideoStream

_LEAST_RATE = 11
"""Least frames per second that remain: every second one of 24, and every fourth of 48."""

_HIGHEST_RATE = Fraction(240)
"""Frames per second beyond which a rate is taken for a mistake of the file: none is left out."""

_LEAD_FRAMES = 1
"""Frames before a needed moment of which none is left out. The one that is shown at that moment
starts within them, unless frames are further apart than the rate tells."""


def choose_stride(video: VideoStream) -> int:
    """Return n where only frames 0, n, 2 n and so on count as reference frames; 1 for all.

    Frames at a variable rate, or without timestamps, have no numbers: none is left out.
    """
    if not video.stands_alone or video.variable_rate or video.origin is None:
        return 1
    if video.rate > _HIGHEST_RATE:
        return 1
    return max(1, int(video.rate // _LEAST_RATE))


class UnneededFrames:
    """The frames before a needed moment: those that no other frame refers to are left out.

    FFmpeg's decoders take ``skip_frame`` anew with every packet, those that decode several frames
    at once too (``update_context_from_user`` in ``libavcodec/pthread_frame.c``).
    """

    def __init__(self, video: VideoStream, *, reference: bool) -> None:
        """Prepare for a stream.

        Args:
            video: The stream.
            reference: True where only reference frames are decoded: then nothing is left to do.
        """
        # At a variable rate it is not known how long before a moment its frame begins.
        self.active = not (reference or video.variable_rate or video.stands_alone)
        self._lead = _LEAD_FRAMES / video.rate
        self._needed = Fraction(0)
        self._left_out_before: Fraction | None = None

    def need_from(self, moment: Fraction) -> None:
        """Leave out, from the next packet on, what is shown before a moment in media time."""
        if self.active:
            self._needed = moment - self._lead

    def configure(self, context: CodecContext, moment: Fraction) -> None:
        """Set up an open decoder for the packet whose frame is shown from a moment on."""
        unneeded = moment < self._needed
        context.skip_frame = "NONREF" if unneeded else "DEFAULT"
        if unneeded:
            self._left_out_before = self._needed

    def may_follow(self, start: Fraction) -> bool:
        """Return true where frames right after the one with this start may have been left out."""
        return self._left_out_before is not None and start < self._left_out_before

    def stop(self) -> None:
        """Leave out nothing from now on."""
        self.active, self._needed, self._left_out_before = False, Fraction(0), None
