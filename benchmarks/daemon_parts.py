"""Single measurements of ``daemon.py``; each takes a place with a daemon of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import zmq
from films import repeat
from videomae_data import write_timeline

from shotlog.demo import Film
from shotlog.paths import HOME_VARIABLE
from shotlog.schema import Edit
from shotlog.service.client import Client, Connection, find_daemon, stop_daemon
from shotlog.service.protocol import (
    AnalysisOptions,
    Hello,
    JobInfo,
    JobState,
    Priority,
    pack,
    unpack_reply,
)
from shotlog.service.runtime import DaemonPaths
from shotlog.service.security import load_client_keys
from shotlog_otio import read_edit

BUILTIN = AnalysisOptions(models="builtin")

_VARIABLES = (HOME_VARIABLE, "SHOTLOG_CACHE", "SHOTLOG_MODELS")
_PATIENCE = 600.0


@dataclass
class Place:
    """A folder with a daemon, a result cache and films that no cache has seen.

    Attributes:
        folder: The folder.
        film: The film that all others are copies of.
    """

    folder: Path
    film: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fresh_film(self) -> Path:
        """Write the film with other content, unknown to every cache: with one empty box more.

        ``free`` boxes may stand anywhere and are passed over (ISO/IEC 14496-12, 8.1.2).
        """
        number = next(self._numbers)
        path = self.folder / f"film-{number}.mp4"
        shutil.copyfile(self.film, path)
        with path.open("ab") as file:
            file.write((12).to_bytes(4, "big") + b"free" + number.to_bytes(4, "big"))
        return path

    def fresh_timeline(self, clips: int) -> Path:
        """Write a timeline of clips of two seconds of a film that no cache has seen."""
        film = self.fresh_film()
        return write_timeline(film.with_suffix(".otio"), film, clips)

    def fresh_edit(self, clips: int) -> Edit:
        """Return such a timeline as the daemon gets it."""
        return read_edit(self.fresh_timeline(clips))


@contextmanager
def place(folder: Path, seconds: int, *, small: bool) -> Iterator[Place]:
    """Yield a place whose daemon this process and its children use; the daemon ends with it."""
    before = {name: os.environ.get(name) for name in _VARIABLES}
    os.environ[HOME_VARIABLE] = str(folder / "home")
    os.environ["SHOTLOG_CACHE"] = str(folder / "cache.sqlite")
    os.environ["SHOTLOG_MODELS"] = str(folder / "models")
    try:
        size = (320, 180) if small else (960, 540)
        Film(width=size[0], height=size[1]).render(turn := folder / "turn.mp4")
        repeat(turn, max(1, -(-seconds // 39)), film := folder / "film.mp4")
        yield Place(folder, film)
    finally:
        stop_daemon(DaemonPaths())
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def cold_starts(rounds: int) -> dict[str, list[float]]:
    """Return the seconds from no daemon to its welcome, and of ``import torch`` in a process."""
    found: dict[str, list[float]] = {"welcome": [], "import torch": []}
    for _ in range(rounds):
        stop_daemon(DaemonPaths())
        begun = time.perf_counter()
        with Client(name="benchmark"):
            found["welcome"].append(time.perf_counter() - begun)
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import torch"], check=True)
        found["import torch"].append(time.perf_counter() - begun)
    return found


def hellos(seconds: float) -> list[float]:
    """Return the seconds of each ``hello`` on an open connection; for a process of its own."""
    places, found = DaemonPaths(), []
    with zmq.Context[zmq.Socket[bytes]]() as context:
        link = Connection(context, find_daemon(places), load_client_keys(places))
        try:
            link.open(10.0)
            until = time.perf_counter() + seconds
            while (begun := time.perf_counter()) < until:
                message, frames = pack(Hello(client="benchmark", version="0"))
                link.send(frames)
                while (answer := link.receive(10.0)) is not None:
                    if unpack_reply(answer)[0].reply_to == message:
                        break
                found.append(time.perf_counter() - begun)
        finally:
            link.close()
    return found


def hellos_under_load(here: Place, seconds: float) -> list[float]:
    """Measure while a job runs, one client submits and cancels, and three ask for the status."""
    over = threading.Event()

    def ask() -> None:
        with Client(start=False, name="load") as client:
            while not over.is_set():
                client.status()

    def churn() -> None:
        edit = here.fresh_edit(2)
        with Client(start=False, name="load") as client:
            while not over.is_set():
                client.cancel(client.submit(edit, BUILTIN, name="churn").job)

    threads = [threading.Thread(target=run) for run in (ask, ask, ask, churn)]
    with Client(name="benchmark") as client, running(client, here):
        for thread in threads:
            thread.start()
        try:
            command = [sys.executable, __file__, str(seconds)]
            said = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
        finally:
            over.set()
            for thread in threads:
                thread.join()
    found: list[float] = json.loads(said)
    return found


def cancels(here: Place, rounds: int, queued: int) -> dict[str, list[float]]:
    """Return the seconds until a cancel is acknowledged, of running and of waiting jobs."""
    found: dict[str, list[float]] = {"running": [], "queued": []}
    with Client(name="benchmark") as client:
        for _ in range(rounds):
            with running(client, here) as job:
                found["running"].append(_timed_cancel(client, job))
        edit = here.fresh_edit(1)
        with running(client, here):
            jobs = [client.submit(edit, BUILTIN, name="queued").job for _ in range(queued)]
            found["queued"] = [_timed_cancel(client, job) for job in jobs]
    return found


def interactive(here: Place, clips: int, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of an interactive job on new material, alone and beside a batch."""
    found: dict[str, list[float]] = {"alone": [], "beside a batch": []}
    with Client(name="benchmark") as client:
        _timed_job(client, here.fresh_edit(1))  # the worker is there from now on
        for _ in range(rounds):
            found["alone"].append(_timed_job(client, here.fresh_edit(clips)))
            with running(client, here):
                found["beside a batch"].append(_timed_job(client, here.fresh_edit(clips)))
    return found


