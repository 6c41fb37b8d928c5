"""Tables, bars and JSON of uploads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from shotlog.cli.output import SafeLine, StageBars, progress_bar, titled_table
from shotlog.delivery.upload import UploadPlan, UploadSession, Verdict
from shotlog.engine import StageProgress

_MEGA = 1_000_000


class UploadBars:
    """Progress of uploads in bytes, with their rate and the remaining time; of checks as usual.

    Args:
        console: The console.
    """

    def __init__(self, console: Console) -> None:
        self._console, self._others = console, StageBars(console)

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[StageProgress]:
        """Show a bar for a stage."""
        if unit != "bytes":
            with self._others.stage(name, total, unit, saved=saved) as other:
                yield other
            return
        with progress_bar(
            self._console,
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
        ) as shown:
            task = shown.add_task(name, total=total)
            yield _Bar(lambda amount: shown.advance(task, amount))


class _Bar:
    def __init__(self, advance: Any) -> None:
        self.advance = advance


def plan_table(plan: UploadPlan) -> Table:
    """Return what would be sent, and where."""
    table = titled_table("Upload")
    table.show_header = False
    table.add_column("")
    table.add_column("", overflow="fold")
    length = "" if plan.duration is None else f", {float(plan.duration):.2f} s"
    rows = {
        "file": f"{plan.file.path} ({plan.file.size / _MEGA:.1f} MB{length})",
        "to": plan.place,
        "account": plan.account,
        **_words(plan),
        "quality": _quality(plan.verdict),
        "limits": " ".join(plan.target.limits) or "none that are known",
    }
    if plan.session.place:
        rows["state"] = f"there already: {plan.session.place}"
    elif plan.session.marks:
        rows["state"] = f"begun before: {plan.session.received / _MEGA:.1f} MB are there"
    for name, value in rows.items():
        table.add_row(name, SafeLine(value))
    return table


def plan_json(plan: UploadPlan) -> dict[str, Any]:
    """Return what would be sent, and where, as JSON."""
    return {
        "path": str(plan.file.path),
        "size": plan.file.size,
        "duration": None if plan.duration is None else str(plan.duration),
        "target": plan.target.text,
        "place": plan.place,
        "account": plan.account,
        "details": plan.details.model_dump(mode="json"),
        "quality": None if plan.verdict is None else plan.verdict.model_dump(mode="json"),
    }


def session_table(sessions: Sequence[UploadSession]) -> Table:
    """Return the uploads that were begun or finished, one a row."""
    table = Table()
    for name in ("key", "file", "target", "state"):
        table.add_column(name, overflow="fold")
    for each in sessions:
        share = f"{100 * each.received // each.size} % are there"
        cells = (each.key, each.path, each.target, each.place or share)
        table.add_row(*map(SafeLine, cells))
    return table


def session_json(session: UploadSession) -> dict[str, Any]:
    """Return an upload as JSON, without the marks: anybody who knows them could go on with it."""
    return session.model_dump(mode="json", exclude={"marks"})


def _words(plan: UploadPlan) -> dict[str, str]:
    """Return the words that go with a file; of a target that takes none, what is left out."""
    details = plan.details
    words = {
        "title": details.title,
        "description": details.description,
        "tags": ", ".join(details.tags),
    }
    if plan.target.titled:
        told = {name: text or "none" for name, text in words.items()}
        return {**told, "privacy": str(details.privacy)}
    left_out = {name: f"left out: {text}" for name, text in words.items() if text}
    return {**left_out, "privacy": "that of the place"}


def _quality(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not checked"
    source = f"{verdict.profile}, {verdict.source or 'checked now'}"
    if verdict.passed:
        return f"passed ({source})"
    return f"not passed ({source}): {'; '.join(verdict.defects[:3])}"
