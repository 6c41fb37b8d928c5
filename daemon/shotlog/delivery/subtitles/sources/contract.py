"""The contract of sources, which the entry point group ``shotlog.delivery.subtitles`` names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from shotlog.delivery.subtitles.cues import Cue
from shotlog.delivery.subtitles.film import SpokenFilm
from shotlog.plugins import ConfigurablePlugin, PluginKind
from shotlog.schema import SubtitleSourceError


@dataclass(frozen=True, slots=True)
class SourceCues:
    """The words of a film, as a source tells them.

    Attributes:
        cues: The cues, in any order and of any length; lines, gaps and reading speed are no concern
            of a source. The moments of words are ``marks``, where the source knows them; ``told``
            holds the times of a source that has cues of its own, and is None where it has none.
        language: Code of the language, ``en``, if the source tells; else empty.
        notes: What the source had to assume or to leave out, as sentences.
    """

    cues: tuple[Cue, ...]
    language: str = ""
    notes: tuple[str, ...] = ()


class SubtitleSource(ConfigurablePlugin, ABC):
    """A way of getting what is said; its fields are the parameters that users may choose.

    Attributes:
        summary: One line for people: the origin of the words.
        version: Version; must be raised when the same film gives other cues.
    """

    summary: ClassVar[str]
    version: ClassVar[str]

    @property
    def subject(self) -> str:
        """Name of the source in errors, or that of the file that it reads."""
        return self.name

    @abstractmethod
    def read(self, film: SpokenFilm, language: str) -> SourceCues:
        """Return what is said in a film, on its clock.

        The same film and parameters give the same cues.

        Args:
            film: The film and its speech.
            language: Code of the language; empty if the user names none.

        Raises:
            SubtitleSourceError: It lacks something, or fails; in one sentence.
            SubtitlesUnreadable: A file cannot be read.
        """

    def require(self) -> None:
        """Check that everything it needs is there, before the film is opened.

        Raises:
            SubtitleSourceError: Something is missing; the hint tells how to get it.
        """


SUBTITLE_SOURCES = PluginKind(
    "shotlog.delivery.subtitles", SubtitleSource, "subtitle source", SubtitleSourceError
)
"""Sources of subtitles; ``shotlog subtitles --source`` chooses one."""
