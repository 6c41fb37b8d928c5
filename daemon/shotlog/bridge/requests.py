"""What a caller asks of the bridge: version 1, and nothing else.

One JSON object a line, with the caller's own ``id``, which answers and events bear again. Requests
are strict: an unknown field or a wrong type is refused. ``docs/bridge.md`` is made from this module
and ``answers.py``.

Options of models are those of the daemon. Its requests are not used as they are: a caller gives
options flat, names its jobs by the id of a request, and sends an edit in frames.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from shotlog.bridge.edits import Frame, PlainEdit
from shotlog.schema import Model
from shotlog.service.protocol import AnalysisOptions, JobId, KeepAlive, ModelOptions, Priority

BRIDGE = 1
"""Version of what is said here. It is raised when a caller would have to be changed; until then
requests and what is told only gain fields and kinds."""

RequestId = Annotated[str, Field(max_length=200)] | Frame
"""Whatever the caller likes to tell its requests by."""


class _Request(Model):
    id: RequestId


class Hello(_Request):
    """Comes first; any other request before it is refused."""

    type: Literal["hello"] = "hello"
    bridge: int
    """The version of the bridge that the caller was written for."""
    client: str = ""
    """The caller's name, for the daemon's log."""


class _ModelRequest(ModelOptions, _Request):
    keep_alive: KeepAlive | None = None
    """Seconds that models stay loaded afterwards; null: the daemon's own rule, -1: for ever."""

    def asks(self, *, disabled: bool = False) -> AnalysisOptions:
        """Return the daemon's form of these options."""
        return AnalysisOptions(
            **self.model_dump(include=set(ModelOptions.model_fields)), disabled=disabled
        )


class Analyze(_ModelRequest):
    """Look at every shot of a timeline. Give ``timeline`` or ``edit``.

    Answered with ``accepted``; then come ``state`` and ``progress``, and at the end ``done`` or
    ``failed``. Media are read from their paths, never sent.
    """

    type: Literal["analyze"] = "analyze"
    timeline: str | None = None
    """Path of an OpenTimelineIO file or bundle: `.otio`, `.otioz` or `.otiod`."""
    edit: PlainEdit | None = None
    """The timeline itself."""
    name: str | None = None
    """For people, in lists of jobs; null takes the timeline's."""
    disabled: bool = False
    """Whether clips that are switched off are looked at too."""
    priority: Priority = Priority.INTERACTIVE
    """Who goes first."""
    durable: bool = False
    """Whether the job goes on when the bridge ends; else it is cancelled then."""
    job: JobId | None = None
    """An id for the job, if the caller wants to choose it: the same again with the same content is
    the same job."""

    @model_validator(mode="after")
    def _one_edit(self) -> Analyze:
        if (self.timeline is None) == (self.edit is None):
            raise ValueError("give either a timeline or an edit")
        return self


class Attach(_Request):
    """Tell me of a job from now on, as if this request had begun it."""

    type: Literal["attach"] = "attach"
    job: JobId
    """Its id."""


class Cancel(_Request):
    """Stop a job; its own request is told ``failed`` with the code ``cancelled``.

    Give ``job`` or ``request``. A job that is over stays as it is.
    """

    type: Literal["cancel"] = "cancel"
    job: JobId | None = None
    """Its id."""
    request: RequestId | None = None
    """The id of the request that began it, or attached to it."""

    @model_validator(mode="after")
    def _one_job(self) -> Cancel:
        if (self.job is None) == (self.request is None):
            raise ValueError("give either a job or a request")
        return self


class Results(_Request):
    """What a job that is done has found."""

    type: Literal["results"] = "results"
    job: JobId
    """Its id."""


class Jobs(_Request):
    """The jobs that are not over, and the newest thousand of all, also of other programs."""

    type: Literal["jobs"] = "jobs"


class Status(_Request):
    """How is everything?"""

    type: Literal["status"] = "status"


class Pause(_Request):
    """Start no work until ``resume``; what runs stops at the next frame and is kept."""

    type: Literal["pause"] = "pause"
    batch: bool = False
    """Hold jobs of priority `batch` alone: what a script does that knows that the editor renders.
    """


class Resume(_Request):
    """Go on."""

    type: Literal["resume"] = "resume"


class Models(_Request):
    """Which models are there? Answered without the daemon."""

    type: Literal["models"] = "models"


class Load(_ModelRequest):
    """Load models now, so that the next job finds them warm. ``status`` tells when they are."""

    type: Literal["load"] = "load"


class Unload(_Request):
    """Give the models' memory back as soon as no job runs."""

    type: Literal["unload"] = "unload"


class ShutdownBridge(_Request):
    """End the bridge, as the end of stdin does. The daemon goes on."""

    type: Literal["shutdown_bridge"] = "shutdown_bridge"


Request = Annotated[
    Hello | Analyze | Attach | Cancel | Results | Jobs | Status | Pause | Resume | Models | Load
    | Unload | ShutdownBridge,
    Field(discriminator="type"),
]  # fmt: skip

CAPABILITIES = tuple(
    str(request.model_fields["type"].default) for request in get_args(get_args(Request)[0])
)
"""The requests that this version knows."""
