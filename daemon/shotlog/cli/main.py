"""The ``shotlog`` command; the one place where errors become words and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from shotlog import __version__

if TYPE_CHECKING:
    from shotlog.schema.errors import ShotlogError

EXIT_STOPPED = 130

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
        command = getattr(import_module(f"shotlog.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        from shotlog.schema.errors import ShotlogError, Stopped  # help does without

        try:
            try:
                return super().invoke(ctx)
            except KeyboardInterrupt:
                name = str(ctx.invoked_subcommand)
                raise Stopped(name, hint="Run the same command again.") from None
        except ShotlogError as error:
            if ctx.params.get("debug"):
                raise
            _say(error)
            sys.exit(EXIT_STOPPED if isinstance(error, Stopped) else 1)


def _say(error: ShotlogError) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    problem = error.problem
    console.print(
        Text.assemble(("shotlog: ", "bold red"), (problem.subject, "bold"), f": {problem.message}"),
        soft_wrap=True,
    )
    console.print(Text(problem.hint, style="dim"), soft_wrap=True)


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
