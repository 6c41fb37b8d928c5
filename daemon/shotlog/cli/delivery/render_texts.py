"""Subtitles that ``shotlog render`` burns in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from shotlog.delivery.encode import RenderPlan
from shotlog.delivery.extras import texts_later
from shotlog.delivery.subtitles import (
    SUFFIXES,
    Cue,
    FileSource,
    Profile,
    SpokenFilm,
    SubtitleOptions,
    SubtitleStyle,
    load_profile,
    load_style,
    make_subtitles,
    render,
)
from shotlog.media.subtitle_files import read_text
from shotlog.schema import Media, MediaMissing, VideoStream


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
        beside = [timeline.with_suffix(suffix) for suffix in SUFFIXES]
        found = next((path for path in ([file] if file else beside) if path.is_file()), None)
        if found is None:
            named = file or timeline.with_suffix(".srt")
            hint = "Name the file of subtitles after --subtitles; make one with: shotlog subtitles."
            raise MediaMissing(str(named), "there are no subtitles of this name", hint)
        return cls(found, load_style(style))

    def cues(self, plan: RenderPlan) -> tuple[Cue, ...]:
        """Return its cues in lines for the picture of a plan; none of a SubStation file.

        Raises:
            SubtitlesUnreadable: The file cannot be read.
            SubtitleSourceError: There is no subtitle in it.
        """
        if self._is_finished:
            return ()
        # Nobody listens: texts stay where their file has them.
        options = SubtitleOptions(_profile(), narrow=_narrow(plan), tolerance=Fraction(0))
        return make_subtitles(_film_of(plan), FileSource(file=str(self.file)), options).cues

    def content(self, cues: Sequence[Cue], plan: RenderPlan, seconds: Fraction) -> bytes:
        """Return a SubStation file: of cues, or the given one.

        Args:
            cues: The cues.
            plan: The picture.
            seconds: Seconds by which the film was moved; cues are moved already.

        Raises:
            SubtitlesUnreadable: The file cannot be read.
        """
        if self._is_finished:
            return texts_later(read_text(self.file).text.encode(), seconds)
        profile = _profile()
        limit = profile.narrow_characters if _narrow(plan) else profile.characters
        return render(cues, ".ass", self.style, plan.size, limit)

    @property
    def _is_finished(self) -> bool:
        return self.file.suffix.lower() == ".ass"


def _profile() -> Profile:
    return load_profile("web")


def _narrow(plan: RenderPlan) -> bool:
    return plan.size[0] <= plan.size[1]


def _film_of(plan: RenderPlan) -> SpokenFilm:
    """Return the film that is rendered, as far as subtitles need it: its frames and its size."""
    width, height = plan.size
    video = VideoStream(
        index=0, codec=plan.codec, width=width, height=height, rate=plan.rate,
        tick=1 / plan.rate, frames=None, duration=None,
    )  # fmt: skip
    media = Media(path=plan.name, content_id="", container="", video=video, audio=None)
    return SpokenFilm(media)
