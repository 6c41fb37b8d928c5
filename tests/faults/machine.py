"""A user's machine on which things go wrong: small films, a daemon, jobs whose logs are known."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from shotlog import Client
from shotlog.engine import Cache, EngineOptions, analyze
from shotlog.engine import select_analyzers as voices_of
from shotlog.schema import ClipRange, DaemonRefused, Edit, MediaReference, TimeMap, TimeRange
from shotlog.service.client import find_or_start_daemon
from shotlog.service.protocol import AnalysisOptions, ErrorCode, JobInfo, JobState, Priority, new_id
from shotlog.service.runtime import ConnectionInfo, DaemonPaths, read_connection
from tests.faults.figures import Figures
from tests.support import FILM_RATE, write_film
from tests.waiting import PATIENCE_S, wait_for

RATE = FILM_RATE
FRAMES = 24
BUILTIN = AnalysisOptions(models="builtin")
PING = 0.5
"""Seconds; clients of these tests notice a silence four times as fast as others."""


@dataclass(frozen=True)
class Reel:
    """Small edits, and the log of each as a run in process makes it.

    Attributes:
        edits: Each shows a film of its own, of one second.
        logs: The JSON text of each log.
        asks: How they are analysed.
    """

    edits: tuple[Edit, ...]
    logs: tuple[str, ...]
    asks: AnalysisOptions

    def __len__(self) -> int:
        return len(self.edits)


def make_reel(folder: Path, films: int, asks: AnalysisOptions = BUILTIN) -> Reel:
    """Renders films and analyses each in this process."""
    quick = {"preset": "ultrafast", "crf": "18"}
    made = (write_film(folder / f"{n}.mp4", FRAMES, seed=n, options=quick) for n in range(films))
    edits = tuple(edit_of(film) for film in made)
    return Reel(edits, tuple(in_process(edit, asks) for edit in edits), asks)


def edit_of(film: Path) -> Edit:
    """An edit that shows a film from end to end."""
    whole = TimeRange(start=Fraction(0), duration=FRAMES / RATE)
    clip = ClipRange(
        id="V1/0", name=film.stem, media=MediaReference(path=str(film), start=Fraction(0)),
        source=whole, timeline=whole,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0), speed=Fraction(1)),
    )  # fmt: skip
    return Edit(name=film.stem, rate=RATE, duration=whole.duration, clips=(clip,))


def in_process(edit: Edit, asks: AnalysisOptions) -> str:
    """The log as ``shotlog analyze --in-process`` makes it."""
    asked = voices_of(asks.models, asks.names, asks.device, asks.precision)
    with Cache(None) as cache:
        log = analyze(edit, asked.analyzers, cache, options=EngineOptions())
    return log.model_copy(update={"warnings": asked.warnings + log.warnings}).model_dump_json()


class Machine:
    """One user's daemon, the jobs that were given to it, and what became of them.

    Several threads may submit at once, each with a client of its own.

    Args:
        places: The daemon's, which this process's environment names too.
        reel: What jobs are about.
        figures: Are counted on.
        patience: Seconds in which a client waits for a daemon that is silent.
    """

    def __init__(
        self, places: DaemonPaths, reel: Reel, figures: Figures, *, patience: float = PATIENCE_S
    ) -> None:
        self.paths, self.reel, self.figures = places, reel, figures
        self._patience = patience
        self.jobs: dict[str, int] = {}
        self.unwanted: set[str] = set()
        self._settled: set[str] = set()

    def start(self, *more: str, command: Sequence[str] | None = None) -> ConnectionInfo:
        """Starts the daemon; clients start it by themselves where it needs nothing special.

        Args:
            more: Options of the daemon.
            command: A program that runs it; None takes the daemon itself.
        """
        if command is not None:
            command = [*command, "--context", self.paths.context, "--report", *more]
        return find_or_start_daemon(self.paths, timeout=PATIENCE_S, command=command)

    def client(self, *, start: bool = True) -> Client:
        """A client that soon notices when the daemon is gone."""
        return Client(
            paths=self.paths, start=start, ping_interval=PING, reconnect_timeout=self._patience
        )

    @property
    def broker(self) -> int:
        """The process id of the daemon that was last started."""
        connection = read_connection(self.paths)
        assert connection is not None, "no daemon was started"
        return connection.pid

    def submit(
        self,
        client: Client,
        jobs: int = 1,
        priority: Priority = Priority.NORMAL,
        *,
        durable: bool = True,
    ) -> list[str]:
        """Submits so many jobs, each about the next edit of the reel; gives their ids."""
        made = []
        for _ in range(jobs):
            number, job = len(self.jobs) % len(self.reel), new_id()
            client.submit(
                self.reel.edits[number],
                self.reel.asks,
                name=str(number),
                priority=priority,
                durable=durable,
                job=job,
            )
            self.jobs[job] = number
            self.figures.count("submitted")
            made.append(job)
        return made

    def cancel(self, client: Client, job: str) -> None:
        """Has a job stopped; it may be done all the same."""
        self.unwanted.add(job)
        client.cancel(job)

    @staticmethod
    def wait_for_ends(client: Client, more: int) -> None:
        """Waits until this daemon has brought so many more jobs to their end."""
        enough = client.status().finished + more
        wait_for(lambda: client.status().finished >= enough)

    def settle(self, client: Client, jobs: Iterable[str] | None = None) -> None:
        """Waits for jobs (None: for all), and counts once what became of each."""
        for job in tuple(self.jobs if jobs is None else jobs):
            if job not in self._settled:
                self._settled.add(job)
                self._count(client, job)
        if jobs is None:
            self.figures.count("duplicated", self.duplicates())

    def _count(self, client: Client, job: str) -> None:
        try:
            *_, info = client.watch(job)
            became = self._became(client, info)
        except DaemonRefused as error:
            if error.reason != ErrorCode.UNKNOWN_JOB:
                raise
            became = "lost"
        self.figures.count(became)

    def _became(self, client: Client, info: object) -> str:
        """What became of a job that is over, as the figures call it."""
        if not isinstance(info, JobInfo):
            return "lost"
        self.figures.count("reruns", max(0, info.attempts - 1))
        if info.state is JobState.CANCELLED and info.job in self.unwanted:
            return "cancelled"
        if info.state is not JobState.DONE:
            self.figures.notes.append(f"job {info.job} is {info.state}: {info.failure}")
            return "failed"
        log, truth = self.log_of(client, info.job), self.reel.logs[self.jobs[info.job]]
        if log != truth:
            self.figures.notes.append(f"job {info.job}: {_difference(log, truth)}")
            return "wrong"
        return "finished"

    @staticmethod
    def log_of(client: Client, job: str) -> str:
        """The JSON text of a job's log."""
        return client.result(job).model_dump_json()

    def duplicates(self) -> int:
        """Endings beyond the first of a job, and endings of jobs that nobody submitted.

        By the daemon's log, which tells of an ending once it stands in the journal.
        """
        endings = Counter(job for say, job in self.log_lines() if say in ENDINGS)
        return sum(n - (job in self.jobs) for job, n in endings.items())

    def log_lines(self) -> Iterator[tuple[str, str | None]]:
        """What the daemons of these places logged, and about which job."""
        for path in sorted(self.paths.folder.glob(f"{self.paths.log.name}*")):
            for line in path.read_text("utf-8", "replace").splitlines():
                with suppress(ValueError):  # the last line of a daemon that was killed
                    told = json.loads(line)
                    yield told["say"], told.get("job")

    @contextmanager
    def recovery(self, kind: str) -> Iterator[None]:
        """Measures how long it takes until things go on after a fault, which the block does."""
        began = time.monotonic()
        yield
        self.figures.recoveries[kind].append(time.monotonic() - began)

    def processes(self, module: str = "shotlog.service") -> list[int]:
        """The processes that these places' daemons are made of, by the module that they run."""
        mine = f"SHOTLOG_HOME={self.paths.home}".encode()
        found = []
        for folder in Path("/proc").iterdir():
            with suppress(OSError):  # it ended while it was looked at, or is another user's
                if (
                    folder.name.isdigit()
                    and int(folder.name) != os.getpid()
                    and mine in (folder / "environ").read_bytes().split(b"\0")
                    and module.encode() in (folder / "cmdline").read_bytes()
                    and is_alive(int(folder.name))
                ):
                    found.append(int(folder.name))
        return found

    def close(self) -> None:
        """Ends everything by force."""
        while left := self.processes(""):
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)


def _difference(log: str, truth: str) -> str:
    """The parts of a log that are not as they should be."""
    found, wanted = json.loads(log), json.loads(truth)
    parts = [f"{k}: {found[k]} for {wanted[k]}"[:300] for k in found if found[k] != wanted[k]]
    return "; ".join(parts)


def answered_after(client: Client) -> float:
    """Seconds until a client is answered."""
    began = time.monotonic()
    client.ping()
    return time.monotonic() - began


ENDINGS = frozenset(f"job {state.value}" for state in JobState if state.is_terminal)
"""What the daemon logs when a job is over."""


def is_alive(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
