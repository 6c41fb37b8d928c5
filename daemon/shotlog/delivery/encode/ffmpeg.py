"""The FFmpeg that encodes: found, and examined for what renders need."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from shotlog.schema import FfmpegUnusable

FFMPEG_VARIABLE: Final = "SHOTLOG_FFMPEG"
"""Variable that names the program."""
OLDEST_FFMPEG: Final = (5, 1)
"""Oldest version that the tests of renders were run with."""
_NEEDED: Final = {
    "ass": "it was built without libass, so it cannot burn in subtitles",
    "zscale": "it was built without zimg, so it cannot make SDR of HDR",
}
"""Filters that not every build has, and the reason why each is needed."""
_SECONDS: Final = 20.0
_VERSION: Final = re.compile(r"^ffmpeg version (\S+)")
_NUMBERS: Final = re.compile(r"n?(\d+)\.(\d+)")
_FILTER: Final = re.compile(r"^ [A-Z.]{2,3} (\w+)\s+\S+->\S+", re.MULTILINE)
_ENCODER: Final = re.compile(r"^ [VAS][A-Z.]{5} (\w+)\s", re.MULTILINE)


@dataclass(frozen=True)
class Ffmpeg:
    """A program of FFmpeg that can be used.

    Attributes:
        path: The program.
        version: Its version, as it tells it: ``9.0.2``.
        filters: Names of its filters.
        encoders: Names of its encoders.
        passed_over: Programs that were found before it and cannot be used, as sentences.
    """

    path: Path
    version: str
    filters: frozenset[str]
    encoders: frozenset[str]
    passed_over: tuple[str, ...] = ()


def find_ffmpeg(choice: Path | None = None, environ: Mapping[str, str] | None = None) -> Ffmpeg:
    """Return the FFmpeg that renders.

    Args:
        choice: The program that the user names; None takes that of :data:`FFMPEG_VARIABLE`, else
            the first usable one of the search path and of the package ``imageio-ffmpeg``.
        environ: Environment variables; None takes those of this process.

    Raises:
        FfmpegUnusable: There is none, it is too old, or it lacks a filter.
    """
    environ = os.environ if environ is None else environ
    named = choice or (Path(environ[FFMPEG_VARIABLE]) if environ.get(FFMPEG_VARIABLE) else None)
    if named is not None:
        return _examined(named)
    refused: list[FfmpegUnusable] = []
    for path in _installed(environ):
        try:
            found = _examined(path)
        except FfmpegUnusable as error:
            refused.append(error)
            continue
        told = tuple(f"{e.problem.subject} is not used: {e.problem.message}" for e in refused)
        return Ffmpeg(found.path, found.version, found.filters, found.encoders, told)
    if refused:
        raise refused[0]
    raise FfmpegUnusable("ffmpeg")


def _installed(environ: Mapping[str, str]) -> Iterator[Path]:
    if found := shutil.which("ffmpeg", path=environ.get("PATH", os.defpath)):
        yield Path(found)
    if find_spec("imageio_ffmpeg") is not None:
        import imageio_ffmpeg

        try:
            yield Path(imageio_ffmpeg.get_ffmpeg_exe())
        except RuntimeError:  # a build of the package without the program
            return


def _examined(path: Path) -> Ffmpeg:
    """Return a program with its properties.

    Raises:
        FfmpegUnusable: It cannot be run, is too old, or lacks a filter.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise _unusable(path, f"it cannot be run ({error.strerror})") from error
    return _examine(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)  # asked for every file of a folder; three processes each
def _examine(path: Path, changed: int, size: int) -> Ffmpeg:
    del changed, size  # part of the key: another program in its place is examined anew
    told = _VERSION.match(_run(path, "-version"))
    if told is None:
        raise _unusable(path, "it is no FFmpeg")
    version = told[1].partition("-")[0].removeprefix("n")
    # Builds of a development branch, such as N-109421-gabc, have no number and are recent.
    numbers = _NUMBERS.match(told[1])
    if numbers is not None and (int(numbers[1]), int(numbers[2])) < OLDEST_FFMPEG:
        oldest = ".".join(map(str, OLDEST_FFMPEG))
        raise _unusable(path, f"it is version {version}; {oldest} or later is needed")
    filters = frozenset(_FILTER.findall(_run(path, "-hide_banner", "-filters")))
    for name, reason in _NEEDED.items():
        if name not in filters:
            raise _unusable(path, reason)
    encoders = frozenset(_ENCODER.findall(_run(path, "-hide_banner", "-encoders")))
    return Ffmpeg(path, version, filters, encoders)


def _run(path: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603
            [str(path), *arguments], capture_output=True, timeout=_SECONDS, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _unusable(path, f"it does not answer ({_SECONDS:.0f} s)") from error
    except OSError as error:
        raise _unusable(path, f"it cannot be run ({error.strerror})") from error
    return done.stdout.decode(errors="replace")


def _unusable(path: Path, message: str) -> FfmpegUnusable:
    hint = "Name another one with --ffmpeg, or install one with: pip install 'shotlog[render]'."
    return FfmpegUnusable(str(path), message, hint)
