"""Title cards: a text on black before the film, or over its first seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, ClassVar, Final

from pydantic import Field

from shotlog.delivery.extras.contract import ExtendedFilm, Extra
from shotlog.delivery.subtitles import Cue, break_lines, linking_words, load_style, render
from shotlog.schema import ExtraError, Seconds, TimeRange, nearest_frame

_MIDDLE: Final = 5
"""Alignment of SubStation in the middle of the picture."""
_COLUMNS: Final = 20
"""Columns of a line of a title, about half of those of a subtitle: letters twice as large."""
_LINES: Final = 4


class TitleExtra(Extra):
    """Shows a text before the film or over its beginning, in the middle of the safe area."""

    name: ClassVar[str] = "title"
    summary: ClassVar[str] = "a title card before the film, or over its first seconds"
    version: ClassVar[str] = "1"
    synonyms: ClassVar[Mapping[str, str]] = {"text": "words"}

    words: str = ""
    """The text, also given as ``text``; ``|`` begins a new line."""
    seconds: Annotated[Seconds, Field(gt=0, le=60)] = Fraction(3)
    """Seconds for which it is shown."""
    over: bool = False
    """True shows it over the beginning of the film, False on black before it."""
    style: str = "plain"
    """A style of subtitles, or a SubStation file with one."""

    def require(self) -> None:
        """Check that there is a text, and its style."""
        if not self.words.strip():
            raise ExtraError(self.name, "it has no text", "Give one: title:text=My film")
        load_style(self.style)

    def add(self, film: ExtendedFilm) -> ExtendedFilm:
        """Return the film with the card; black is put before it unless it is shown over it."""
        start = film.span.start
        rate = film.edit.rate
        length = max(1, nearest_frame(self.seconds, rate)) / rate
        if not self.over:
            film = film.opened(length)
        shown = TimeRange(start=start, duration=min(length, film.span.duration))
        card = (shown, self._written(shown.duration, film.size))
        where = "over the beginning" if self.over else "before the film"
        return replace(film, cards=(*film.cards, card)).noted(
            f"a title is shown {where}, for {float(shown.duration):g} s"
        )

    def _written(self, length: Fraction, size: tuple[int, int]) -> bytes:
        """Return a SubStation file of the title.

        Raises:
            ExtraError: It does not fit into the picture.
        """
        words, lines = linking_words(""), list[str]()
        for part in self.words.split("|"):
            broken = break_lines(" ".join(part.split()), _COLUMNS, words)
            lines += broken if broken is not None else _wrapped(part)
        if len(lines) > _LINES:
            message = f"its text takes {len(lines)} lines of {_COLUMNS} letters; {_LINES} fit"
            raise ExtraError(self.name, message, "Shorten it.")
        style = load_style(self.style)
        look = style.look.copy()
        look.alignment, look.fontsize = type(look.alignment)(_MIDDLE), look.fontsize * 2
        style = replace(style, look=look, karaoke=False)
        cue = Cue(Fraction(0), length, "\n".join(lines))
        return render([cue], ".ass", style, size, _COLUMNS)


def _wrapped(text: str) -> list[str]:
    """Return a text in lines as long as fit, where two are too few."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > _COLUMNS and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
