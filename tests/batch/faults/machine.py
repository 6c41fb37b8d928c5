"""Machines of a farm: each has its own home and cache, all have the output folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shotlog.paths import CACHE_VARIABLE, HOME_VARIABLE
from tests.waiting import PATIENCE_S


@dataclass(frozen=True)
class Machine:
    """A machine.

    Attributes:
        folder: Its folder, with home and cache.
        more: Further variables of its environment.
    """

    folder: Path
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        own = {
            HOME_VARIABLE: str(self.folder / "home"),
            CACHE_VARIABLE: str(self.folder / "cache.sqlite"),
        }
        return {**os.environ, **own, **self.more}

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        """Start a command of Shotlog."""
        return subprocess.Popen(
            _command(words), env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(
        self, *words: str | Path, timeout: float = PATIENCE_S
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of Shotlog to its end."""
        return subprocess.run(
            _command(words), env=self.environment, text=True, capture_output=True,
            timeout=timeout, check=False,
        )  # fmt: skip


def _command(words: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-m", "shotlog", *map(str, words)]
