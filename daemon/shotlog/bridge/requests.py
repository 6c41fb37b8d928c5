"""Requests of the bridge's protocol, version 1.

One JSON object a line, with an ``id`` of the caller's choice, which its replies and events repeat.
Requests are strict: an unknown field or a wrong type is refused. ``docs/bridge.md`` is made from
this module and ``replies.py``.

Options of models are those of the daemon. Its requests are not reused: a caller of the bridge gives
options flat, names its jobs by the id of a request, and sends an edit in frames.
"""

from __future__ import annotations

import time
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import AfterValidator, Field, field_validator, model_validator

from shotlog.bridge.edits import Frame, PlainEdit
from shotlog.schema import Model, PathText, check_amount
from shotlog.service.protocol import AnalysisOptions, JobId, KeepAlive, ModelOptions, Priority

if TYPE_CHECKING:
    from shotlog.settings import AnalysisSection, Settings

BRIDGE = 1
"""Version of the protocol, raised by changes that callers must follow. Within a version, requests,
replies and events only gain fields and types."""

RequestId = Annotated[str, Field(max_length=200)] | Frame
"""Id of a request, chosen by the caller."""


_OPTIONS = set(AnalysisOptions.model_fields)


class _Request(Model):
    id: RequestId


def _absolute(path: str | None) -> str | None:
    # Of either system, as for media: the bridge's working folder is no business of the caller's.
    if path is not None and not (
        PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()
    ):
        raise ValueError("give an absolute path")
    return path


class Hello(_Request):
    """Start the conversation; any earlier request is refused."""

    type: Literal["hello"] = "hello"
    bridge: int
    """The version of the bridge that the caller was written for."""
    client: str = ""
    """The caller's name, for the daemon's log."""


class _ModelRequest(ModelOptions, _Request):
    keep_alive: KeepAlive | None = None
    """Seconds that models stay loaded afterwards; null takes the daemon's option, -1 means without
    limit."""

    def asks(self, settings: AnalysisSection) -> AnalysisOptions:
        """Return the daemon's form of these options; those that are not given are the settings'.

        The remote tier is none of them.

        Raises:
            ProfileUnusable: The profile is not on this machine, or cannot be used.
        """
        given = self.model_dump(include=_OPTIONS & self.model_fields_set)
        if self.models == "remote":
            del given["models"]
        if given.get("profile", "") is None:
            del given["profile"]
        return AnalysisOptions(**settings.options(given))


class AnalyzeRequest(_ModelRequest):
    """Analyse every shot of a timeline. Give ``timeline`` or ``edit``.

    Answered with ``accepted``; then come ``state`` and ``progress``, and at the end ``done`` or
    ``failed``. Media are read from their paths, never sent. Options that are not given are those of
    the user's settings; so are the colours and lengths of markers, and their selection.
    """

    type: Literal["analyze"] = "analyze"
    timeline: str | None = None
    """Path of an OpenTimelineIO file or bundle: `.otio`, `.otioz` or `.otiod`."""
    edit: PlainEdit | None = None
    """The timeline in frames."""
    name: str | None = None
    """Name in lists of jobs; null takes the timeline's."""
    disabled: bool = False
    """Analyse clips that are switched off, too."""
    cuts: str = "builtin"
    """The cut finder that divides clips into shots, with its parameters: `builtin`,
    `adaptive:threshold=4`; with `off` each clip is one shot. See: shotlog analyze --cuts list."""
    profile: str | None = None
    """Name of the profile that corrects scores, made by `shotlog learn`; empty for none, null takes
    the user's."""
    priority: Priority = Priority.INTERACTIVE
    """Order of jobs: interactive jobs come first."""
    durable: bool = False
    """Continue the job when the bridge ends; otherwise it is cancelled then."""
    job: JobId | None = None
    """Id of the job, if the caller chooses it: the same id with the same content is the same
    job."""
    project: PathText | None = None
    """Absolute path of a folder, or of a file in it, whose project settings hold; null takes that
    of ``timeline``. Consent to a provider and its bill belong to this project, too."""
    provider: str | None = None
    """Name of the provider to ask, where `models` is `remote`, or `auto` and the setting
    `remote.tiers` has `remote`; null takes the user's. The bridge asks nobody for consent: it is
    given with `shotlog remote agree NAME PROJECT`."""
    max_cost: Annotated[str, AfterValidator(check_amount)] | None = None
    """US dollars that a provider may cost, as a decimal number; null for no limit."""
    cost_since: float | None = None
    """Seconds since 1970 from which the costs of the project count against ``max_cost``, where
    several jobs have one limit; null counts from now on."""
    offline: bool = False
    """Send nothing to any provider."""

    def asks_of(self, settings: Settings) -> AnalysisOptions:
        """Return :meth:`asks`, with the provider that may be asked."""
        from shotlog.settings import project_folder  # late, as for cut finders

        asks, alone = self.asks(settings.analysis), self.models == "remote"
        start = self.project or self.timeline
        remote = settings.remote.asked(
            "remote" if alone else asks.models,
            str(project_folder(Path(start))) if start else "",
            named=bool(self.names),
            provider=self.provider,
            max_cost=self.max_cost,
            offline=self.offline,
            since=self._cost_since,
        )
        return asks.with_provider(remote, alone=alone)

    @property
    def _cost_since(self) -> float | None:
        # A job whose id the caller chose must have the same options each time that it is asked for.
        return self.cost_since if self.cost_since or self.job else time.time()

    @field_validator("cuts")
    @classmethod
    def _known(cls, cuts: str) -> str:
        from shotlog.settings import check_cuts  # late: most requests name no cut finder

        return check_cuts(cuts)

    @field_validator("project")
    @classmethod
    def _whole(cls, path: str | None) -> str | None:
        return _absolute(path)

    @model_validator(mode="after")
    def _one_edit(self) -> AnalyzeRequest:
        if (self.timeline is None) == (self.edit is None):
            raise ValueError("give either a timeline or an edit")
        if self.models == "remote" and self.names:
            raise ValueError("a provider runs none of the models of this machine: leave out names")
        return self


