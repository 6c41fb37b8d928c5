"""Where the clock starts in which a timeline counts a media file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.schema import Media, MediaReference, TimeRange


@dataclass(frozen=True)
class Origin:
    """The source time of a media's first frame, as one edit counts it.

    Attributes:
        start: That time.
        assumed: A sentence about it where the timeline did not tell it; None where it did, and
            where there was nothing to choose from.
    """

    start: Fraction
    assumed: str | None = None


def origin_of(source: MediaReference, media: Media, used: Sequence[TimeRange]) -> Origin:
    """Decides for all clips of a file at once, whatever their order.

    A start that the timeline tells holds, unless every clip would lie outside of the file and
    another start puts one inside. Where it tells none (many exporters leave the available range
    out), the first of these is taken under which every clip lies inside the file: for an image
    sequence the number of its first picture, the file's start timecode, 0. Where none fits all,
    the one that fits most of them; of those the one under which most lie inside in part, then the
    first.

    Args:
        source: How the timeline refers to the file.
        media: The file.
        used: What the edit's clips use of it, on the clock that is looked for.
    """
    known = _known(media)
    best = max(known, key=lambda start: _fits(used, start, media))  # the first of equals
    if source.start is None:
        wrong = "the timeline does not tell where its media starts"
        return Origin(best, _assumed(wrong, best, known) if len(known) > 1 else None)
    if _fits(used, source.start, media)[1] or not _fits(used, best, media)[1]:
        return Origin(source.start)
    wrong = f"by the timeline its media starts at {float(source.start):.3f} s"
    return Origin(best, _assumed(f"{wrong}, and no clip would show any of it", best, known))


def _known(media: Media) -> dict[Fraction, str]:
    """Every start that is thinkable, the likelier first, and what it is."""
    known: dict[Fraction, str] = {}
    if media.sequence is not None:
        numbers = media.sequence.rate * media.sequence.step
        known[media.sequence.first / numbers] = "the number of its first picture"
    if media.start_timecode is not None:
        known.setdefault(media.start_timecode, "its start timecode")
    known.setdefault(Fraction(0), "the start of the file")
    return known


def _assumed(wrong: str, start: Fraction, known: Mapping[Fraction, str]) -> str:
    return f"{wrong}; {known[start]}, {float(start):.3f} s, was taken"


def _fits(used: Sequence[TimeRange], start: Fraction, media: Media) -> tuple[int, int]:
    """How many clips lie inside the file wholly, to within a frame, and how many in part."""
    frame, wanted = frame_of(media), [span.shifted(-start) for span in used]
    ends = [span.end if media.duration is None else media.duration for span in wanted]
    pairs = list(zip(wanted, ends, strict=True))
    return (
        sum(span.start >= -frame and span.end <= end + frame for span, end in pairs),
        sum(span.end > 0 and span.start < end for span, end in pairs),
    )


def frame_of(media: Media) -> Fraction:
    """How long a frame lasts, on the mean; 0 without a picture."""
    return 1 / media.video.rate if media.video else Fraction(0)
