"""What is examined: an installation, its places, the machine; and what was asked of it already."""

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

_T = TypeVar("_T")

PROBE_SECONDS = 60.0
"""A library that takes longer to be imported hangs. Torch took 4 s on two busy cores."""


class ProbeFailed(Exception):
    """The process that was to look died, or said nothing; the message says how."""


@dataclass
class Context:
    """What the checks look at. Nothing of it is made where it does not exist.

    Attributes:
        places: Of the daemon.
        registry: Of the models.
        named_cache: The file of the result cache; None: the user's own.
        environ: Of the processes that look.
        path: Where installed packages are looked for.
        system: What holds ``proc``, ``dev`` and ``sys``.
        deep: Whether checks that take long, or leave something behind, were asked for.
        patience: Seconds after which a process that looks is given up, unless it may take longer.
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
        """The file of the result cache.

        Raises:
            HomeMissing: There is no place for it.
        """
        return self.named_cache or cache_file()

    def once(self, what: str, find_out: Callable[[], _T]) -> _T:
        """Finds something out for the first check that wants to know, and tells the others."""
        with self._lock:
            known = self._known.setdefault(what, _Once(find_out))
        found: _T = known.told()
        return found

    def probe(self, *asked: str, seconds: float | None = None) -> Any:
        """What a process of its own finds out: see ``_probes.py``.

        Libraries that crash when they are imported end that process, and not the doctor.

        Args:
            asked: What to find out, and of what.
            seconds: So long it may take; None: ``patience``.

        Raises:
            ProbeFailed: It died, hung or said nothing.
            ShotlogError: It cannot be started.
        """
        limit = self.patience if seconds is None else seconds
        return self.once(" ".join(asked), lambda: _ask(asked, dict(self.environ), limit))


class _Once(Generic[_T]):
    """One question, put once however many ask it; whoever comes second waits."""

    def __init__(self, find_out: Callable[[], _T]) -> None:
        self._find_out = find_out
        self._lock = threading.Lock()
        self._said: list[_T] = []
        self._failed: Exception | None = None

    def told(self) -> _T:
        with self._lock:
            if not self._said and self._failed is None:
                try:
                    self._said.append(self._find_out())
                except Exception as error:
                    self._failed = error
        if self._failed is not None:
            raise self._failed
        return self._said[0]


def _ask(asked: tuple[str, ...], environ: dict[str, str], seconds: float) -> Any:
    # By its path: as a module it would import the doctor first, who needs a quarter of a second.
    command = [sys.executable, "-P", str(Path(__file__).with_name("_probes.py")), *asked]
    try:
        done = subprocess.run(  # noqa: S603
            command, env=environ | {"PYTHONIOENCODING": "utf-8"}, capture_output=True,
            timeout=seconds, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ProbeFailed(f"it hangs ({seconds:.0f} s)") from error
    except OSError as error:  # and so is no process of Shotlog
        raise ShotlogError(
            sys.executable,
            f"no process of it can be started ({error.strerror})",
            "Install Shotlog and its Python where this user may run them.",
        ) from error
    if done.returncode:
        raise ProbeFailed(_last_words(done))
    try:
        return json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise ProbeFailed("it said nothing") from error


def _last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    """``it crashes (SIGSEGV)``, or the last line of a traceback."""
    if done.returncode < 0:
        try:
            return f"it crashes ({signal.Signals(-done.returncode).name})"
        except ValueError:
            return f"it crashes (signal {-done.returncode})"
    lines = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"it ends with code {done.returncode}"
