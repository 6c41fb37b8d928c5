"""What a caller and the bridge say to each other: version 1, and nothing else.

One JSON object a line. Requests come on stdin and bear the caller's own ``id``; what is said to
them on stdout bears it again. Requests are strict: an unknown field or a wrong type is refused.
``docs/bridge.md`` is made from this module.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from shotlog.schema.base import Model
from shotlog.schema.errors import Problem
from shotlog.schema.times import exact_rate
from shotlog.service.messages import Asks, DeviceMemory, Failure, JobId, JobState, Priority

BRIDGE = 1
"""Version of what is said here. It is raised when a caller would have to be changed; until then
requests and what is told only gain fields and kinds."""

_SAFE = 2**53
"""Beyond this, JavaScript's numbers are no longer exact."""

_FASTEST = 1000
_LONGEST = 2**31 - 1
"""Frames of a timeline: more than two years of film."""

_RATIO = re.compile(r"-?[0-9]{1,18}(/[0-9]{1,18}|\.[0-9]{1,12})?")


def _ratio(value: Any) -> Fraction:
    if isinstance(value, Fraction) or type(value) is int:
        return Fraction(value)
    try:
        if isinstance(value, list) and len(value) == 2 and all(type(n) is int for n in value):
            return Fraction(*value)
        if isinstance(value, str) and _RATIO.fullmatch(value):
            return Fraction(value)
    except ZeroDivisionError:
        raise ValueError("the denominator is 0") from None
    raise ValueError('give [24000, 1001], "24000/1001" or a whole number, no floating point')


def _rate(value: Any) -> Fraction:
    rate = _ratio(value)
    if not 1 <= rate <= _FASTEST:
        raise ValueError(f"a rate lies between 1 and {_FASTEST} frames per second")
    return exact_rate(rate)


Ratio = Annotated[Fraction, BeforeValidator(_ratio), PlainSerializer(str, return_type=str)]
"""A rational number: ``[1, 2]``, ``"1/2"``, ``"0.5"`` or a whole number."""

Rate = Annotated[Fraction, BeforeValidator(_rate), PlainSerializer(str, return_type=str)]
"""Frames per second; one that was rounded, as in ``"23.976"``, is taken for what it stands for."""

Frame = Annotated[int, Field(ge=-_SAFE, le=_SAFE)]
RequestId = Annotated[str, Field(max_length=200)] | Frame
"""Whatever the caller likes to tell its requests by."""


class PlainClip(Model):
    """A clip as any editor can tell it, in frames. Ranges do not include their ``out``.

    Attributes:
        id: Of the clip, unique in the edit; findings name it.
        name: For people.
        media: Absolute path of its file, or of the first picture of a sequence; null where it has
            none.
        rate: At which its source frames are counted: the media's own.
        source_in: Its first source frame.
        source_out: The one after its last; never before ``source_in``, also where it runs
            backwards.
        media_start: The number that this count gives to the media's first frame: its start
            timecode in frames, or 0 where the count begins with the file.
        timeline_in: The timeline's first frame that shows it; the timeline begins with frame 0,
            whatever its timecode says.
        timeline_out: The one after the last.
        speed: Source seconds per timeline second: 2 is fast, `"-1"` backwards, 0 a freeze frame
            of ``source_in``. Null takes 1 where both ranges are as long to within a frame, and
            what they say where they are not.
        enabled: False for a clip that is switched off.
        pattern: For an image sequence, FFmpeg's pattern of its paths: `/shots/a.%04d.exr`.
        first: Number of the sequence's first picture.
    """

    id: str
    name: str = ""
    media: str | None = None
    rate: Rate
    source_in: Frame
    source_out: Frame
    media_start: Frame = 0
    timeline_in: Annotated[int, Field(ge=0, le=_LONGEST)]
    timeline_out: Annotated[int, Field(ge=0, le=_LONGEST)]
    speed: Ratio | None = None
    enabled: bool = True
    pattern: str | None = None
    first: Annotated[int, Field(ge=0, le=_SAFE)] = 0

    @model_validator(mode="after")
    def _usable(self) -> PlainClip:
        if self.source_out < self.source_in:
            raise ValueError("source_out lies before source_in; say backwards with speed: -1")
        if self.timeline_out < self.timeline_in:
            raise ValueError("timeline_out lies before timeline_in")
        for path in filter(None, (self.media, self.pattern)):
            if not (PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()):
                raise ValueError("give absolute paths of media")
        return self


