"""Steps of an installation: shown before they are done, done in order, and done again at will.

A step is repeatable, and knows whether what it makes is there already. So a run after an
interruption begins at the step that was interrupted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TextIO

from shotlog_installer.errors import InstallError

Detail = Callable[[str], None]


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Step:
    """A step of an installation.

    Attributes:
        name: Its name for machines: ``torch``.
        title: What it does, for people: ``Install torch 2.13.0 for CPU``.
        run: Does it; is given a function that shows details. Returns a remark, or None.
        places: Files, folders and addresses that it uses.
        is_done: True if what it makes is there.
        is_optional: True if the other steps make sense without it.
    """

    name: str
    title: str
    run: Callable[[Detail], str | None]
    places: Sequence[str] = ()
    is_done: Callable[[], bool] = _never
    is_optional: bool = False


class Reporter(Protocol):
    """Shows what an installation does."""

    def tell(self, event: str, text: str, **facts: Any) -> None:
        """Show a text; ``facts`` are the same for machines."""

    def begin(self, step: Step, number: int, count: int) -> None:
        """Show that a step begins."""

    def detail(self, text: str) -> None:
        """Show what a step is doing right now."""

    def end(self, step: Step, state: str, remark: str | None, seconds: float) -> None:
        """Show that a step has ended: ``done``, ``already done`` or ``failed``."""

    def error(self, error: InstallError) -> None:
        """Show an error."""


def run_steps(steps: Sequence[Step], reporter: Reporter) -> list[InstallError]:
    """Do all steps that are not done.

    Returns:
        The errors of optional steps.

    Raises:
        InstallError: A step failed that others need.
    """
    errors = []
    for number, step in enumerate(steps, 1):
        reporter.begin(step, number, len(steps))
        began = time.monotonic()
        if step.is_done():
            reporter.end(step, "already done", None, 0.0)
            continue
        try:
            remark = step.run(reporter.detail)
        except InstallError as error:
            reporter.end(step, "failed", None, time.monotonic() - began)
            if not step.is_optional:
                raise
            errors.append(error)
        else:
            reporter.end(step, "done", remark, time.monotonic() - began)
    return errors


@dataclass
class Lines:
    """Shows an installation as lines of text, with details in place on a terminal."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    _shown: int = 0

    def tell(self, event: str, text: str, **facts: Any) -> None:
        """Show a text."""
        self._print(text)

    def begin(self, step: Step, number: int, count: int) -> None:
        """Show that a step begins."""
        self._print(f"[{number}/{count}] {step.title}")

    def detail(self, text: str) -> None:
        """Show what a step is doing right now, on a terminal."""
        if self.out.isatty():
            line = text[:100].encode(self.out.encoding or "ascii", "replace")
            words = line.decode(self.out.encoding or "ascii")
            self.out.write(f"\r      {words}{' ' * max(0, self._shown - len(words))}\r")
            self._shown = len(words)
            self.out.flush()

    def end(self, step: Step, state: str, remark: str | None, seconds: float) -> None:
        """Show that a step has ended."""
        took = f" in {seconds:.0f} s" if seconds >= 1 else ""
        self._print(f"      {state}{took}{f': {remark}' if remark else ''}")

    def error(self, error: InstallError) -> None:
        """Show an error."""
        self._print(f"\nshotlog: {error.subject}: {error.message}.\n  {error.hint}")

    def _print(self, text: str) -> None:
        if self._shown:
            self.out.write("\r" + " " * (self._shown + 6) + "\r")
            self._shown = 0
        # A console of Windows may not know every letter of a path.
        encoding = self.out.encoding or "utf-8"
        self.out.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        self.out.flush()


@dataclass
class Events:
    """Shows an installation as JSON, an object a line."""

    out: TextIO = field(default_factory=lambda: sys.stdout)

    def tell(self, event: str, text: str, **facts: Any) -> None:
        """Show a text, with its facts."""
        self._print(event=event, text=text, **facts)

    def begin(self, step: Step, number: int, count: int) -> None:
        """Show that a step begins."""
        self._print(event="step", step=step.name, state="running", number=number, count=count)

    def detail(self, text: str) -> None:
        """Show what a step is doing right now."""
        self._print(event="detail", text=text)

    def end(self, step: Step, state: str, remark: str | None, seconds: float) -> None:
        """Show that a step has ended."""
        took = round(seconds, 3)
        self._print(event="step", step=step.name, state=state, remark=remark, seconds=took)

    def error(self, error: InstallError) -> None:
        """Show an error."""
        told = {"subject": error.subject, "message": error.message, "hint": error.hint}
        self._print(event="error", **told)

    def _print(self, **content: Any) -> None:
        self.out.write(json.dumps(content) + "\n")
        self.out.flush()
