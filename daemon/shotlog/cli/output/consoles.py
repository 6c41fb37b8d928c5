"""The one way to a terminal: consoles, lines, spinners, JSON.

No other module of the commands makes a ``rich.console.Console``, a ``rich.text.Text`` or calls
``click.echo``; a test sees to it. So nothing that others wrote reaches a terminal as a command, as
markup or in letters that it cannot show, however it is printed.
"""

from __future__ import annotations

import codecs
import json
import re
import sys
from itertools import accumulate
from typing import Any, TextIO, cast

import click
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.measure import Measurement
from rich.progress import Progress, ProgressColumn, SpinnerColumn
from rich.status import Status
from rich.style import StyleType
from rich.text import Span, Text

from shotlog.cli.output.streams import spelled
from shotlog.schema import json_escaped, visible, visible_in_json

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class Line(Text):
    """A text that stays on one line, whatever stands in it; see :func:`visible`.

    Several lines are a :func:`lines`. (``Text`` drops some control characters in silence, so they
    are spelled before it sees them.)
    """

    def __init__(self, text: str = "", style: StyleType = "", **how: Any) -> None:
        super().__init__(visible(text), style, **how)

    @classmethod
    def assemble(cls, *parts: str | Text | tuple[str, StyleType], **how: Any) -> Line:
        """A line of parts, each with a style where it is a pair."""
        return cast(Line, super().assemble(*parts, **how))

    def append(self, text: Text | str, style: StyleType | None = None) -> Text:
        """Adds to the line."""
        return super().append(visible(text) if isinstance(text, str) else text, style)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        shown = console.shown(self) if isinstance(console, _Terminal) else self
        return Text.__rich_measure__(shown, console, options)


def lines(*parts: str | Text) -> Group:
    """Lines, one below the other, for a cell of a table."""
    return Group(*(Line(part) if isinstance(part, str) else part for part in parts))


class _Terminal(Console):
    """A console without markup, which shows of every text what its stream can show."""

    def render_str(self, text: str, **how: Any) -> Text:
        return self.shown(super().render_str(visible(text), **how))

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Any:  # an iterable of Segment, as rich has it
        if isinstance(renderable, Text):
            renderable = self.shown(renderable)
        return super().render(renderable, options)

    def shown(self, text: Text) -> Text:
        """The same text with the same styles, with what cannot be shown spelled."""
        shown = spelled(visible(text.plain), self.encoding)
        if shown == text.plain:
            return text
        parts = [spelled(visible(character), self.encoding) for character in text.plain]
        starts = list(accumulate(map(len, parts), initial=0))
        fresh = text.blank_copy("".join(parts))
        fresh.spans = [Span(starts[a], starts[min(b, len(parts))], how) for a, b, how in text.spans]
        return fresh


def terminal(*, stderr: bool = False, quiet: bool = False) -> Console:
    """A console on standard output.

    Args:
        stderr: On standard error instead.
        quiet: Shows nothing.
    """
    return _Terminal(stderr=stderr, quiet=quiet, markup=False, emoji=False)


def say(text: str | Text | Group, *, stderr: bool = False) -> None:
    """Prints a line, or :func:`lines`, however long they are."""
    line = Line(text) if isinstance(text, str) else text
    terminal(stderr=stderr).print(line, soft_wrap=True, highlight=False)


def progress(shown_on: Console, *columns: ProgressColumn | str, spins: bool = True) -> Progress:
    """A bar, with a spinner in front."""
    spinner = [SpinnerColumn(_spinner(shown_on), finished_text="✓")] if spins else []
    return Progress(*spinner, *columns, console=shown_on)


def waiting(shown_on: Console, words: str) -> Status:
    """A spinner and what is waited for, while the block runs."""
    return shown_on.status(words, spinner=_spinner(shown_on))


def _spinner(shown_on: Console) -> str:
    return "line" if shown_on.options.ascii_only else "dots"


def json_text(value: object) -> str:
    """JSON for people and machines; what would command a terminal is escaped in it."""
    return visible_in_json(json.dumps(value, indent=2, ensure_ascii=False))


def print_json(value: object) -> None:
    """Prints what ``--json`` asks for."""
    print_json_text(json_text(value))


def print_json_text(text: str) -> None:
    """Prints JSON, in ASCII where the stream is not UTF-8, so that it is valid everywhere."""
    click.echo(text if _is_utf8(sys.stdout) else _BEYOND_ASCII.sub(_in_ascii, text))


def _in_ascii(found: re.Match[str]) -> str:
    return json_escaped(found[0])


def _is_utf8(stream: TextIO) -> bool:
    return codecs.lookup(getattr(stream, "encoding", None) or "utf-8").name == "utf-8"