class PlainEdit(Model):
    """A timeline as any editor can tell it.

    Attributes:
        name: Of the timeline.
        rate: Its frames per second.
        start: Its start timecode, in frames.
        drop_frame: Whether its timecode is shown drop-frame; null where that is not known.
        clips: Its video clips, of all tracks, in any order.
    """

    name: str
    rate: Rate
    start: Frame = 0
    drop_frame: bool | None = None
    clips: tuple[PlainClip, ...]

    @model_validator(mode="after")
    def _told_apart(self) -> PlainEdit:
        if len({clip.id for clip in self.clips}) < len(self.clips):
            raise ValueError("two clips have the same id")
        return self


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
    keep_alive: int | None = None

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
        timeline: Path of an OpenTimelineIO file, `.otio` or `.otioz`.
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
    """Every job that the daemon knows, also of other programs."""

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


class _Told(Model):
    id: RequestId | None


class Welcome(_Told):
    """We understand each other.

    Attributes:
        bridge: The version that the bridge speaks.
        version: Of Shotlog.
        capabilities: What it can do: the requests that it knows.
        line_bytes: The longest line that it takes. What it says may be longer.
        pid: Of the bridge.
    """

    type: Literal["welcome"] = "welcome"
    bridge: int
    version: str
    capabilities: tuple[str, ...]
    line_bytes: int
    pid: int


class Accepted(_Told):
    """The daemon has the job.

    Attributes:
        job: Its id, to be kept: who has it can attach again at any time.
        name: For people.
        state: Where it stands.
        clips: How many clips it has.
        warnings: What was assumed about the timeline, in words.
    """

    type: Literal["accepted"] = "accepted"
    job: JobId
    name: str
    state: JobState
    clips: int
    warnings: tuple[str, ...] = ()


class State(_Told):
    """A job goes on to another state that is not its end.

    Attributes:
        job: Its id.
        state: Where it stands.
        attempts: How often a worker began it.
    """

    type: Literal["state"] = "state"
    job: JobId
    state: JobState
    attempts: int


class Progress(_Told):
    """How far a job has come; at most ten a second, only the latest counts.

    Attributes:
        job: Its id.
        stage: What it is doing.
        done: How much of the stage.
        total: Of how much.
        unit: Of what.
    """

    type: Literal["progress"] = "progress"
    job: JobId
    stage: str
    done: float
    total: float
    unit: str


class FoundMove(Model):
    """A stretch of a shot in which the camera moves one way.

    Attributes:
        move: The move; several that hold together are joined by ``+``.
        confidence: 0 to 1.
        timeline_in: Its first frame on the timeline.
        timeline_out: The one after its last.
    """

    move: str
    confidence: float
    timeline_in: int
    timeline_out: int


class FoundShot(Model):
    """A shot: a run of frames without a cut, inside one clip.

    Attributes:
        id: Of the same frames of the same media, whatever clip shows them.
        timeline_in: Its first frame on the timeline, from 0.
        timeline_out: The one after its last.
        source_in: Its first source frame, counted as the clip's were.
        source_out: The one after its last.
        size: `ECS`, `CS`, `MS`, `FS`, `LS` or `undefined`.
        size_confidence: 0 to 1.
        size_scores: A score for every size that was weighed.
        move: The camera's move at the beginning of the shot, or `undefined`.
        move_confidence: 0 to 1.
        move_scores: A score for every move that was weighed.
        moves: Every stretch of the shot with its move, where it has more than one.
        highlights: The labels of the highlights that it belongs to.
    """

    id: str
    timeline_in: int
    timeline_out: int
    source_in: int
    source_out: int
    size: str
    size_confidence: float
    size_scores: dict[str, float]
    move: str
    move_confidence: float
    move_scores: dict[str, float]
    moves: tuple[FoundMove, ...]
    highlights: tuple[str, ...]


