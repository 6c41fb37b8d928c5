"""A watched folder with timelines, and a pretended daemon that finds a shot in every clip."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shotlog.schema import Log, Problem
from shotlog.service.client import Client
from shotlog.service.protocol import Submit
from shotlog.testing import FakeDaemon
from shotlog.watch import Watcher, WatchEvent, WatchOptions
from tests.otio.marking import log_of
from tests.otio.timelines import as_data, clip, timeline, track
from tests.waiting import PATIENCE_S

SETTLE = 0.02


def found(submit: Submit) -> Log:
    return log_of(submit.task.edit)


def found_with_a_problem(submit: Submit) -> Log:
    offline = Problem(code="media-missing", message="it is offline", subject="a", hint="Relink.")
    return found(submit).model_copy(update={"problems": (offline,)})


def text_of(*names: str, frames: int = 7) -> str:
    clips = (clip(name, (3, frames)) for name in names or ("a",))
    return json.dumps(as_data(timeline(track(*clips), start=(86400, 24))))


class Folder:
    """A folder, its events, and the daemon that it is watched with.

    Args:
        path: The folder.
        daemon: The daemon.
    """

    def __init__(self, path: Path, daemon: FakeDaemon) -> None:
        self.path, self.daemon = path, daemon
        self.events: list[WatchEvent] = []
        path.mkdir(parents=True, exist_ok=True)

    def export(self, name: str = "cut.otio", text: str | None = None) -> Path:
        """Write a timeline as an editing program does, with a date of its own."""
        path = self.path / name
        path.write_text(text_of() if text is None else text, encoding="utf-8")
        return self.touch(path)

    def touch(self, path: Path) -> Path:
        self._date = getattr(self, "_date", 1_700_000_000) + 10
        os.utime(path, (self._date, self._date))
        return path

    def connect(self, name: str) -> Client:
        return self.daemon.client(name=name, ping_interval=0.3)

    @contextmanager
    def watcher(
        self, connect: Callable[[str], Client] | None = None, **options: Any
    ) -> Iterator[Watcher]:
        told = {"request": {}, "settle": SETTLE, "interval": SETTLE / 2, **options}
        made = Watcher(self.path, connect or self.connect, WatchOptions(**told), self.events.append)
        with made as watcher:
            yield watcher

    def once(self, **options: Any) -> int:
        """Watch until all is done, and return the number of timelines without results."""
        self.events.clear()
        with self.watcher(**options) as watcher:
            return watcher.run_once()

    def until(self, happens: Callable[[], object], **options: Any) -> None:
        """Watch until something has happened."""
        ends = time.monotonic() + PATIENCE_S

        def over() -> bool:
            assert time.monotonic() < ends, self.kinds
            return bool(happens())

        with self.watcher(**options) as watcher:
            watcher.run(over)

    @property
    def kinds(self) -> list[str]:
        """Kinds of the events, each followed by its file."""
        return [
            " ".join(filter(None, (e.event, getattr(e, "file", "") or getattr(e, "request", ""))))
            for e in self.events
            if e.event not in ("watching", "progress")
        ]

    @property
    def submitted(self) -> list[str]:
        """Names of the timelines that the daemon was given, in order."""
        return [r.name for r in self.daemon.requests if isinstance(r, Submit)]

    @property
    def names(self) -> set[str]:
        """Names of all files that are not hidden."""
        return {path.name for path in self.path.iterdir() if not path.name.startswith(".")}

    @property
    def leftovers(self) -> list[str]:
        """Names of drafts."""
        return [path.name for path in self.path.iterdir() if path.name.endswith(".part")]
