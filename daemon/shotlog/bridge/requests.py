"""What a caller asks of the bridge: version 1, and nothing else.

One JSON object a line, with the caller's own ``id``, which answers and events bear again. Requests
are strict: an unknown field or a wrong type is refused. ``docs/bridge.md`` is made from this module
and ``answers.py``.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from shotlog.bridge.edits import Frame, PlainEdit
from shotlog.schema.base import Model
from shotlog.service.messages import Asks, JobId, KeepAlive, Priority

BRIDGE = 1
"""Version of what is said here. It is raised when a caller would have to be changed; until then
requests and what is told only gain fields and kinds."""

RequestId = Annotated[str, Field(max_length=200)] | Frame
"""Whatever the caller likes to tell its requests by."""


class _Request(Model):
    id: RequestId


class Hello(_Request):
    """Comes first; any other request before it is refused.

    Attributes:
        bridge: The version of the bridge that the caller was written for.
        client: The caller's name, for the daemon's log.
    """

    type: Literal["hello"] = "hello"
    bridge: int
    client: str = ""


class _Asks(_Request):
    models: Literal["auto", "builtin", "local"] = "auto"
    names: tuple[str, ...] = ()
    device: str = "auto"
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    keep_alive: KeepAlive | None = None

    def asks(self, *, disabled: bool = False) -> Asks:
        """The same in the daemon's words."""
        return Asks(
            models=self.models,
            names=self.names,
            device=self.device,
            precision=self.precision,
            disabled=disabled,
        )


class Analyze(_Asks):
    """Look at every shot of a timeline. Give ``timeline`` or ``edit``.

    Answered with ``accepted``; then come ``state`` and ``progress``, and at the end ``done`` or
    ``failed``. Media are read from their paths, never sent.

    Attributes:
        timeline: Path of an OpenTimelineIO file or bundle: `.otio`, `.otioz` or `.otiod`.
        edit: The timeline itself.
        name: For people, in lists of jobs; null takes the timeline's.
        models: Who is asked: `auto` is the models that are on this machine and the built-in
            analyzers, `builtin` needs no model, `local` fails where there is none.
        names: Only these models; empty for all that are here.
        device: Where they run: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`.
        precision: What they compute in.
        keep_alive: Seconds that models stay loaded afterwards; null: the daemon's own rule, -1:
            for ever.
        disabled: Whether clips that are switched off are looked at too.
        priority: Who goes first.
        durable: Whether the job goes on when the bridge ends; else it is cancelled then.
        job: An id for the job, if the caller wants to choose it: the same again with the same
            content is the same job.
    """

    type: Literal["analyze"] = "analyze"
    timeline: str | None = None
    edit: PlainEdit | None = None
    name: str | None = None
    disabled: bool = False
    priority: Priority = Priority.INTERACTIVE
    durable: bool = False
    job: JobId | None = None

    @model_validator(mode="after")
    def _one_edit(self) -> Analyze:
        if (self.timeline is None) == (self.edit is None):
            raise ValueError("give either a timeline or an edit")
        return self


class Attach(_Request):
    """Tell me of a job from now on, as if this request had begun it.

    Attributes:
        job: Its id.
    """

    type: Literal["attach"] = "attach"
    job: JobId


class Cancel(_Request):
    """Stop a job; its own request is told ``failed`` with the code ``cancelled``.

    Give ``job`` or ``request``. A job that is over stays as it is.

    Attributes:
        job: Its id.
        request: The id of the request that began it, or attached to it.
    """

    type: Literal["cancel"] = "cancel"
    job: JobId | None = None
    request: RequestId | None = None

    @model_validator(mode="after")
    def _one_job(self) -> Cancel:
        if (self.job is None) == (self.request is None):
            raise ValueError("give either a job or a request")
        return self


class Results(_Request):
    """What a job that is done has found.

    Attributes:
        job: Its id.
    """

    type: Literal["results"] = "results"
    job: JobId


class Jobs(_Request):
    """The jobs that are not over, and the newest thousand of all, also of other programs."""

    type: Literal["jobs"] = "jobs"


class Status(_Request):
    """How is everything?"""

    type: Literal["status"] = "status"


class Pause(_Request):
    """Start no work until ``resume``; what runs stops at the next frame and is kept.

    Attributes:
        batch: Hold jobs of priority `batch` alone: what a script does that knows that the editor
            renders.
    """

    type: Literal["pause"] = "pause"
    batch: bool = False


class Resume(_Request):
    """Go on."""

    type: Literal["resume"] = "resume"


class Models(_Request):
    """Which models are there? Answered without the daemon."""

    type: Literal["models"] = "models"


class Load(_Asks):
    """Load models now, so that the next job finds them warm. ``status`` tells when they are.

    Attributes:
        models: As for ``analyze``.
        names: As for ``analyze``.
        device: As for ``analyze``.
        precision: As for ``analyze``.
        keep_alive: As for ``analyze``.
    """

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
