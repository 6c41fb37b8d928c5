"""Events of a watch, for the screen or as lines of JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shotlog.schema import Hint, Model


class _Event(Model):
    event: str


class Watching(_Event):
    """The folder is watched now."""

    event: Literal["watching"] = "watching"
    folder: str
    """Its path."""


class Started(_Event):
    """The daemon has accepted a timeline."""

    event: Literal["started"] = "started"
    file: str
    """Its name in the folder."""
    clips: int
    """Number of its clips."""


class Advanced(_Event):
    """A timeline is analysed."""

    event: Literal["progress"] = "progress"
    file: str
    """Its name in the folder."""
    stage: str
    """Name of the current stage."""
    done: float
    """Amount of the stage that is done."""
    total: float
    """Amount of the whole stage."""
    unit: str
    """Unit of both, for display."""


class Finished(_Event):
    """The results of a timeline are written."""

    event: Literal["finished"] = "finished"
    file: str
    """Its name in the folder."""
    outputs: tuple[str, ...]
    """Names of the files that were written."""
    markers: int
    """Number of markers."""
    problems: tuple[str, ...]
    """Clips that could not be analysed, each with its reason, as sentences."""
    warnings: tuple[str, ...]
    """Assumptions, as sentences."""
    fallback: str = ""
    """The reason why another tier than the first one made them; empty if none did."""


class Failed(_Event):
    """A timeline has no results; it is tried again when it is exported again."""

    event: Literal["failed"] = "failed"
    file: str
    """Its name in the folder."""
    message: str
    """What happened."""
    hint: Hint
    """Advice to the user."""


class Ignored(_Event):
    """A file that looks like a timeline or a request is not taken; told once."""

    event: Literal["ignored"] = "ignored"
    file: str
    """Its name in the folder."""
    reason: str
    """Why, as a clause."""


class Answered(_Event):
    """A request of a script was answered."""

    event: Literal["answered"] = "answered"
    request: str
    """Its id, from the name of its file."""
    result: str
    """Type of the answer: ``done``, ``failed``, ``error`` or that of another reply."""


class Trouble(_Event):
    """Nothing can be analysed at present; it is tried again."""

    event: Literal["trouble"] = "trouble"
    message: str
    """What happened."""
    hint: Hint
    """Advice to the user."""


WatchEvent = Annotated[
    Watching | Started | Advanced | Finished | Failed | Ignored | Answered | Trouble,
    Field(discriminator="event"),
]
"""Any of them."""
