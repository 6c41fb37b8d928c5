"""Chapters beside or in a film: WebVTT, and FFmpeg's metadata."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import ClassVar

from shotlog.markers import frames_of
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import Crowd, ExportMarker, Fitted, count
from shotlog_otio.exporters.texts import clock, one_line, title_of


class ChaptersExporter(Exporter):
    """The common base of chapters: one after the other, with the names of markers alone.

    A film that was rendered of the timeline begins with the timeline's first frame, at 0 seconds.
    """

    crowd: ClassVar[Crowd] = Crowd.MERGE

    def fit(self, markers: Sequence[ExportMarker], edit: Edit) -> Fitted:
        """Return the markers; each ends where the next begins, if not before."""
        fitted = super().fit(markers, edit)
        nexts = [after.frame for _, after in pairwise(fitted.markers)]
        if fitted.markers:
            nexts.append(max(fitted.markers[-1].frame + 1, frames_of(edit)))
        cut = [
            replace(marker, duration=min(marker.duration, end - marker.frame))
            for marker, end in zip(fitted.markers, nexts, strict=True)
        ]
        shorter = sum(a.duration != b.duration for a, b in zip(fitted.markers, cut, strict=True))
        if not shorter:
            return fitted
        note = f"{count(shorter, 'chapter')} ended where the next one, or the film, does"
        return Fitted(cut, (*fitted.notes, note))


class WebVttExporter(ChaptersExporter):
    """Chapters for players of the web: ``<track kind="chapters">``."""

    name: ClassVar[str] = "webvtt"
    suffix: ClassVar[str] = ".vtt"
    description: ClassVar[str] = "chapters as WebVTT"
    imported: ClassVar[str] = 'Web pages: <track kind="chapters" src="..."> of a <video>'

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file."""
        cues = [
            f"{number}\n{clock(marker.frame, edit.rate)} --> {clock(marker.end, edit.rate)}\n"
            f"{_escaped_html(title_of(marker))}\n"
            for number, marker in enumerate(markers, start=1)
        ]
        return "\n".join(["WEBVTT\n", *cues]).encode("utf-8", "replace")


class FfmetadataExporter(ChaptersExporter):
    """Chapters in FFmpeg's form of metadata, exact to the frame."""

    name: ClassVar[str] = "ffmetadata"
    suffix: ClassVar[str] = ".ffmeta"
    description: ClassVar[str] = "chapters as FFmpeg's metadata"
    imported: ClassVar[str] = (
        "FFmpeg: ffmpeg -i film.mp4 -i FILE -map_metadata 1 -map_chapters 1 -codec copy out.mp4"
    )

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file."""
        lines = [";FFMETADATA1", f"title={_escaped(one_line(edit.name))}"]
        for marker in markers:
            lines += [
                "[CHAPTER]",
                f"TIMEBASE={edit.rate.denominator}/{edit.rate.numerator}",
                f"START={marker.frame}",
                f"END={marker.end}",
                f"title={_escaped(title_of(marker))}",
            ]
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _escaped(text: str) -> str:
    """Return a text in which no sign has a meaning to FFmpeg's demuxer of metadata."""
    escaped = re.sub(r"([=;#\\\n])", r"\\\1", text)
    # FFmpeg (5.1 to 9.0) takes the next line for a part of one that ends so, though it is escaped.
    return f"{escaped} " if escaped.endswith("\\") else escaped


def _escaped_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
