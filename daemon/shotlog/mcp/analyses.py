"""Analysis of a timeline or of media for a call, by the daemon."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from shotlog.engine import Cache, ProbeCache, StageProgress
from shotlog.engine.sources import probe_footage
from shotlog.mcp.calls import Call, CallCancelled, Progress
from shotlog.mcp.records import ModelsChoice
from shotlog.media.discovery import search_media
from shotlog.paths import cache_file
from shotlog.schema import DaemonError, DaemonRefused, Edit, Log, Problem, readable, spell_commands
from shotlog.service.client import Client
from shotlog.service.protocol import (
    AnalysisOptions,
    JobInfo,
    JobState,
    Priority,
    ProgressEvent,
    new_id,
)
from shotlog.settings import Settings, load_settings, project_folder
from shotlog_otio import (
    ReadOptions,
    Relinks,
    footage_clock,
    is_timeline,
    make_timeline,
    read_edit,
)

_POLL_SECONDS = 0.1
"""Time after which a call that is cancelled notices it."""


@dataclass(frozen=True)
class OpenTimeline:
    """A timeline that can be analysed and marked.

    Attributes:
        file: The timeline file: the one that was named, or a temporary one of media.
        edit: Its clips.
        reading: The options by which it was read.
        settings: Those of its project.
        project: Folder of its project.
        problems: Media that cannot be used.
        warnings: Assumptions about media.
        made: True for a temporary one.
    """

    file: Path
    edit: Edit
    reading: ReadOptions
    settings: Settings
    project: str
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    made: bool = False


@contextmanager
def open_timeline(path: Path, sequence: str | None, call: Call) -> Iterator[OpenTimeline]:
    """Yield a timeline, or a temporary one of a media file or folder.

    Args:
        path: A path that may be read.
        sequence: Name of the sequence, of a file that holds several.
        call: The call.

    Raises:
        ShotlogError: It cannot be read, or lies where nothing may be read.
    """
    settings, project = load_settings(path).settings, str(project_folder(path))
    reading = ReadOptions(sequence=sequence, relinks=Relinks.parse(settings.media.relinks))
    if is_timeline(path):
        edit = call.access.restrict(read_edit(path, reading))
        yield OpenTimeline(path, edit, reading, settings, project)
        return
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        yield _footage(path, Path(folder) / "footage.otio", settings, project, call)


def choose_options(settings: Settings, choice: ModelsChoice) -> AnalysisOptions:
    """Return the options of an analysis, without a provider.

    Raises:
        ProfileUnusable: The profile is not on this machine, or cannot be used.
    """
    models = None if choice.models == "remote" else choice.models
    asked = {"models": models, "profile": choice.profile}
    given = {name: value for name, value in asked.items() if value is not None}
    return AnalysisOptions(**settings.analysis.options(given), facts=True)


def analyze(opened: OpenTimeline, choice: ModelsChoice, call: Call) -> Log:
    """Return the log of a timeline, from the daemon, which is started if needed.

    Raises:
        DaemonError: The daemon cannot be used, or the job failed.
        ProfileUnusable: The profile is not on this machine, or cannot be used.
        CallCancelled: The call was cancelled; its job is, too.
    """
    alone = choice.models == "remote"
    asks = choose_options(opened.settings, choice)
    remote = opened.settings.remote.asked(
        "remote" if alone else asks.models,
        opened.project,
        provider=choice.provider,
        max_cost=choice.max_cost,
        since=time.time(),
    )
    asks = asks.with_provider(remote, alone=alone)
    with Client(context=call.context, name="shotlog mcp") as client:
        log = _run(client, opened.edit, asks, call)
    more = {"problems": opened.problems + log.problems, "warnings": opened.warnings + log.warnings}
    return log.model_copy(update=more)


def _footage(path: Path, made: Path, settings: Settings, project: str, call: Call) -> OpenTimeline:
    found = search_media([path], lambda count: call.progress.check())
    for film in found.films:  # a link in the folder may lead out of what may be read
        call.access.check_readable(str(film.path))
    with Cache(cache_file(), settings.storage.cache_size) as cache:
        footage = probe_footage(found, ProbeCache(cache), str(path), _Stages(call))
    made.write_bytes(make_timeline(footage.media, readable(path.stem)))
    edit, reading = call.access.restrict(read_edit(made)), ReadOptions()
    warnings = (*footage.warnings, *footage_clock(footage.media).warnings)
    return OpenTimeline(
        made, edit, reading, settings, project, footage.problems, warnings, made=True
    )


class _Stages:
    """Progress of the engine in this process, as that of a call; ends it where it was cancelled."""

    def __init__(self, call: Call) -> None:
        self._progress = call.progress

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[StageProgress]:
        """Run a stage."""
        del saved
        yield _Stage(self._progress, name, total, unit)


class _Stage:
    def __init__(self, progress: Progress, name: str, total: float, unit: str) -> None:
        self._progress, self._name, self._total, self._unit = progress, name, total, unit
        self._done = 0.0

    def advance(self, amount: float) -> None:
        self._done += amount
        self._progress.tell(self._name, self._done, self._total, self._unit)


def _run(client: Client, edit: Edit, asks: AnalysisOptions, call: Call) -> Log:
    job = new_id()  # chosen here, so that it can be cancelled before the reply to submit arrives
    try:
        call.progress.check()
        client.submit(edit, asks, name=edit.name, priority=Priority.NORMAL, durable=False, job=job)
        end = _follow(client, job, call)
    except CallCancelled:
        # If the daemon does not reply, the lease ends the job: it is not durable.
        with suppress(DaemonError):
            client.cancel(job)
        raise
    if end.state is not JobState.DONE:
        failure = end.failure
        raise DaemonRefused(
            edit.name,
            failure.message if failure else "the job was cancelled",
            failure.hint if failure else "Call the tool again.",
        )
    return client.result(job)


def _follow(client: Client, job: str, call: Call) -> JobInfo:
    """Report the progress of a job until it has ended, and return its last state."""
    last: JobInfo | None = None
    for event in client.poll_events(job, _POLL_SECONDS):
        if event is None:
            call.progress.check()
        elif isinstance(event, ProgressEvent):
            call.progress.tell(event.stage, event.done, event.total, event.unit)
        else:
            last = event
            if event.state is JobState.QUEUED:
                call.progress.tell(_describe_wait(client))
    if last is None:
        raise DaemonRefused(f"job {job}")
    return last


def _describe_wait(client: Client) -> str:
    if client.status().paused:
        return spell_commands("The daemon is paused; the user resumes it: shotlog daemon resume")
    return "Waiting"
