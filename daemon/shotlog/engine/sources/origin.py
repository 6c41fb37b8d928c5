"""Origin of the source clock in which a timeline counts a media file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.schema import Media, MediaReference, TimeRange


@dataclass(frozen=True)
class SourceOrigin:
    """The source time of a media's first frame, as one edit counts it.

    Attributes:
        start: That time, in seconds.
        assumed: A sentence about it where the timeline does not give it; None where it does, and
            where there is only one possible start.
    """

    start: Fraction
    assumed: str | None = None


def find_origin(source: MediaReference, media: Media, used: Sequence[TimeRange]) -> SourceOrigin:
    """Find the origin that fits all clips of a file best, whatever their order.

    A start that the timeline gives holds, with two exceptions. Every clip would lie outside of the
    file, and another start puts one inside. Or the range that the timeline gives is a later part of
    the file, as some editors give it for subclips: the clips are then counted from the file's own
    start. Where the timeline gives none (many exporters leave out the available range), the
    candidates are, in this order: the number of the first picture of an image sequence, the file's
    start timecode, 0. The candidate with the most clips wholly inside the file is taken; of equal
    ones that with the most clips partly inside, then the first.

    Args:
        source: The timeline's reference to the file.
        media: The file.
        used: Ranges that the edit's clips use, on the clock whose origin is to be found.
    """
    known = _known(media)
    best = max(known, key=lambda start: _fits(used, start, media))  # the first of equals
    if source.start is None:
        wrong = "the timeline does not tell where its media starts"
        return SourceOrigin(best, _assumed(wrong, best, known) if len(known) > 1 else None)
    likeliest = next(iter(known))
    if _is_part(source, media, likeliest):
        wrong = f"by the timeline its media is a part of the file, from {float(source.start):.3f} s"
        return SourceOrigin(likeliest, _assumed(wrong, likeliest, known))
    if _fits(used, source.start, media)[1] or not _fits(used, best, media)[1]:
        return SourceOrigin(source.start)
    wrong = f"by the timeline its media starts at {float(source.start):.3f} s"
    return SourceOrigin(best, _assumed(f"{wrong}, and no clip would show any of it", best, known))


def _known(media: Media) -> dict[Fraction, str]:
    """Return the possible starts with their descriptions, the likeliest first."""
    known: dict[Fraction, str] = {}
    if media.sequence is not None:
        numbers = media.sequence.rate * media.sequence.step
        known[media.sequence.first / numbers] = "the number of its first picture"
    if media.start_timecode is not None:
        known.setdefault(media.start_timecode, "its start timecode")
    known.setdefault(Fraction(0), "the start of the file")
    return known


def _is_part(source: MediaReference, media: Media, start: Fraction) -> bool:
    """Return whether the range of the media that a timeline gives is a later part of the file."""
    if source.start is None or source.duration is None or media.duration is None or media.sequence:
        return False
    frame = mean_frame_duration(media)
    end = source.start + source.duration
    return start + frame < source.start and end <= start + media.duration + frame


def _assumed(wrong: str, start: Fraction, known: Mapping[Fraction, str]) -> str:
    return f"{wrong}; {known[start]}, {float(start):.3f} s, was taken"


def _fits(used: Sequence[TimeRange], start: Fraction, media: Media) -> tuple[int, int]:
    """Return the number of clips wholly inside the file, to within a frame, and partly inside."""
    frame, wanted = mean_frame_duration(media), [span.shifted(-start) for span in used]
    ends = [span.end if media.duration is None else media.duration for span in wanted]
    pairs = list(zip(wanted, ends, strict=True))
    return (
        sum(span.start >= -frame and span.end <= end + frame for span, end in pairs),
        sum(span.end > 0 and span.start < end for span, end in pairs),
    )


def mean_frame_duration(media: Media) -> Fraction:
    """Return the mean duration of a frame in seconds; 0 without a picture."""
    return 1 / media.video.rate if media.video else Fraction(0)
