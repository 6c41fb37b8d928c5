"""The ``shotlog`` command; the one place where errors become words and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from shotlog._version import __version__
from shotlog.cli._interrupt import EXIT_STOPPED, can_be_answered, ends_at_once, leave
from shotlog.cli.output import guarded_streams

if TYPE_CHECKING:
    from shotlog.schema import ShotlogError

COMMANDS: Mapping[str, str] = MappingProxyType({
    "analyze": "Log every shot of an OpenTimelineIO timeline, or of media files and folders.",
    "show": "List the markers that Shotlog wrote into a timeline.",
    "clear": "Take the markers away that Shotlog wrote into a timeline, and nothing else.",
    "demo": "Show what Shotlog finds, beside what is true.",
    "models": "Models that see more than the built-in tier: get them, look at them, remove them.",
    "cache": "Show where results are kept, or forget them.",
    "daemon": "Start, stop and watch the daemon that keeps models ready.",
    "jobs": "List jobs, watch them, cancel them, fetch what they found.",
    "doctor": "Check everything that Shotlog needs, with a remedy for what is amiss.",
    "bridge": "Serve a program that has no Shotlog of its own: JSON lines on stdio.",
})  # fmt: skip
"""Every command, and the first sentence of its help: to be shown without importing any.

``shotlog.cli.NAME`` holds the command NAME.
"""


class _Shotlog(click.Group):
    """Imports a command when it is called, and says errors in words, without a traceback.

    Who wants help, or how the daemon is, does not wait for decoders and models. Such a group is
    documented at https://click.palletsprojects.com/en/stable/complex/#lazily-loading-subcommands
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        with ends_at_once():
            command = getattr(import_module(f"shotlog.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        ours = args is None  # else somebody has this process for more than one command
        with ends_at_once(for_good=ours):
            try:
                with guarded_streams():
                    return super().main(args, *more, **extra)
            except SystemExit as end:
                if ours and end.code == EXIT_STOPPED:
                    leave()
                raise

    def make_context(self, *args: Any, **how: Any) -> click.Context:
        with _usage_errors():
            return super().make_context(*args, **how)

    def invoke(self, ctx: click.Context) -> Any:
        with _usage_errors():
            return self._invoke(ctx)

    def _invoke(self, ctx: click.Context) -> Any:
        from shotlog.schema import ShotlogError, Stopped  # help does without

        try:
            try:
                with can_be_answered() as ctrl_c:
                    return super().invoke(ctx)
            except (click.exceptions.Exit, Stopped):
                raise
            except (KeyboardInterrupt, Exception) as error:
                if isinstance(error, Exception) and not ctrl_c.pressed:
                    raise
                name = str(ctx.invoked_subcommand)
                raise Stopped(name, hint="Run the same command again.") from None
        except ShotlogError as error:
            if ctx.params.get("debug") and not isinstance(error, Stopped):
                raise
            _say(error)
            sys.exit(EXIT_STOPPED if isinstance(error, Stopped) else 1)
        except OSError as error:  # what no border met
            if ctx.params.get("debug"):
                raise
            _say(_in_words(error))
            sys.exit(1)


def _in_words(error: OSError) -> ShotlogError:
    from shotlog.paths import explain_access
    from shotlog.schema import ShotlogError

    path = error.filename
    told = (
        explain_access(Path(path)) if isinstance(path, str) and Path(path).is_absolute() else None
    )
    if told is not None:
        return ShotlogError(str(path), told.words, told.remedy)
    hint = "See whether this user may do that: shotlog doctor."
    return ShotlogError(str(path or "the system"), error.strerror or str(error), hint)


@contextmanager
def _usage_errors() -> Iterator[None]:
    """Shows click's errors as ours are shown: they repeat what was typed."""
    try:
        yield
    except click.ClickException as error:
        from shotlog.cli.output import lines, say

        told = StringIO()
        error.show(told)
        say(lines(*told.getvalue().splitlines()), stderr=True)
        raise click.exceptions.Exit(error.exit_code) from error


def _say(error: ShotlogError) -> None:
    from shotlog.cli.output import Line, lines, say

    problem = error.problem
    what = Line.assemble(
        ("shotlog: ", "bold red"), (problem.subject, "bold"), f": {problem.message}"
    )
    say(lines(what, Line(problem.hint, "dim")), stderr=True)


@click.group(cls=_Shotlog, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="shotlog")
@click.option("--debug", is_flag=True, help="Show where in the program an error arose.")
def main(debug: bool) -> None:
    """Log every shot of an edit.

    Shotlog looks at the frames that a timeline really uses, and writes shot size, camera move and
    highlights back as markers. It changes nothing else in the file, replaces only markers that it
    wrote itself, and keeps those that you have edited.

    \b
    Start here:
      shotlog demo                               see it work on a film made for the purpose
      shotlog analyze cut.otio -o marked.otio    mark a timeline
      shotlog show marked.otio --size CS         list the close-ups
      shotlog clear marked.otio                  take our markers away again
      shotlog models list                        models that see more than the built-in tier
    """