class FoundClip(Model):
    """A clip, and its shots in the order of the timeline.

    Attributes:
        id: As it was given; of a timeline that was read from a file, its address in it: `V1/3`.
        name: For people.
        rate: At which source frames are counted here: the clip's, as it was given to this bridge;
            the timeline's where that is not known.
        shots: Empty where the clip has a problem.
    """

    id: str
    name: str
    rate: Rate
    shots: tuple[FoundShot, ...]


class FoundHighlight(Model):
    """A part of the timeline that stands out.

    Attributes:
        label: Its rank: `HL 1`.
        score: 0 to 100; null where no figure was told.
        confidence: 0 to 1.
        timeline_in: Its first frame on the timeline.
        timeline_out: The one after its last.
        reasons: Why, in words for an editor.
    """

    label: str
    score: float | None
    confidence: float
    timeline_in: int
    timeline_out: int
    reasons: tuple[str, ...]


class ReadyMarker(Model):
    """A marker that can be set as it stands. No two have the same frame.

    Attributes:
        frame: Where to set it, from the timeline's first frame. Where two would meet (editors let
            one stand on a frame), the shot's has its place and the other comes after it.
        duration: In frames, at least 1.
        name: Short: `MS · pan_left`.
        note: The longer text: scores, reasons, who says it.
        colour: `Cyan` a shot, `Purple` a further move, `Yellow` a highlight, `Red` a problem.
        custom_data: To be kept with the marker, so that it is known as ours: `shotlog1;` and a
            JSON object with the marker's ``id``, its ``family``, its own frame ``at`` (before it
            made way), and ``hash``: the first 16 hexadecimal digits of the SHA-256 of colour,
            duration, name and note, joined by line feeds, in UTF-8. Where that no longer fits, the
            editor has changed the marker, and it is theirs.
        marker: Stable identity of what it speaks about.
        family: `shot`, `move`, `highlight` or `problem`.
        clip: Id of the clip that it speaks of; null where it speaks of the timeline.
        facts: For machines: labels, confidences, who says it.
    """

    frame: int
    duration: int
    name: str
    note: str
    colour: str
    custom_data: str
    marker: str
    family: Literal["shot", "move", "highlight", "problem"]
    clip: str | None
    facts: dict[str, str | int | float | None]


