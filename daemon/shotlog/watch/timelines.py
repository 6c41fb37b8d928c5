"""Timelines in a watched folder: analysed by the daemon, their results written beside them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from shotlog.bridge import (
    Accepted,
    DoneEvent,
    Error,
    ErrorDetails,
    Event,
    FailedEvent,
    JobProgress,
    Reply,
)
from shotlog.files import replace_file
from shotlog.schema import OutputNotWritable, ShotlogError, is_text, readable
from shotlog.settings import load_settings
from shotlog.watch.conversation import Conversation, is_of_the_daemon
from shotlog.watch.events import Advanced, Failed, Finished, Started, Trouble, WatchEvent
from shotlog.watch.names import Outputs
from shotlog.watch.results import write_console_settings, write_results
from shotlog.watch.scan import Found, Signature
from shotlog.watch.state import State
from shotlog_otio import timeline_identity

KEY = "timeline "
"""Beginning of the keys of timelines in the conversation."""

_AT_ONCE = 8
"""Number of timelines that the daemon has at a time: it decodes a file once for all of them."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Run:
    """A timeline that the daemon has.

    Attributes:
        path: The timeline.
        signature: Its signature at the beginning.
        content: Its identity at the beginning.
        name: Its name for people.
    """

    path: Path
    signature: Signature
    content: str
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", readable(self.path.name))


class Timelines:
    """Has the timelines of a folder analysed, several at a time.

    Args:
        state: The memory of the folder.
        conversation: The connection to the daemon.
        options: Fields of the bridge's ``analyze`` request, such as models and device.
        tell: Takes the events.

    Attributes:
        trouble: The reason why the daemon could not be used; taken away by the caller, who waits.
        failed: Number of timelines without results, as they are now.
    """

    def __init__(
        self,
        state: State,
        conversation: Conversation,
        options: Mapping[str, object],
        tell: Callable[[WatchEvent], None],
    ) -> None:
        self.trouble: Trouble | None = None
        self._state, self._conversation = state, conversation
        self._options, self._tell = options, tell
        self._running: dict[str, _Run] = {}
        self._failed: dict[Path, Signature] = {}
        self._told: Trouble | None = None
        # One alone until the daemon has accepted it: each attempt to start a daemon takes seconds.
        self._at_once = 1
        self._number = 0

    @property
    def busy(self) -> bool:
        """True while the daemon has timelines."""
        return bool(self._running)

    @property
    def failed(self) -> int:
        """Number of timelines without results, as they are now."""
        return len(self._failed)

    def begin(self, found: Found) -> bool:
        """Hand new and changed timelines to the daemon, as many as it takes at a time.

        Returns:
            True if none is left.
        """
        self._failed = {
            path: signature
            for path, signature in self._failed.items()
            if found.present.get(path) == signature
        }
        for key, run in list(self._running.items()):
            if found.present.get(run.path) != run.signature:  # it is another timeline now
                del self._running[key]
                self._conversation.cancel(key)
        running = {run.path for run in self._running.values()}
        for path, signature in found.timelines.items():
            if path in running or self._failed.get(path) == signature:
                continue
            try:
                if self._state.is_finished(path, signature):
                    continue
                if len(self._running) >= self._at_once:
                    return False
                self._begin(_Run(path, signature, timeline_identity(path)))
            except OSError as error:
                words = f"it cannot be read: {error.strerror or error}"
                self._fail(path, signature, words, "Check the rights of the file.")
        return True

    def hear(self, key: str, message: Reply | Event) -> None:
        """Take a message of the bridge about a timeline."""
        run = self._running.get(key)
        if run is None:  # cancelled, as the file has changed
            return
        match message:
            case Accepted():
                self._told, self._at_once = None, _AT_ONCE
                self._tell(Started(file=run.name, clips=message.clips))
            case JobProgress():
                facts = message.model_dump(include={"stage", "done", "total", "unit"})
                self._tell(Advanced(file=run.name, **facts))
            case DoneEvent():
                del self._running[key]
                self._finish(run, message.job)
            case Error() | FailedEvent():
                del self._running[key]
                self._end(run, message)

    def _begin(self, run: _Run) -> None:
        if not is_text(str(run.path)):
            words = "its name or its folder is not UTF-8"
            self._fail(run.path, run.signature, words, "Rename it.")
            return
        self._number += 1
        key = f"{KEY}{self._number}"
        self._running[key] = run
        request = {"type": "analyze", "timeline": str(run.path), "name": run.name}
        self._conversation.ask(key, {"priority": "normal", **self._options, **request})

    def _finish(self, run: _Run, job: str) -> None:
        if self._state.is_edited(run.path):
            marked = readable(Outputs(run.path).marked.name)
            words = f"{marked} was changed since Shotlog wrote it, and is not written over"
            self._fail(run.path, run.signature, words, "Move it elsewhere; then export again.")
            return
        try:
            log = self._conversation.log(job)
            if not run.path.exists() or timeline_identity(run.path) != run.content:
                return  # removed, or written to in the last moment, and then begun once more
            options = load_settings(run.path).settings.markers
            written = write_results(run.path, log, options)
            write_console_settings(run.path.parent)
            with suppress(FileNotFoundError):
                Outputs(run.path).error.unlink()
            self._state.finish(run.path, run.signature, run.content, complete=not log.problems)
        except ShotlogError as error:
            self._fail(run.path, run.signature, error.problem.message, error.problem.hint)
        except OSError as error:
            words = f"its results cannot be written: {error.strerror or error}"
            self._fail(run.path, run.signature, words, OutputNotWritable.hint)
        except Exception as error:  # one timeline must not end the watch of all others
            _log.error("internal error of the watch", exc_info=error)
            words = f"internal error of the watch: {type(error).__name__}"
            self._fail(run.path, run.signature, words, ShotlogError.hint)
        else:
            self._tell(Finished(file=run.name, **written._asdict()))

    def _end(self, run: _Run, error: ErrorDetails) -> None:
        if is_of_the_daemon(error):
            self.trouble = Trouble(message=error.message, hint=error.hint)
            if self.trouble != self._told:
                self._tell(self.trouble)
            self._told, self._at_once = self.trouble, 1
        else:
            self._fail(run.path, run.signature, error.message, error.hint)

    def _fail(self, path: Path, signature: Signature, message: str, hint: str) -> None:
        self._failed[path] = signature
        # The bridge's messages name the file by its whole path.
        message = message.removeprefix(f"{readable(str(path))}: ")
        told = Failed(file=readable(path.name), message=message, hint=hint)
        note = Outputs(path)
        lines = [f"Shotlog has no results for {told.file}: {told.message}.", str(told.hint)]
        if any(result.exists() for result in note.results):
            lines.append("The results that lie here are those of an earlier export.")
        lines.append("As soon as it is exported again it is tried again, and this note goes away.")
        with suppress(OSError):  # it is told on the screen, too
            replace_file(note.error, ("\n\n".join(lines) + "\n").encode())
        self._tell(told)
