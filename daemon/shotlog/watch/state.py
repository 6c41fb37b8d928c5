"""Memory of a watched folder: which timelines are finished, so that none is done anew."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from pydantic import Field, ValidationError

from shotlog.files import quarantine, replace_file
from shotlog.schema import Model
from shotlog.watch.names import Outputs
from shotlog.watch.scan import Signature
from shotlog_otio import timeline_identity

FILE = ".shotlog-watch.json"
"""Name of the file in the folder: it goes with the folder from one machine to another."""

_KEPT = 10_000
"""Number of timelines that are remembered."""


class FinishedTimeline(Model):
    """A timeline whose results were written."""

    identity: str
    """Identity of its content."""
    size: int
    """Its signature."""
    modified: int
    """Its signature."""
    complete: bool
    """True if no clip had a problem."""
    marked: tuple[int, int]
    """Size and time of the marked timeline when it was written."""


class _Contents(Model):
    layout: int = 1
    finished: dict[str, FinishedTimeline] = Field(default_factory=dict)


class State:
    """The finished timelines of a folder, by name.

    A damaged file of the state is put aside, and all timelines are done anew.

    Args:
        folder: The watched folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        try:
            self._finished = dict(_Contents.model_validate_json(self._path.read_bytes()).finished)
        except FileNotFoundError:
            self._finished = {}
        except ValidationError:
            quarantine(self._path, time.time())
            self._finished = {}

    def is_finished(self, timeline: Path, signature: Signature) -> bool:
        """Return whether a timeline has its results.

        One that was exported again with the same content is done anew if results are missing, or if
        clips had problems: their media may be there now.

        Raises:
            OSError: It cannot be read.
        """
        known = self._finished.get(timeline.name)
        if known is None:
            return False
        if (known.size, known.modified) == (signature.size, signature.modified):
            return True
        if known.identity != timeline_identity(timeline) or not known.complete:
            return False
        if not all(path.exists() for path in Outputs(timeline).results):
            return False
        with suppress(OSError):  # compared by content again next time
            self._keep(timeline.name, known.model_copy(update=vars(signature)))
        return True

    def is_edited(self, timeline: Path) -> bool:
        """Return true if another program has written the marked timeline since we did."""
        known = self._finished.get(timeline.name)
        try:
            return known is not None and _facts(Outputs(timeline).marked) != known.marked
        except FileNotFoundError:
            return False

    def finish(self, timeline: Path, signature: Signature, content: str, *, complete: bool) -> None:
        """Note that the results of a timeline are written.

        Args:
            timeline: The timeline.
            signature: Its signature.
            content: Its identity.
            complete: True if no clip had a problem.

        Raises:
            OSError: The state cannot be written.
        """
        one = FinishedTimeline(
            identity=content,
            size=signature.size,
            modified=signature.modified,
            complete=complete,
            marked=_facts(Outputs(timeline).marked),
        )
        self._keep(timeline.name, one)

    def _keep(self, name: str, one: FinishedTimeline) -> None:
        self._finished.pop(name, None)  # to the end: the oldest are dropped
        self._finished[name] = one
        while len(self._finished) > _KEPT:
            del self._finished[next(iter(self._finished))]
        replace_file(self._path, _Contents(finished=self._finished).model_dump_json().encode())


def _facts(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_size, status.st_mtime_ns
