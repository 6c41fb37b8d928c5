"""A driver as a child process of this one, which ends with it."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from shotlog.batch.executors.ray_cluster.messages import Line, RayJob, read_line

_END_SECONDS = 10.0


class LocalDriver:
    """A running driver; a context manager that ends it.

    Args:
        job: Its work.
    """

    def __init__(self, job: RayJob) -> None:
        self._lines: queue.Queue[Line | None] = queue.Queue()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 # closed by __exit__
        # A session of its own: Ctrl-C on the terminal reaches the command alone, which stops it.
        # From the root folder: Ray adds the current one to the places where workers find modules.
        self._process = subprocess.Popen(  # noqa: S603 # our own module
            [sys.executable, "-P", "-m", __package__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            encoding="utf-8",
            cwd=Path(sys.executable).anchor,
            env=_environment(local=job.address is None),
            start_new_session=True,
        )
        self._input = cast("IO[str]", self._process.stdin)  # both are pipes
        self._output = cast("IO[str]", self._process.stdout)
        self._reader = threading.Thread(target=self._read, name="ray-driver")
        self._reader.start()
        with suppress(BrokenPipeError):  # it has ended already: its last words tell why
            self._input.write(job.model_dump_json() + "\n")
            self._input.flush()

    def __enter__(self) -> LocalDriver:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._reader.join()
        self._errors.close()

    def next_line(self, seconds: float) -> Line | None:
        """Return the next line within a time; None without one."""
        try:
            return self._lines.get(timeout=seconds)
        except queue.Empty:
            return None

    def has_ended(self) -> bool:
        """Return True once the process has ended and all of its lines were taken."""
        return not self._reader.is_alive() and self._lines.empty()

    def stop(self) -> None:
        """Let the driver stop its workers and end."""
        with suppress(BrokenPipeError):
            self._input.close()

    def kill(self) -> None:
        """End the driver at once; Ray ends what belongs to it."""
        self._process.kill()
        self._process.wait()

    def last_words(self) -> str:
        """Return the last line that the driver has printed as an error."""
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _read(self) -> None:
        with self._output as lines:
            for text in lines:
                line = read_line(text)
                if line is not None:
                    self._lines.put(line)


def _environment(*, local: bool) -> dict[str, str]:
    """Return the environment of a driver: nothing is reported to Ray's makers."""
    environment = os.environ | {"RAY_USAGE_STATS_ENABLED": "0", "PYTHONUTF8": "1"}
    if local:
        # Ray's own default since 2.55, which it else announces: without a token, other users of
        # this machine could run programs as this one.
        environment.setdefault("RAY_AUTH_MODE", "token")
    return environment