def doors(here: Place, clips: int, rounds: int, options: Sequence[str]) -> dict[str, list[float]]:
    """Return the seconds of ``shotlog analyze`` processes, through the daemon and in process."""
    kinds = {"daemon": "--daemon", "in process": "--in-process"}
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    for turn in range(-1, rounds):  # the first through the daemon only makes it warm
        for kind, flag in kinds.items():
            if turn < 0 and kind != "daemon":
                continue
            timeline = here.fresh_timeline(clips if turn >= 0 else 1)
            out = timeline.with_suffix(".marked.otio")
            command = [sys.executable, "-m", "shotlog", "analyze", str(timeline), "-o", str(out)]
            begun = time.perf_counter()
            subprocess.run([*command, flag, "--quiet", *options], check=True)
            if turn >= 0:
                found[kind].append(time.perf_counter() - begun)
    return found


@contextmanager
def running(client: Client, here: Place) -> Iterator[str]:
    """Yield a running batch job of the whole film, and cancel it at the end."""
    film = here.fresh_film()
    edit = read_edit(write_timeline(film.with_suffix(".otio"), film, _clips_of(film)))
    job = client.submit(edit, BUILTIN, name="batch", priority=Priority.BATCH).job
    until = time.monotonic() + _PATIENCE
    while not _at_work(info := client.attach(job)):
        if info.state.is_terminal or time.monotonic() > until:
            raise RuntimeError(f"the batch is {info.state}: {info.failure}")
        time.sleep(0.01)
    try:
        yield job
    finally:
        if client.attach(job).state is JobState.DONE:
            raise RuntimeError("the batch ended too early; give a longer film")
        client.cancel(job)
        while not client.attach(job).state.is_terminal:
            time.sleep(0.005)


def _at_work(info: JobInfo) -> bool:
    return info.state is JobState.RUNNING and info.stage == "Picture" and info.done > 0


def _clips_of(film: Path) -> int:
    import av

    with av.open(str(film)) as container:
        return int((container.duration or 0) / av.time_base) // 2


def _timed_cancel(client: Client, job: str) -> float:
    begun = time.perf_counter()
    client.cancel(job)
    return time.perf_counter() - begun


def _timed_job(client: Client, edit: Edit) -> float:
    begun = time.perf_counter()
    job = client.submit(
        edit, BUILTIN, name="benchmark", priority=Priority.INTERACTIVE, durable=False
    ).job
    for _ in client.watch(job):
        pass
    if client.result(job).problems:
        raise RuntimeError("the job had problems")
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.stdout.write(json.dumps(hellos(float(sys.argv[1]))))
