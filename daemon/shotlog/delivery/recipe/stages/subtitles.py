"""The stage that makes the texts of a film."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from shotlog.delivery.recipe.contract import DeliveredFilm, Made, Stage
from shotlog.delivery.recipe.recipe import SubtitlesSettings
from shotlog.delivery.subtitles import (
    SUBTITLE_SOURCES,
    Cue,
    FileSource,
    SpokenFilm,
    SubtitleOptions,
    SubtitleSource,
    load_profile,
    load_style,
    make_subtitles,
    open_film,
)
from shotlog.media import content_id
from shotlog.schema import (
    Media,
    MediaMissing,
    Model,
    Seconds,
    SubtitleSourceError,
    VideoStream,
)

_FILE = "file"


class TimedText(Model):
    """A subtitle, on the timeline's clock."""

    start: Seconds
    """First moment."""
    end: Seconds
    """First moment after it."""
    text: str
    """The text, in lines."""
    marks: tuple[tuple[int, Seconds], ...] = ()
    """Offsets in the text and the moments at which they are spoken."""


class FilmTexts(Model):
    """The subtitles of a film."""

    texts: tuple[TimedText, ...]
    """The subtitles, in order of time."""
    warnings: tuple[str, ...] = ()
    """Assumptions, as sentences."""

    def cues(self, start: Fraction = Fraction(0), end: Fraction | None = None) -> list[Cue]:
        """Return the subtitles of a range, on a clock that begins with it."""
        found = []
        for each in self.texts:
            if each.end > start and (end is None or each.start < end):
                last = each.end if end is None else min(each.end, end)
                marks = tuple((at, moment - start) for at, moment in each.marks)
                first = max(each.start - start, Fraction(0))
                found.append(Cue(first, last - start, each.text, marks))
        return found


@dataclass(frozen=True)
class SubtitlesStage(Stage[FilmTexts]):
    """Makes subtitles; see :mod:`shotlog.delivery.subtitles`."""

    settings: SubtitlesSettings
    narrow: bool

    name: ClassVar[str] = "subtitles"
    version: ClassVar[str] = "1"
    artifact = FilmTexts

    def explain(self, film: DeliveredFilm) -> str:
        """Return a line about what it would do."""
        told = self.settings
        source = str(self._file(film) or "a file that is not there") if self._is_file else told.use
        where = "burnt in" if told.burn else "in .srt files beside the clips"
        return f"subtitles from {source}, style {told.style}, {where}"

    def facts(self, film: DeliveredFilm) -> Any:
        """Return the source with the content of its file, the language, and the rules."""
        told, file = self.settings, self._file(film) if self._is_file else None
        content = content_id(str(file)) if file is not None and file.is_file() else ""
        rules = str(load_profile(told.profile))
        return [told.use, content, told.language, rules, self.narrow]

    def run(self, film: DeliveredFilm, made: Made) -> FilmTexts:
        """Return the subtitles of the film.

        Raises:
            MediaMissing: There is no file of them.
            SubtitleSourceError: The source lacks something, or knows single films alone.
            SubtitlesUnreadable: The file cannot be read.
        """
        load_style(self.settings.style)  # an unknown one is told before the long work
        spoken, tolerance = self._spoken(film)
        options = SubtitleOptions(
            load_profile(self.settings.profile), narrow=self.narrow,
            language=self.settings.language, **tolerance,
        )  # fmt: skip
        made_of = make_subtitles(spoken, self._source(film), options)
        texts = [
            TimedText(start=cue.start, end=cue.end, text=cue.text, marks=cue.marks)
            for cue in made_of.cues
        ]
        return FilmTexts(texts=tuple(texts))

    @property
    def _is_file(self) -> bool:
        return self.settings.use.partition(":")[0].strip() == _FILE

    def _file(self, film: DeliveredFilm) -> Path | None:
        """Return the file of the texts: the one that is named, the film of a track, or beside."""
        source, named = SUBTITLE_SOURCES.choose(self.settings.use), self.settings.file
        if isinstance(source, FileSource):
            named = source.file or named
            if source.track and not named:
                return film.single
        return Path(named) if named else film.beside

    def _source(self, film: DeliveredFilm) -> SubtitleSource:
        source = SUBTITLE_SOURCES.choose(self.settings.use)
        if not isinstance(source, FileSource):
            return source
        file = self._file(film)
        if file is None or not file.is_file():
            hint = "Name one in the recipe, [subtitles] file = ..., or lay one beside the film."
            raise MediaMissing(str(file or film.name), "there are no subtitles of it", hint)
        return source.model_copy(update={"file": str(file)})

    def _spoken(self, film: DeliveredFilm) -> tuple[SpokenFilm, dict[str, Fraction]]:
        """Return what is heard of the film, and how far edges may move to it."""
        if film.single is not None:
            return open_film(film.single, film.cache), {}
        if not self._is_file:
            message = "speech is recognised in single films, and this is a timeline"
            hint = "Render it first, or give its subtitles as a file."
            raise SubtitleSourceError(self.settings.use, message, hint)
        # Nobody listens to a timeline: texts stay where their file has them.
        return _silent(film), {"tolerance": Fraction(0)}


def _silent(film: DeliveredFilm) -> SpokenFilm:
    rate = film.edit.rate
    video = VideoStream(
        index=0, codec="", width=1920, height=1080, rate=rate, tick=1 / rate, frames=None,
        duration=film.edit.duration,
    )  # fmt: skip
    return SpokenFilm(Media(path=film.name, content_id="", container="", video=video, audio=None))
