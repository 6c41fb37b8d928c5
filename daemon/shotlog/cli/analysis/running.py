"""The timeline of a command, and its analysis in this process or in the daemon."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from shotlog.cli.analysis.in_process import OwnEngine
from shotlog.schema import Edit, Log, Problem, readable
from shotlog.service.protocol import AnalysisOptions
from shotlog_otio import is_timeline


class DaemonChoice(NamedTuple):
    """The daemon that is to analyse.

    Attributes:
        context: Its name.
        keep_alive: Seconds that models stay loaded after the job; None takes the daemon's option.
    """

    context: str
    keep_alive: int | None


def analyze_edit(
    edit: Edit,
    asks: AnalysisOptions,
    engine: OwnEngine,
    daemon: DaemonChoice | None,
    console: Console,
) -> Log:
    """Return the log of an edit.

    Args:
        edit: The edit.
        asks: Models, device and other options.
        engine: The engine of this process.
        daemon: The daemon that is to analyse; None for this process.
        console: Shows the progress.

    Raises:
        DaemonError: The daemon cannot be used, or the job failed.
        ModelError: A model or the device cannot be used.
        Stopped: On Ctrl-C; what was measured is in the cache.
    """
    if daemon is None:
        return engine.analyze(edit, asks, console)
    # Imported here: an analysis in this process needs no client.
    from shotlog.cli.analysis.through_daemon import analyze_in_daemon

    return analyze_in_daemon(edit, asks, daemon.keep_alive, daemon.context, console)


@contextmanager
def open_timeline(
    inputs: Sequence[Path], output: Path | None, engine: OwnEngine, console: Console
) -> Iterator[tuple[Path, tuple[Problem, ...], tuple[str, ...]]]:
    """Yield the timeline to analyse, given or made of footage, with its problems and warnings.

    That of footage exists while the block runs.

    Args:
        inputs: A timeline, or media files and folders.
        output: The output of the command, which a timeline of footage is called after.
        engine: Probes the footage.
        console: Shows the progress.

    Raises:
        TimelineError: No file can be used.
        MediaMissing: A path does not exist.
    """
    if len(inputs) == 1 and is_timeline(inputs[0]):
        yield inputs[0], (), ()
        return
    footage = engine.footage(inputs, _name_of(inputs, output), console)
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        made = Path(folder) / "footage.otio"
        made.write_bytes(footage.timeline)
        yield made, footage.problems, footage.warnings


def _name_of(inputs: Sequence[Path], output: Path | None) -> str:
    """Return the name of a timeline of footage: of its only file, else of the output."""
    first = inputs[0].absolute()
    alone = len(inputs) == 1 and first.is_file()
    return readable((first if alone else output or first).stem)
