"""The ``shotlog`` command: its sub-commands, and errors as messages and exit codes."""

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
from shotlog.cli._interrupt import EXIT_STOPPED, ends_at_once, leave, raises_interrupt
from shotlog.cli.output import guarded_streams

if TYPE_CHECKING:
    from shotlog.schema import ShotlogError

COMMANDS: Mapping[str, str] = MappingProxyType({
    "analyze": "Log every shot of a timeline, or of media files and folders.",
    "batch": "Log folders of timelines and media: marked timelines, reports, and one library of all"
    " shots.",
    "run-shard": "Log the timelines of a shard, as a node of a render farm does.",
    "find": "Find shots across everything that was logged.",
    "selects": "Make selects: shots of a timeline or of footage, in groups, as a new timeline.",
    "highlights": "Find the passages that can be shown alone, and explain any moment.",
    "corrections": "Collect what editors made of the labels in marked timelines.",
    "learn": "Learn from what editors changed, and correct the scores of sizes and moves.",
    "train": "Train a model on your own material: of highlights, of shot sizes, of camera moves.",
    "evaluate": "Judge a model of sizes or moves on clips whose labels are known.",
    "render": "Render a timeline, or media files, into finished files.",
    "deliver": "Make finished clips of a film by a recipe: found, cropped, rendered, checked.",
    "qc": "Find the defects of finished files, with their frames.",
    "reframe": "Find crops for another aspect, as few key frames that you can edit.",
    "upload": "Send a finished file to YouTube, a folder, or a bucket of S3.",
    "watch": "Watch a folder: timelines that are exported into it come back with markers.",
    "inspect": "Show what is understood of a timeline file, and what is not.",
    "relink": "Search folders for the media of a timeline that are not where it says.",
    "coverage": "Show how each scene of a timeline is covered, and what to check.",
    "show": "List the markers that Shotlog wrote into a timeline.",
    "export": "Write the markers of a timeline in the form that another program imports.",
    "clear": "Remove the markers that Shotlog wrote into a timeline, and nothing else.",
    "subtitles": "Make subtitles of a film: aligned to speech, in readable lines, in a style.",
    "demo": "Show what Shotlog finds in a film whose truth is known.",
    "models": "Fetch, list, add and remove models that see more than the built-in tier.",
    "remote": "Use models that run elsewhere, and show what was paid for them.",
    "config": "Show, change and edit the settings.",
    "cache": "Show the result cache, or clear it.",
    "daemon": "Start, stop and watch the daemon that keeps models loaded.",
    "jobs": "List, watch and cancel jobs, and fetch their results.",
    "doctor": "Check everything that Shotlog needs, with a remedy for each problem.",
    "resolve": "Put Shotlog into DaVinci Resolve's menu, show what is there, or take it out again.",
    "bridge": "Serve a program that cannot import Shotlog: JSON lines on stdio.",
    "mcp": "Serve programs that speak the Model Context Protocol, over stdio.",
})  # fmt: skip
"""Every command, and the first sentence of its help, so that none is imported to list them.

``shotlog.cli.NAME`` holds the command NAME, with ``_`` for ``-``.
"""

_ROOMS: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys(("corrections", "learn"), "shotlog.cli.learning"),
    **dict.fromkeys(("batch", "find", "mcp", "run-shard", "selects"), "shotlog.cli.library"),
    **dict.fromkeys(
        ("deliver", "qc", "reframe", "render", "subtitles", "upload"), "shotlog.cli.delivery"
    ),
})  # fmt: skip
"""The packages of commands that are in another one than ``shotlog.cli``."""


class _Shotlog(click.Group):
    """A group that imports a command when it is called, and prints errors without a traceback.

    So ``--help`` and ``daemon status`` do not wait for decoders and models to be imported. See
    https://click.palletsprojects.com/en/stable/complex/#lazily-loading-subcommands
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        with ends_at_once():
            module = cmd_name.replace("-", "_")
            room = _ROOMS.get(cmd_name, "shotlog.cli")
            command = getattr(import_module(f"{room}.{module}"), module)
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        ours = args is None  # with arguments, a test or a program runs it within its own process
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
        from shotlog.schema import ShotlogError, Stopped  # pydantic takes 0.1 s; help needs none

        try:
            try:
                with raises_interrupt() as ctrl_c:
                    return super().invoke(ctx)
            except (click.exceptions.Exit, Stopped):
                raise
            except (KeyboardInterrupt, Exception) as error:
                # Libraries turn Ctrl-C into exceptions of their own, such as an ImportError.
                if isinstance(error, Exception) and not ctrl_c.pressed:
                    raise
                name = str(ctx.invoked_subcommand)
                raise Stopped(name, hint="Run the same command again.") from None
        except ShotlogError as error:
            if ctx.params.get("debug") and not isinstance(error, Stopped):
                raise
            _print_error(error)
            sys.exit(EXIT_STOPPED if isinstance(error, Stopped) else 1)
        except OSError as error:  # not mapped to a ShotlogError where it arose
            if ctx.params.get("debug"):
                raise
            _print_error(_explain(error))
            sys.exit(1)


def _explain(error: OSError) -> ShotlogError:
    """Return an operating system error as one of ours, with a remedy."""
    from shotlog.paths import explain_access
    from shotlog.schema import ShotlogError

    path = error.filename
    denial = (
        explain_access(Path(path)) if isinstance(path, str) and Path(path).is_absolute() else None
    )
    if denial is not None:
        return ShotlogError(str(path), denial.words, denial.remedy)
    hint = "Check the permissions of this user with: shotlog doctor."
    return ShotlogError(str(path or "the system"), error.strerror or str(error), hint)


@contextmanager
def _usage_errors() -> Iterator[None]:
    """Print click's errors as ours are printed.

    They repeat what was typed, which may hold terminal commands or letters that the stream cannot
    encode.
    """
    try:
        yield
    except click.ClickException as error:
        from shotlog.cli.output import lines, say

        text = StringIO()
        error.show(text)
        say(lines(*text.getvalue().splitlines()), stderr=True)
        raise click.exceptions.Exit(error.exit_code) from error


def _print_error(error: ShotlogError) -> None:
    from shotlog.cli.output import SafeLine, lines, say

    problem = error.problem
    what = SafeLine.assemble(
        ("shotlog: ", "bold red"), (problem.subject, "bold"), f": {problem.message}"
    )
    say(lines(what, SafeLine(problem.hint, "dim")), stderr=True)


@click.group(cls=_Shotlog, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="shotlog")
@click.option("--debug", is_flag=True, help="Show where in the program an error arose.")
def main(debug: bool) -> None:
    """Log every shot of an edit.

    Shotlog analyses the frames that a timeline uses, and writes shot size, camera move and
    highlights into it as markers. It changes nothing else in the file, replaces only its own
    markers, and keeps those that you edited.

    \b
    Start here:
      shotlog demo                               try it on a film that is made for it
      shotlog analyze cut.otio -o marked.otio    mark a timeline
      shotlog show marked.otio --size CS         list the close-ups
      shotlog clear marked.otio                  remove the markers again
      shotlog models list                        models that see more than the built-in tier
    """
