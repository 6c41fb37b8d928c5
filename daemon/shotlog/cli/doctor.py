"""``shotlog doctor``: check everything that Shotlog needs, and print a remedy for each problem."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click
from rich import box
from rich.console import Console, RenderableType
from rich.table import Table

from shotlog.cli.options import context_option, json_option
from shotlog.cli.output import SafeLine, lines, print_json, show_waiting, terminal
from shotlog.doctor import CHECKS, CheckResult, CheckState, Context, Subject, run_checks
from shotlog.service.runtime import DaemonPaths

_MARKS = {
    CheckState.OK: ("✓", "green"),
    CheckState.WARNING: ("!", "bold yellow"),
    CheckState.PROBLEM: ("✗", "bold red"),
    CheckState.SKIPPED: ("–", "dim"),
}


class _Doctor(click.Command):
    """A command whose help lists the checks."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for subject in Subject:
            with formatter.section(f"Checks of {subject.value}"):
                formatter.write_dl([
                    (check.name, f"{check.claim}{' (--deep)' if check.deep else ''}")
                    for check in CHECKS
                    if check.subject is subject
                ])  # fmt: skip


@click.command(cls=_Doctor)
@context_option
@click.option(
    "--deep",
    is_flag=True,
    help="Also start the daemon and run its self-test, log a small film, and load every installed "
    "model. Takes a minute or more.",
)
@json_option
def doctor(context: str, deep: bool, as_json: bool) -> None:
    """Check everything that Shotlog needs, with a remedy for each problem.

    Changes and starts nothing unless --deep is given. Exit code 1 if there is a problem; warnings
    do not count.
    """
    found: list[CheckResult] = []
    with show_waiting(terminal(stderr=True), "Checking…") as spinner:
        for finding in run_checks(Context(places=DaemonPaths(context), deep=deep)):
            found.append(finding)
            spinner.update(f"Checking… {len(found)} of {len(CHECKS)}")
    if as_json:
        print_json([finding.model_dump(mode="json") for finding in found])
    else:
        _show(terminal(), found)
    # Not an error of the command: the table has been printed, so only the exit code tells it.
    sys.exit(int(any(finding.state is CheckState.PROBLEM for finding in found)))


def _show(console: Console, found: list[CheckResult]) -> None:
    for subject in Subject:
        console.print(_table(subject, (each for each in found if each.subject is subject)))
    problems = _counted(CheckState.PROBLEM, "problem", found)
    style = "bold red" if not problems.startswith("0 ") else "bold green"
    warnings = _counted(CheckState.WARNING, "warning", found)
    skipped = f"{sum(each.state is CheckState.SKIPPED for each in found)} checks skipped"
    console.print(SafeLine.assemble((problems, style), f", {warnings}, {skipped}"))


def _counted(state: CheckState, word: str, found: Iterable[CheckResult]) -> str:
    count = sum(each.state is state for each in found)
    return f"{count} {word}{'' if count == 1 else 's'}"


def _table(subject: Subject, found: Iterable[CheckResult]) -> Table:
    table = Table(
        box=box.SIMPLE, title=SafeLine(subject.value, "bold"), title_justify="left",
        show_header=False, pad_edge=False,
    )  # fmt: skip
    table.add_column(width=1)
    table.add_column(no_wrap=True, width=max(len(check.name) for check in CHECKS))
    table.add_column(overflow="fold")
    for finding in found:
        told: RenderableType = SafeLine(finding.words)
        if finding.state is CheckState.SKIPPED:
            told = SafeLine(f"{finding.words}. {finding.remedy}", "dim")
        elif finding.remedy is not None:
            told = lines(finding.words, SafeLine(finding.remedy, "cyan"))
        mark, style = _MARKS[finding.state]
        table.add_row(SafeLine(mark, style), SafeLine(finding.check, "dim"), told)
    return table
