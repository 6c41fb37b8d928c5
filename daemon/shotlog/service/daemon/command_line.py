"""Command line of the daemon process; its options as arguments."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from shotlog.service.daemon.options import DaemonOptions


def to_argv(given: Mapping[str, object]) -> Iterator[str]:
    """Yield options as command-line arguments: ``--idle=60``, ``--no-polite``.

    Args:
        given: Values of :class:`DaemonOptions` by name.
    """
    for name, value in given.items():
        flag = "allow-root" if name == "roots" else name.replace("_", "-")
        if isinstance(value, bool):
            yield f"--{flag}" if value else f"--no-{flag}"
        elif isinstance(value, tuple):
            yield from (f"--{flag}={each}" for each in value)
        else:
            yield f"--{flag}={value}"


def parse_arguments(
    arguments: Sequence[str] | None = None,
) -> tuple[argparse.Namespace, dict[str, object]]:
    """Parse the command line of the daemon process.

    Args:
        arguments: Command-line arguments; None takes those of the process.

    Returns:
        All arguments, and those of :class:`DaemonOptions` that were given, by name.
    """
    parsed = _make_parser().parse_args(arguments)
    values = {name: vars(parsed)[name] for name in DaemonOptions.model_fields}
    return parsed, {name: value for name, value in values.items() if value is not None}


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m shotlog.service.daemon",
        description="Run the daemon. Options that are not given are those of the last start."
        " Times are in seconds. The command for people: shotlog daemon run.",
    )
    add, either = parser.add_argument, argparse.BooleanOptionalAction
    add("--context", default="default", help="name of this daemon (default: %(default)s)")
    add("--report", action="store_true", help="run in the background; report the start on stdout")
    add("--reset", action="store_true", help="forget the options of the last start")
    add("--idle", type=float, help="end after so many idle seconds; 0: never")
    add("--keep-alive", type=float, help="keep unused models for so many seconds; -1: no limit")
    add(
        "--allow-root",
        dest="roots",
        type=_absolute_path,
        action="append",
        help="read media below this folder only; may be repeated",
    )
    add("--listen", help="IP address to listen on")
    add("--exposed", action=either, help="let other machines connect, with a client key")
    add("--polite", action=either, help="let batch jobs wait while an editing program is busy")
    add("--debug", action="store_true", help="log debug messages")
    return parser


def _absolute_path(word: str) -> Path:
    # Absolute now: the daemon's working directory is another one.
    return Path(word).absolute()