class Attach(_Request):
    """Receive the events of a job from now on, as if this request had started it."""

    type: Literal["attach"] = "attach"
    job: JobId
    """Id of the job."""


class Cancel(_Request):
    """Cancel a job; its own request receives ``failed`` with the code ``cancelled``.

    Give ``job`` or ``request``. A finished job is not changed.
    """

    type: Literal["cancel"] = "cancel"
    job: JobId | None = None
    """Id of the job."""
    request: RequestId | None = None
    """Id of the request that started it or attached to it."""

    @model_validator(mode="after")
    def _one_job(self) -> Cancel:
        if (self.job is None) == (self.request is None):
            raise ValueError("give either a job or a request")
        return self


class ResultsRequest(_Request):
    """Return the findings of a job that is done."""

    type: Literal["results"] = "results"
    job: JobId
    """Id of the job."""


class Jobs(_Request):
    """List all unfinished jobs and the newest 1,000 jobs, also those of other programs."""

    type: Literal["jobs"] = "jobs"


class Status(_Request):
    """Return the state of the daemon."""

    type: Literal["status"] = "status"


class Pause(_Request):
    """Start no work until ``resume``; a running job stops at the next frame and is kept."""

    type: Literal["pause"] = "pause"
    batch: bool = False
    """Only pause jobs of priority `batch`, for instance while the editor renders."""


class Resume(_Request):
    """Resume paused jobs."""

    type: Literal["resume"] = "resume"


class Models(_Request):
    """List all models; needs no daemon."""

    type: Literal["models"] = "models"


class Load(_ModelRequest):
    """Load models now, for the next job. ``status`` shows when they are loaded."""

    type: Literal["load"] = "load"

    def asks(self, settings: AnalysisSection) -> AnalysisOptions:
        """Return the daemon's form of these options, without a profile: it has no weights."""
        return super().asks(settings.model_copy(update={"profile": ""}))

    @field_validator("models")
    @classmethod
    def _of_this_machine(cls, models: str) -> str:
        if models == "remote":
            raise ValueError("models of a provider are not loaded here")
        return models


class Unload(_Request):
    """Unload all models after the running job, and free their memory."""

    type: Literal["unload"] = "unload"


class SettingsRequest(_Request):
    """Return the settings in force; needs no daemon."""

    type: Literal["settings"] = "settings"
    project: PathText | None = None
    """Absolute path of a folder, or of a file in it, whose project settings hold; null for those of
    the user alone."""

    @field_validator("project")
    @classmethod
    def _whole(cls, path: str | None) -> str | None:
        return _absolute(path)


class ReportRequest(_Request):
    """Write the report of a job that is done: one HTML page with a picture of every shot."""

    type: Literal["report"] = "report"
    job: JobId
    """Id of the job."""
    path: PathText
    """Absolute path of the page, which ends in `.html`; a file in its place is replaced."""

    @field_validator("path")
    @classmethod
    def _whole(cls, path: str) -> str | None:
        return _absolute(path)


class ShutdownBridge(_Request):
    """End the bridge, as the end of stdin does. The daemon keeps running."""

    type: Literal["shutdown_bridge"] = "shutdown_bridge"


Request = Annotated[
    Hello | AnalyzeRequest | Attach | Cancel | ResultsRequest | Jobs | Status | Pause | Resume
    | Models | Load | Unload | SettingsRequest | ReportRequest | ShutdownBridge,
    Field(discriminator="type"),
]  # fmt: skip

CAPABILITIES = tuple(
    str(request.model_fields["type"].default) for request in get_args(get_args(Request)[0])
)
"""Types of the requests of this version."""
