"""The ``shotlog`` command; the one place where errors become words and exit codes."""

from __future__ import annotations

import sys
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from shotlog import __version__
from shotlog.cli.analyze import analyze
from shotlog.cli.cache import cache
from shotlog.cli.clear import clear
from shotlog.cli.daemon import daemon
from shotlog.cli.demo import demo
from shotlog.cli.jobs import jobs
from shotlog.cli.models import models
from shotlog.cli.show import show
from shotlog.schema.errors import ShotlogError, Stopped

EXIT_STOPPED = 130


class _Shotlog(click.Group):
    """Says every error of Shotlog in words, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ShotlogError as error:
            if ctx.params.get("debug"):
                raise
            _say(error)
            sys.exit(EXIT_STOPPED if isinstance(error, Stopped) else 1)


def _say(error: ShotlogError) -> None:
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


for _command in (analyze, show, clear, demo, models, cache, daemon, jobs):
    main.add_command(_command)
