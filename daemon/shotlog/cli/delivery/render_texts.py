"""Subtitles that ``shotlog render`` burns in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from shotlog.delivery.encode import RenderPlan
from shotlog.delivery.subtitles import (
    FileSource,
    SpokenFilm,
    SubtitleOptions,
    SubtitleStyle,
    load_profile,
    load_style,
    make_subtitles,
    render,
)
from shotlog.schema import Media, MediaMissing, VideoStream

_SUFFIXES: Final = (".ass", ".srt", ".vtt")


@dataclass(frozen=True)
class TextChoice:
    """Subtitles of a timeline.

    Attributes:
        file: The file.
        style: The style of what has none.
    """

    file: Path
    style: SubtitleStyle

    @classmethod
    def of(cls, file: Path | None, style: str, timeline: Path) -> TextChoice:
        """Return a file, or the one beside a timeline.

        Raises:
            MediaMissing: There is none.
            SubtitleStyleUnusable: There is no such style.
        """
        beside = [timeline.with_suffix(suffix) for suffix in _SUFFIXES]
        found = next((path for path in ([file] if file else beside) if path.is_file()), None)
        if found is None:
            named = file or timeline.with_suffix(".srt")
            hint = "Name the file of subtitles after --subtitles; make one with: shotlog subtitles."
            raise MediaMissing(str(named), "there are no subtitles of this name", hint)
        return cls(found, load_style(style))

    @contextmanager
    def written(self, plan: RenderPlan) -> Iterator[Path]:
        """Yield a SubStation file for a picture of the size of a plan.

        Raises:
            SubtitlesUnreadable: The file cannot be read.
            SubtitleSourceError: There is no subtitle in it.
        """
        if self.file.suffix.lower() == ".ass":
            yield self.file
            return
        profile = load_profile("web")
        narrow = plan.size[0] <= plan.size[1]
        # Nobody listens: texts stay where their file has them.
        options = SubtitleOptions(profile, narrow=narrow, tolerance=Fraction(0))
        made = make_subtitles(_film_of(plan), FileSource(file=str(self.file)), options)
        limit = profile.narrow_characters if narrow else profile.characters
        with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
            path = Path(folder) / "texts.ass"
            path.write_bytes(render(made.cues, ".ass", self.style, plan.size, limit))
            yield path


def _film_of(plan: RenderPlan) -> SpokenFilm:
    """Return the film that is rendered, as far as subtitles need it: its frames and its size."""
    width, height = plan.size
    video = VideoStream(
        index=0, codec=plan.codec, width=width, height=height, rate=plan.rate,
        tick=1 / plan.rate, frames=None, duration=None,
    )  # fmt: skip
    media = Media(path=plan.name, content_id="", container="", video=video, audio=None)
    return SpokenFilm(media)
