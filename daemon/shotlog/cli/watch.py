"""``shotlog watch``: a folder whose timelines come back with markers."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.status import Status

from shotlog.cli.options import (
    ANY_PATH,
    EXIT_FALLBACK,
    RemoteChoice,
    all_tier_options,
    ask_provider_too,
    asks_of,
    context_option,
    keep_alive_option,
    profile_options,
    provider_options,
)
from shotlog.cli.output import SafeLine, print_json_text, show_waiting, terminal
from shotlog.paths import handover_folder
from shotlog.service.client import Client
from shotlog.settings import load_settings
from shotlog.watch import (
    Advanced,
    Answered,
    Failed,
    Finished,
    Ignored,
    Started,
    Trouble,
    Watcher,
    WatchEvent,
    Watching,
    WatchOptions,
)


@click.command()
@click.argument("folder", required=False, type=ANY_PATH)
@click.option("--once", is_flag=True, help="End when everything in the folder is done.")
@click.option(
    "--others",
    is_flag=True,
    help="Also take timelines that belong to other users, as in a folder of a whole team.",
)
@click.option(
    "--disabled/--no-disabled",
    default=None,
    help="Also analyse clips that are switched off.  [default: setting analysis.disabled]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@all_tier_options
@profile_options
@provider_options
@keep_alive_option
@context_option
def watch(
    folder: Path | None, once: bool, others: bool, disabled: bool | None, as_json: bool,
    models: str | None, names: Sequence[str], cuts: str | None, device: str | None,
    precision: str | None, keep_alive: int | None, context: str, profile: str | None,
    remote: RemoteChoice,
) -> None:  # fmt: skip
    """Watch a folder: timelines that are exported into it come back with markers.

    Of cut.otio come cut.marked.otio, the timeline with markers; cut.markers.edl, the markers alone,
    for DaVinci Resolve: right-click the timeline, Timelines > Import > Timeline Markers from EDL;
    and cut.markers.lua, for Resolve's Console. A timeline that is exported again is done again. For
    one that cannot be read comes cut.error.txt, which says why. Timelines themselves are never
    changed; those that are done are not done anew.

    Without FOLDER, it is the one that Shotlog and editing programs share: Movies/Shotlog on macOS,
    Videos/Shotlog elsewhere, or $SHOTLOG_HANDOVER. There it also answers the scripts of a Resolve
    from Apple's App Store.

    \b
    shotlog watch
    shotlog watch /projects/reel1/timelines
    shotlog watch /farm/in --once --json

    Providers are asked as by 'shotlog analyze', but nobody is asked: agree with --yes, or before
    with 'shotlog remote agree'. --max-cost is for all timelines until the watch ends.

    Exit codes: 0: with --once, everything is done. 1: failed, or with --once a timeline has no
    results. 3: with --once, a timeline was done by another tier than the first one of your order
    (setting remote.tiers), as a provider could not be used. 130: ended by Ctrl-C; every file is
    whole.
    """
    folder = folder or handover_folder()
    _check_options(folder, models, names, profile, remote)
    asked = {
        "models": models, "names": names or None, "cuts": cuts, "device": device,
        "precision": precision, "disabled": disabled, "profile": profile, "keep_alive": keep_alive,
        "provider": remote.provider, "offline": remote.offline or None,
        "max_cost": remote.max_cost, "cost_since": time.time() if remote.max_cost else None,
    }  # fmt: skip
    # Only what is given: the rest is up to the settings of each timeline's project.
    request = {key: value for key, value in asked.items() if value is not None}
    options = WatchOptions(request=request, others=others)

    def connect(name: str) -> Client:
        return Client(context=context, name=name)

    fallen: list[str] = []
    with ExitStack() as stack, _sigterm_as_ctrl_c():
        show = _print_line if as_json else _Screen(terminal(), stack).tell

        def tell(event: WatchEvent) -> None:
            if isinstance(event, Finished) and event.fallback:
                fallen.append(event.file)
            show(event)

        with Watcher(folder, connect, options, tell) as watcher:
            if not once:
                watcher.run()
            failed = watcher.run_once()
    if failed or fallen:
        raise click.exceptions.Exit(1 if failed else EXIT_FALLBACK)


def _check_options(
    folder: Path,
    models: str | None,
    names: Sequence[str],
    profile: str | None,
    remote: RemoteChoice,
) -> None:
    """Refuse at the start what every timeline of the folder would be refused for."""
    timeline = folder / "timeline"  # of any name: its project is that of the folder
    settings = load_settings(timeline).settings
    asks = asks_of(settings.analysis, models=models, names=names, profile=profile)
    ask_provider_too(
        asks, models, remote, settings.remote, timeline, named=bool(names), may_ask=False
    )


@contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    """End on SIGTERM, by which services are stopped, as on Ctrl-C: scripts that wait are told."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _print_line(event: WatchEvent) -> None:
    # In ASCII: lines must stay lines, whatever a file is called.
    print_json_text(json.dumps(event.model_dump(mode="json"), separators=(",", ":")))


class _Screen:
    """Events on a terminal: a line for each, and one below that shows what is being done.

    Args:
        console: The terminal.
        stack: Ends the line below.
    """

    def __init__(self, console: Console, stack: ExitStack) -> None:
        self._console, self._stack = console, stack
        self._status: Status | None = None
        self._working: dict[str, str] = {}

    def tell(self, event: WatchEvent) -> None:
        """Show an event."""
        match event:
            case Advanced():
                done = event.done / event.total if event.total else 0
                self._working[event.file] = f"{event.stage} {done:.0%}"
            case Started():
                self._working[event.file] = "waiting"
                self._say(event.file, f"{event.clips:,} clip(s)", "dim")
            case Finished():
                self._working.pop(event.file, None)
                self._finished(event)
            case Failed():
                self._working.pop(event.file, None)
                self._say(event.file, event.message, "red")
                self._line(SafeLine(event.hint, "dim"))
            case Ignored():
                self._say(event.file, f"not taken: {event.reason}", "yellow")
            case Answered():
                self._say(event.request, f"request of a script: {event.result}", "dim")
            case Trouble():
                self._working.clear()
                self._line(SafeLine(event.message, "red"))
                self._line(SafeLine(f"{event.hint} It is tried again.", "dim"))
            case Watching():
                self._say(event.folder, "watched; Ctrl-C ends it", "dim")
        self._show_working()

    def _finished(self, event: Finished) -> None:
        problems = f", {len(event.problems)} clip(s) with problems" if event.problems else ""
        self._say(event.file, f"{event.markers:,} marker(s){problems}", "green")
        self._line(SafeLine(f"  {', '.join(event.outputs)}", "dim"))
        for problem in event.problems:
            self._line(SafeLine(f"  {problem}", "red"))
        for warning in event.warnings:
            self._line(SafeLine(f"  {warning}", "yellow"))

    def _show_working(self) -> None:
        if not self._console.is_terminal:
            return
        if self._status is None:
            self._status = self._stack.enter_context(show_waiting(self._console, ""))
        working = [f"{file}: {words}" for file, words in self._working.items()]
        more = f" and {len(working) - 1} more" if working[1:] else ""
        self._status.update(SafeLine(working[0] + more if working else "waiting for timelines"))

    def _say(self, subject: str, words: str, style: str) -> None:
        self._line(SafeLine.assemble((subject, "bold"), ": ", (words, style)))

    def _line(self, line: SafeLine) -> None:
        self._console.print(line, soft_wrap=True, highlight=False)
