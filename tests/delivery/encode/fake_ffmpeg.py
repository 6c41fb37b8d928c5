"""Programs that answer as an FFmpeg of some version would, or do something else."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

FILTERS = " .. ass               V->V       Subtitles.\n .S zscale            V->V       Scaling.\n"
ENCODERS = " V....D libx264              H.264\n A....D aac                  AAC\n"


def script(path: Path, lines: str) -> Path:
    """Write a program in Python."""
    path.write_text(f"#!{sys.executable}\nimport sys\n{lines}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def answering(path: Path, version: str, filters: str = FILTERS, encoders: str = ENCODERS) -> Path:
    """Write a program that tells this version and has these filters and encoders."""
    return script(
        path,
        f"told = {{'-version': 'ffmpeg version {version} Copyright',\n"
        f"        '-filters': {filters!r}, '-encoders': {encoders!r}}}\n"
        "print(told[sys.argv[-1]])",
    )
