"""An analyzer that ends its process when it sees a white film; a package of it, for any Python.

Run as a program, ``python -m tests.batch.faults.poison daemon|worker PACKAGE ...`` is a daemon, or
its worker, that has the package: a daemon keeps no foreign entry of ``PYTHONPATH``.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from shotlog.schema import (
    Claim,
    Family,
    FrameNeed,
    Observer,
    Picture,
    PictureMeasure,
    Row,
    ShotAnalyzer,
    ShotView,
    Tier,
)
from shotlog.synthetic import write_video

_NAME = "shotlog_poison"
_WHITE = 250


class _Looks:
    def see(self, picture: Picture) -> Iterable[Row]:
        brightness = float(picture.pixels.mean())
        if brightness > _WHITE:
            os.kill(os.getpid(), signal.SIGKILL)
        return [Row(picture.at, picture.at, [brightness])]


class WhiteKills(PictureMeasure):
    """Measures the brightness of pictures, and dies of a white one."""

    name = "test.white-kills"
    epoch = 1
    columns = ("brightness",)
    need = FrameNeed(rate=Fraction(5), frames="reference", width=32, height=18)
    reach = Fraction(0)

    def observer(self) -> Observer:
        """Return an observer."""
        return _Looks()


class WhiteKillsAnalyzer(ShotAnalyzer):
    """Has pictures measured, and claims nothing."""

    name = "test.white-kills"
    family = Family.MOVE
    tier = Tier.BUILTIN
    version = "1"
    measures = (WhiteKills(),)

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return no claim."""
        return []


def write_white(path: Path, frames: int) -> Path:
    """Write a film that kills."""
    path.parent.mkdir(parents=True, exist_ok=True)
    white = np.full((48, 64, 3), 255, np.uint8)
    write_video(path, (white for _ in range(frames)), Fraction(25))
    return path


def make_package(folder: Path) -> Path:
    """Write a package with the analyzer, as an installer leaves it; return its folder."""
    information = folder / f"{_NAME}-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {_NAME}\nVersion: 1.0\n")
    point = f"[shotlog.analyzers]\npoison = {_NAME}:WhiteKillsAnalyzer\n"
    (information / "entry_points.txt").write_text(point)
    shutil.copy(__file__, folder / f"{_NAME}.py")
    return folder


def daemon_command(package: Path) -> list[str]:
    """Return the command of a daemon whose worker has the package."""
    return [sys.executable, __file__, "daemon", str(package)]


if __name__ == "__main__":
    role, package, *options = sys.argv[1:]
    sys.path.insert(0, package)
    if role == "worker":
        from shotlog.service import worker

        worker.main()
    from shotlog.service import daemon

    sys.exit(daemon.main(options, [sys.executable, __file__, "worker", package]))
