"""Consoles, lines, spinners and JSON: the only module that writes to a terminal.

No other module of the commands makes a ``rich.console.Console`` or a ``rich.text.Text`` or calls
``click.echo``; a test checks it. So names and messages from files never reach a terminal as escape
sequences, as markup, or as characters that it cannot show.
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

from shotlog.cli.output.streams import Stream, to_encodable
from shotlog.schema import escape_json, make_json_visible, make_visible

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class SafeLine(Text):
    """A text on one line, with control characters made visible; see :func:`make_visible`.

    For several lines use :func:`lines`.
    """

    def __init__(self, text: str = "", style: StyleType = "", **how: Any) -> None:
        # rich's Text drops some control characters silently, so they are replaced first.
        super().__init__(make_visible(text), style, **how)

    @classmethod
    def assemble(cls, *parts: str | Text | tuple[str, StyleType], **how: Any) -> SafeLine:
        """Return a line of parts; a pair is a text and its style."""
        return cast(SafeLine, super().assemble(*parts, **how))

    def append(self, text: Text | str, style: StyleType | None = None) -> Text:
        """Append a text to the line."""
        return super().append(make_visible(text) if isinstance(text, str) else text, style)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        # Replacements may be wider: a column must be measured by what is printed.
        shown = console.shown(self) if isinstance(console, _Terminal) else self
        return Text.__rich_measure__(shown, console, options)


def lines(*parts: str | Text) -> Group:
    """Return lines one below the other, for a cell of a table or for :func:`say`."""
    return Group(*(SafeLine(part) if isinstance(part, str) else part for part in parts))


class _Terminal(Console):
    """A console without markup that replaces characters which its stream cannot encode."""

    def render_str(self, text: str, **how: Any) -> Text:
        return self.shown(super().render_str(make_visible(text), **how))

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Any:  # an iterable of Segment, as rich has it
        if isinstance(renderable, Text):
            renderable = self.shown(renderable)
        return super().render(renderable, options)

    def shown(self, text: Text) -> Text:
        """Return a text, with its styles, in characters that can be shown."""
        shown = to_encodable(make_visible(text.plain), self.encoding)
        if shown == text.plain:
            return text
        # A replacement may be longer than its character: styles move with the characters.
        parts = [to_encodable(make_visible(character), self.encoding) for character in text.plain]
        starts = list(accumulate(map(len, parts), initial=0))
        fresh = text.blank_copy("".join(parts))
        fresh.spans = [Span(starts[a], starts[min(b, len(parts))], how) for a, b, how in text.spans]
        return fresh


def terminal(*, stderr: bool = False, quiet: bool = False) -> Console:
    """Return a console on standard output.

    Args:
        stderr: Use standard error instead.
        quiet: Print nothing.
    """
    return _Terminal(stderr=stderr, quiet=quiet, markup=False, emoji=False)


def say(text: str | Text | Group, *, stderr: bool = False) -> None:
    """Print a line, or :func:`lines`, without wrapping."""
    line = SafeLine(text) if isinstance(text, str) else text
    terminal(stderr=stderr).print(line, soft_wrap=True, highlight=False)


def progress_bar(shown_on: Console, *columns: ProgressColumn | str, spins: bool = True) -> Progress:
    """Return a progress bar, with a spinner in front."""
    spinner = [SpinnerColumn(_spinner(shown_on), finished_text="✓")] if spins else []
    return Progress(*spinner, *columns, console=shown_on)


def show_waiting(shown_on: Console, words: str) -> Status:
    """Return a spinner with a text, which is shown while its block runs."""
    return shown_on.status(words, spinner=_spinner(shown_on))


def _spinner(shown_on: Console) -> str:
    return "line" if shown_on.options.ascii_only else "dots"


def json_text(value: object) -> str:
    """Return a value as indented JSON, with characters escaped that control a terminal."""
    return make_json_visible(json.dumps(value, indent=2, ensure_ascii=False))


def print_json(value: object) -> None:
    """Print a value as JSON."""
    print_json_text(json_text(value))


def print_json_text(text: str) -> None:
    """Print JSON text."""
    # JSON must be UTF-8 (RFC 8259, 8.1); ASCII with escapes is valid in every encoding.
    click.echo(text if _is_utf8(sys.stdout) else _BEYOND_ASCII.sub(_in_ascii, text))


def print_bytes(content: bytes) -> None:
    """Write the content of a file to standard output, as it is."""
    if isinstance(sys.stdout, Stream):
        sys.stdout.write_bytes(content)
    else:
        click.echo(content, nl=False)


def _in_ascii(found: re.Match[str]) -> str:
    return escape_json(found[0])


def _is_utf8(stream: TextIO) -> bool:
    return codecs.lookup(getattr(stream, "encoding", None) or "utf-8").name == "utf-8"
