"""Applications that run in a home of their own, and are ended with all that they started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from tests.waiting import PATIENCE_S

REQUIRED_VARIABLE = "SHOTLOG_TEST_CLIENTS"
"""Set to ``required`` where every application must be there, as in .ci/run: none is skipped."""

SYSTEM_PYTHON = "/usr/bin/python3"
"""The Python that Debian's packages of bindings are for."""

RUN_S = PATIENCE_S
ENDING_S = 5.0
_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/games"
_MARK = "SHOTLOG_TEST_CLIENT"
"""Variable by which the processes that a program started are found, whatever group they are in."""


class ClientFailed(Exception):
    """An application ended with an error, took too long, or did not do what it was told."""


def need(program: str, package: str) -> str:
    """Return the path of a program; skip the test where it is not installed."""
    found = shutil.which(program, path=_PATH)
    if found is None:
        _skip(f"{program} is not installed", package)
    return str(found)


def need_module(statement: str, package: str) -> None:
    """Skip the test where the system's Python cannot run an import statement."""
    tried = subprocess.run(
        [SYSTEM_PYTHON, "-c", statement], env={"PATH": _PATH}, capture_output=True, check=False
    )
    if tried.returncode:
        _skip(f"{SYSTEM_PYTHON} cannot run {statement!r}", package)


def _skip(reason: str, package: str) -> None:
    sentence = f"{reason}; install it: apt-get install {package}"
    if os.environ.get(REQUIRED_VARIABLE) == "required":
        pytest.fail(sentence)
    pytest.skip(sentence)


class Sandbox(NamedTuple):
    """A folder with the home, settings and temporary files of one application.

    Attributes:
        folder: The folder; made where it is missing.
        extra: Environment variables besides those of a bare login, such as the display.
    """

    folder: Path
    extra: Mapping[str, str] = {}

    @property
    def home(self) -> Path:
        """The application's home folder."""
        return self._made("home")

    @property
    def environment(self) -> dict[str, str]:
        """Environment of an application: nothing of the user's, nothing of our own Python's."""
        return {
            "PATH": _PATH,
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "TMPDIR": str(self._made("tmp")),
            "XDG_CACHE_HOME": str(self._made("home/.cache")),
            "XDG_CONFIG_HOME": str(self._made("home/.config")),
            "XDG_DATA_HOME": str(self._made("home/.local/share")),
            **self.extra,
        }

    def run(self, *command: str | Path, timeout_s: float = RUN_S) -> str:
        """Run a program to its end and return what it wrote to its standard output.

        Raises:
            ClientFailed: It took longer, or ended with an error.
        """
        with self.start(*command) as process:
            try:
                process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                message = f"{command[0]} took longer than {timeout_s} s: {self.said()}"
                raise ClientFailed(message) from None
        if process.returncode:
            raise ClientFailed(f"{command[0]} ended with {process.returncode}: {self.said()}")
        return (self.folder / "stdout").read_text(encoding="utf-8")

    @contextlib.contextmanager
    def start(self, *command: str | Path) -> Iterator[subprocess.Popen[bytes]]:
        """Start a program; at the end, end it and every process that it started."""
        # On one core: Shotlog's daemons wait while an editing program uses more than that, and
        # other tests have daemons.
        cores = sorted(os.sched_getaffinity(0))
        core = str(cores[os.getpid() % len(cores)])
        environment, mark = self.environment, str(uuid.uuid4())
        # For its sockets, whose paths the system limits to 108 bytes: not in the test's folder.
        with tempfile.TemporaryDirectory(prefix="client-", ignore_cleanup_errors=True) as sockets:
            process = self._popen(
                ["taskset", "--cpu-list", core, *map(str, command)],
                {**environment, "XDG_RUNTIME_DIR": sockets, _MARK: mark},
            )
            try:
                yield process
            finally:
                _end(process, mark)

    def said(self) -> str:
        """Return the last lines that the latest program wrote, to either of its outputs."""
        outputs = [(self.folder / name).read_bytes() for name in ("stdout", "stderr")]
        return "\n".join(output.decode(errors="replace")[-1500:] for output in outputs)

    def _popen(self, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self.folder / "stdout").open("wb") as out, (self.folder / "stderr").open("wb") as err:
            return subprocess.Popen(
                command,
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def _made(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def wait_for(condition: Callable[[], bool], what: str, timeout_s: float = RUN_S) -> None:
    """Wait until a condition holds.

    Raises:
        ClientFailed: It does not in this time.
    """
    ends = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > ends:
            raise ClientFailed(f"waited {timeout_s} s for {what}")
        time.sleep(0.1)


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """End a program and what it left behind, also what has left its process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(ENDING_S)
    left = [found for found in psutil.process_iter() if _mark_of(found) == mark]
    for other in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            other.kill()
    process.wait()
    psutil.wait_procs(left, timeout=ENDING_S)


def _mark_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(_MARK)
    except psutil.Error:
        return None
