"""The installation and machine that the checks look at, and results that they share."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from shotlog.models.catalog import Registry
from shotlog.paths import cache_file
from shotlog.schema import ShotlogError
from shotlog.service.runtime import DaemonPaths
from shotlog_installer import Machine

_T = TypeVar("_T")

PROBE_SECONDS = 60.0
"""Time limit for the import of a library. Torch took 4 s on two busy cores."""


class ProbeFailed(Exception):
    """The probe process crashed, hung or printed nothing; the message tells which."""


@dataclass
class Context:
    """Paths and settings of the checks. Checks create none of these files and folders.

    Attributes:
        places: Paths of the daemon.
        registry: Registry of the models.
        named_cache: File of the result cache; None takes the user's own.
        environ: Environment of the probe processes.
        path: Folders in which installed packages are searched.
        system: Root folder of ``proc``, ``dev`` and ``sys``.
        deep: Run the checks that take long or leave files behind, too.
        patience: Default time limit of a probe process, in seconds.
    """

    places: DaemonPaths = field(default_factory=DaemonPaths)
    registry: Registry = field(default_factory=Registry)
    named_cache: Path | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    path: list[str] = field(default_factory=lambda: list(sys.path))
    system: Path = Path("/")
    deep: bool = False
    patience: float = PROBE_SECONDS
    _known: dict[str, _Once[Any]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def cache(self) -> Path:
        """File of the result cache.

        Raises:
            HomeMissing: The user has no home folder, and no variable names the file.
        """
        return self.named_cache or cache_file()

    @property
    def machine(self) -> Machine:
        """The machine, as folders of DaVinci Resolve and of the installer depend on it."""
        return Machine.here(self.environ, self.system)

    def once(self, what: str, compute: Callable[[], _T]) -> _T:
        """Return a value that is computed once, however many checks ask for it."""
        with self._lock:
            once = self._known.setdefault(what, _Once(compute))
        value: _T = once.value()
        return value

    def probe(self, *asked: str, seconds: float | None = None) -> Any:
        """Return the result of a probe, which runs in a process of its own: see ``probes.py``.

        A library that crashes at import then ends that process and not the doctor.

        Args:
            asked: Name of the probe, and its arguments.
            seconds: Time limit; None takes ``patience``.

        Raises:
            ProbeFailed: It crashed, hung or printed nothing.
            ShotlogError: The process cannot be started.
        """
        limit = self.patience if seconds is None else seconds
        return self.once(" ".join(asked), lambda: _ask(asked, dict(self.environ), limit))


class _Once(Generic[_T]):
    """A value that is computed at its first use; other threads wait for it."""

    def __init__(self, compute: Callable[[], _T]) -> None:
        self._compute = compute
        self._lock = threading.Lock()
        self._value: list[_T] = []  # empty until computed: None may be a value
        self._failed: Exception | None = None

    def value(self) -> _T:
        with self._lock:
            if not self._value and self._failed is None:
                try:
                    self._value.append(self._compute())
                except Exception as error:  # kept, to be raised for every check that asks
                    self._failed = error
        if self._failed is not None:
            raise self._failed
        return self._value[0]


def _ask(asked: tuple[str, ...], environ: dict[str, str], seconds: float) -> Any:
    # By its path: as a module it would import shotlog.doctor first, which takes 0.25 s.
    command = [sys.executable, "-P", str(Path(__file__).with_name("probes.py")), *asked]
    try:
        done = subprocess.run(  # noqa: S603
            command, env=environ | {"PYTHONIOENCODING": "utf-8"}, capture_output=True,
            timeout=seconds, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ProbeFailed(f"it hangs ({seconds:.0f} s)") from error
    except OSError as error:  # then no process of Shotlog can be started, the daemon included
        raise ShotlogError(
            sys.executable,
            f"cannot be started ({error.strerror})",
            "Install Shotlog and its Python where this user may run them.",
        ) from error
    if done.returncode:
        raise ProbeFailed(_last_words(done))
    try:
        # The last line: libraries print notes of their own during import.
        return json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise ProbeFailed("it printed nothing") from error


def _last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return ``it crashes (SIGSEGV)``, or the last line of a traceback."""
    if done.returncode < 0:
        try:
            return f"it crashes ({signal.Signals(-done.returncode).name})"
        except ValueError:
            return f"it crashes (signal {-done.returncode})"
    lines = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"it ends with code {done.returncode}"
