"""The watch of a folder, in one thread: search, hand over, write results."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from shotlog.schema import DaemonError, Model, OutputNotWritable, readable
from shotlog.watch import requests, timelines
from shotlog.watch.conversation import Conversation
from shotlog.watch.events import Ignored, Trouble, WatchEvent, Watching
from shotlog.watch.scan import Found, Scanner
from shotlog.watch.state import State

if TYPE_CHECKING:
    from shotlog.service.client import Client

LOCK = ".shotlog-watch.lock"
"""Name of the file in the folder that one watch holds locked."""

SETTLE_SECONDS = 2.0
"""Time without a change after which a file is taken for complete. Size and date of a file that is
copied over a network are seen in steps of a second or so."""

SEARCH_SECONDS = 0.5
"""Time between two searches: half a millisecond of work in a folder of a hundred files."""

_SHARE = 20
"""Least ratio of the time between two searches to that of a search, which may be long on a network.
"""

_TICK_SECONDS = 0.05
"""Time between two looks at the daemon's events, while it has jobs."""

_REST_AFTER = 30.0
"""Time without jobs after which it disconnects from the daemon, which may then end."""

_OTHER_FOLDER = "Name another folder: shotlog watch FOLDER."

_RETRY_SECONDS = 10.0
"""Time after which a daemon or a folder that could not be used is tried again."""


class WatchOptions(Model):
    """Options of a watch.

    Attributes:
        request: Fields of the bridge's ``analyze`` request, such as models and device.
        others: True to take timelines of other users, too.
        settle: See :data:`SETTLE_SECONDS`.
        interval: See :data:`SEARCH_SECONDS`.
    """

    request: Mapping[str, object]
    others: bool = False
    settle: float = SETTLE_SECONDS
    interval: float = SEARCH_SECONDS


class Watcher:
    """Watches a folder; a context manager, which holds the lock of the folder.

    Args:
        folder: The folder; it is made if it does not exist.
        connect: Creates the daemon's client, given a name for its log.
        options: The options.
        tell: Takes the events.
        clock: Returns the time in seconds.
        sleep: Waits for seconds.

    Raises:
        OutputNotWritable: On entering it: another watch has the folder, or it cannot be used.
    """

    def __init__(
        self,
        folder: Path,
        connect: Callable[[str], Client],
        options: WatchOptions,
        tell: Callable[[WatchEvent], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder, self._tell = folder.absolute(), tell
        self._clock, self._sleep = clock, sleep
        self._options, self._connect = options, connect
        # No time-out: a second watch says so at once. It never waits for the first one to end.
        self._lock = FileLock(self._folder / LOCK, timeout=0)
        self._ignored: dict[str, str] = {}
        self._wait_until = float("-inf")
        self._trouble: Trouble | None = None
        self._busy_at = float("-inf")

    def __enter__(self) -> Watcher:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise self._unusable("another shotlog watch has this folder") from None
        except (OSError, NotImplementedError) as error:
            words = f"it cannot be used: {getattr(error, 'strerror', None) or error}"
            raise self._unusable(words) from error
        try:
            self._state = State(self._folder)
        except OSError as error:
            self._lock.release()
            raise self._unusable(f"its state cannot be read: {error.strerror}") from error
        self._conversation = Conversation(self._connect)
        settle = self._options.settle
        self._scanner = Scanner(self._folder, settle, self._clock, others=self._options.others)
        self._timelines = timelines.Timelines(
            self._state, self._conversation, self._options.request, self._tell
        )
        self._requests = requests.Requests(
            self._folder, self._conversation, self._tell, settle, self._clock
        )
        self._tell(Watching(folder=readable(str(self._folder))))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._requests.close()
            self._conversation.close()
        finally:
            self._lock.release()

    def run(self, ends: Callable[[], bool] = lambda: False) -> None:
        """Watch, by default without end.

        Args:
            ends: Is asked after each search.
        """
        while not ends():
            self._pass(once=False)

    def run_once(self) -> int:
        """Take everything that is in the folder now, or is being written, until it is done.

        Returns:
            Number of the timelines that have no results.

        Raises:
            OutputNotWritable: The folder cannot be read.
            DaemonError: The daemon cannot be used.
        """
        while not self._pass(once=True):
            pass
        return self._timelines.failed

    def _pass(self, *, once: bool) -> bool:
        """Search once, and take the daemon's events until the next search is due.

        Returns:
            True if everything that was found is done.
        """
        began = self._clock()
        found = self._search(once=once)
        # In a folder of ten thousand files a search takes a tenth of a second.
        interval = max(self._options.interval, _SHARE * (self._clock() - began))
        done = False
        if found is not None:
            self._tell_ignored(found)
            self._requests.begin(found)
            idle = self._clock() < self._wait_until
            done = (idle or self._timelines.begin(found)) and not found.growing
        self._hear()
        if (trouble := self._timelines.trouble) is not None:
            if once:
                raise DaemonError("shotlog watch", trouble.message, trouble.hint)
            self._wait_until = max(self._wait_until, self._clock() + _RETRY_SECONDS)
            self._timelines.trouble = None
        done = done and not (self._timelines.busy or self._requests.busy)
        if once and done:
            return True
        self._rest()
        ends = self._clock() + interval
        while self._clock() < ends:
            self._sleep(min(_TICK_SECONDS, interval) if self._conversation.busy else interval)
            self._hear()
        return False

    def _search(self, *, once: bool) -> Found | None:
        try:
            found = self._scanner.search()
        except OSError as error:  # a network folder that is away for a while
            words = f"the folder cannot be read: {error.strerror or error}"
            if once:
                raise self._unusable(words) from error
            trouble = Trouble(message=words, hint="It is tried again; or end the watch by Ctrl-C.")
            if trouble != self._trouble:
                self._tell(trouble)
            self._trouble = trouble
            return None
        self._trouble = None
        return found

    def _hear(self) -> None:
        for key, message in self._conversation.messages():
            if key.startswith(timelines.KEY):
                self._timelines.hear(key, message)
            elif key.startswith(requests.KEY):
                self._requests.hear(key, message)

    def _rest(self) -> None:
        if self._conversation.busy:
            self._busy_at = self._clock()
        elif self._clock() - self._busy_at > _REST_AFTER:
            self._conversation.rest()

    def _tell_ignored(self, found: Found) -> None:
        for name, reason in found.ignored.items():
            if self._ignored.get(name) != reason:
                self._tell(Ignored(file=readable(name), reason=reason))
        self._ignored = found.ignored

    def _unusable(self, words: str) -> OutputNotWritable:
        return OutputNotWritable(str(self._folder), words, _OTHER_FOLDER)
