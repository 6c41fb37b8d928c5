"""Chapters for the description of a film on YouTube."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from shotlog.markers import TextLimits, clean, frames_of
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import Crowd, ExportMarker, Fitted, count
from shotlog_otio.exporters.texts import title_of

LEAST_SECONDS = 10
"""Shortest chapter; with a shorter one YouTube shows none at all."""

LEAST_CHAPTERS = 3
"""Number of chapters from which on YouTube shows them."""

LONGEST_TITLE = 70
"""Characters of a title that YouTube shows."""

MOST_BYTES = 5000
"""Longest description."""

START = "Start"
"""Title of the chapter at 0:00 where no marker stands there."""


class YoutubeExporter(Exporter):
    """Lines of a description: a time and a title each.

    YouTube's rules: the first is at 0:00, there are three or more, in order, and each is 10 seconds
    long or longer (https://support.google.com/youtube/answer/9884579). Times are whole seconds of
    the film, rounded down. A description has at most 5,000 bytes and no angle brackets.
    """

    name: ClassVar[str] = "youtube"
    suffix: ClassVar[str] = ".txt"
    owns_suffix: ClassVar[bool] = False
    description: ClassVar[str] = "chapters for a description on YouTube"
    imported: ClassVar[str] = "YouTube Studio: Content > the film > Details > Description; paste it"
    limits: ClassVar[TextLimits] = TextLimits(name=LONGEST_TITLE)
    crowd: ClassVar[Crowd] = Crowd.MERGE

    def fit(self, markers: Sequence[ExportMarker], edit: Edit) -> Fitted:
        """Return the markers that can be chapters, and what YouTube's rules made of the others."""
        fitted = super().fit(markers, edit)
        if not fitted.markers:
            return fitted
        notes = list(fitted.notes)
        listed = fitted.markers
        if _second(listed[0].frame, edit):
            listed = [replace(listed[0], frame=0, name=START, note="", id="", family=""), *listed]
            notes.append(f"a chapter {START} put at 0:00, where YouTube wants the first")
        length = frames_of(edit) / edit.rate
        kept: list[ExportMarker] = []
        for marker in listed:
            at = _second(marker.frame, edit)
            if not kept or (
                at - _second(kept[-1].frame, edit) >= LEAST_SECONDS and length - at >= LEAST_SECONDS
            ):
                kept.append(marker)
        if close := len(listed) - len(kept):
            told = f"{count(close, 'marker')} left out: a chapter has {LEAST_SECONDS} seconds"
            notes.append(f"{told} or more")
        within = _within(kept, edit)
        if over := len(kept) - len(within):
            told = f"{count(over, 'chapter')} at the end left out: a description has {MOST_BYTES:,}"
            notes.append(f"{told} bytes at most")
        if len(within) < LEAST_CHAPTERS:
            few = f"there are only {len(within)}" if len(within) > 1 else "there is only one"
            notes.append(f"YouTube shows chapters from {LEAST_CHAPTERS} on, and {few}")
        return Fitted(within, tuple(notes))

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file."""
        return "".join(_line(marker, edit) for marker in markers).encode("utf-8", "replace")


def _within(markers: Sequence[ExportMarker], edit: Edit) -> list[ExportMarker]:
    """Return the first markers, as many as a description holds."""
    size = 0
    kept = []
    for marker in markers:
        size += len(_line(marker, edit).encode("utf-8", "replace"))
        if size > MOST_BYTES:
            break
        kept.append(marker)
    return kept


def _line(marker: ExportMarker, edit: Edit) -> str:
    seconds = _second(marker.frame, edit)
    minutes, rest = divmod(seconds, 60)
    at = f"{minutes}:{rest:02d}"
    if minutes >= 60:
        at = f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
    title = clean(title_of(marker), LONGEST_TITLE).replace("<", "‹").replace(">", "›")
    return f"{at} {title}\n"


def _second(frame: int, edit: Edit) -> int:
    return int(frame / edit.rate // 1)