class Found(Model):
    """Everything that was found in a timeline.

    Attributes:
        timeline: Its name.
        rate: Its frames per second, at which all its frames are counted.
        clips: Every clip, in the order of the timeline.
        highlights: Best first.
        markers: What to set on the timeline, by frame.
        problems: What could not be looked at, and why; the other clips are complete.
        warnings: What was assumed, in words.
    """

    timeline: str
    rate: Rate
    clips: tuple[FoundClip, ...]
    highlights: tuple[FoundHighlight, ...]
    markers: tuple[ReadyMarker, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


class Done(_Told):
    """The job is done. The last that is said to its request.

    Attributes:
        job: Its id.
        found: What it found.
    """

    type: Literal["done"] = "done"
    job: JobId
    found: Found


class ToldResults(_Told):
    """What a job has found.

    Attributes:
        job: Its id.
        found: What it found.
    """

    type: Literal["results"] = "results"
    job: JobId
    found: Found


class Failed(_Told):
    """The job is over, or the daemon is gone, and there is no result. The last that is said.

    Attributes:
        job: Its id.
        code: Why, for machines; see below.
        message: What happened.
        hint: What to do.
        retryable: Whether the same request may succeed later.
    """

    type: Literal["failed"] = "failed"
    job: JobId
    code: str
    message: str
    hint: str
    retryable: bool


class Error(_Told):
    """A request was not followed. Its id is null where it could not be read.

    Attributes:
        code: Why, for machines; see below.
        message: What happened.
        hint: What to do.
        retryable: Whether the same request may succeed later.
    """

    type: Literal["error"] = "error"
    code: str
    message: str
    hint: str
    retryable: bool


class Notice(_Told):
    """Nothing is asked of the caller: what an editor may want to know. Its id is always null.

    Attributes:
        code: `reconnected`: the daemon was away and has come back, or was started again; jobs
            that were running go on.
        message: In words.
    """

    type: Literal["notice"] = "notice"
    id: None = None
    code: Literal["reconnected"]
    message: str


class ToldJob(Model):
    """A job.

    Attributes:
        job: Its id.
        name: For people.
        state: Where it stands.
        priority: Who goes first.
        durable: Whether it goes on without its client.
        clips: How many clips it has.
        created: Wall clock, seconds since 1970; informative.
        ended: The same, when it was over; null before.
        failure: Why it failed.
    """

    job: JobId
    name: str
    state: JobState
    priority: Priority
    durable: bool
    clips: int
    created: float
    ended: float | None
    failure: Failure | None


class ToldJobs(_Told):
    """Every job.

    Attributes:
        jobs: Newest first.
    """

    type: Literal["jobs"] = "jobs"
    jobs: tuple[ToldJob, ...]


class ToldJobState(_Told):
    """How a job stands after ``cancel``.

    Attributes:
        job: It.
    """

    type: Literal["job"] = "job"
    job: ToldJob


class ToldStatus(_Told):
    """How everything is.

    Attributes:
        version: Of the daemon's Shotlog.
        ready: Whether it takes jobs.
        useful: Whether work comes to an end there.
        paused: Whether all work is held.
        holds: Why jobs of priority `batch` wait, in words; null where they do not.
        queued: Jobs that wait.
        running: The job that runs.
        eta: Seconds until the queue is empty, as far as that can be told.
        worker: What the process that computes is doing: `absent`, `starting`, `idle`, `busy`,
            `stalled` or `broken`.
        models: The models that it holds, with where and in which precision they run.
        devices: The memory of its devices, in bytes.
        failure: Why the last loading of models failed.
        log: Path of the daemon's log.
    """

    type: Literal["status"] = "status"
    version: str
    ready: bool
    useful: bool
    paused: bool
    holds: str | None
    queued: int
    running: JobId | None
    eta: float | None
    worker: str
    models: tuple[str, ...]
    devices: tuple[DeviceMemory, ...]
    failure: Failure | None
    log: str


class ToldModel(Model):
    """A model.

    Attributes:
        name: To be called by.
        title: What it does, in a line.
        answers: What it speaks about: `size`, `move`, `movement`, `motion`.
        here: Whether it is on this machine.
        licence: Terms of its weights.
    """

    name: str
    title: str
    answers: tuple[str, ...]
    here: bool
    licence: str


class ToldModels(_Told):
    """Every model.

    Attributes:
        models: The one that speaks first at the front.
    """

    type: Literal["models"] = "models"
    models: tuple[ToldModel, ...]


class Ack(_Told):
    """Done as asked, or begun."""

    type: Literal["ack"] = "ack"


Answer = (
    Welcome | Accepted | ToldResults | ToldJobs | ToldJobState | ToldStatus | ToldModels | Ack
    | Error
)  # fmt: skip
"""Each request gets exactly one."""

Event = State | Progress | Done | Failed | Notice
"""What is said later on."""

Told = Annotated[Answer | Event, Field(discriminator="type")]
"""Everything that comes on stdout."""

CAPABILITIES = tuple(
    str(request.model_fields["type"].default) for request in get_args(get_args(Request)[0])
)
"""The requests that this version knows."""
