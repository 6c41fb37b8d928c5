"""Small edit decision lists, and what is read from them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from shotlog.schema import Edit
from shotlog_otio import InspectedClip, Inspection, ReadOptions, inspection_of
from shotlog_otio.edl import EdlFormat

EDL = EdlFormat()
NTSC = Fraction(30000, 1001)

# Lengths of 9 to 10 seconds and a half are equal in source and record at 24 frames alone: source
# frames 12 to 00 pass a second where those of the record do not.
AT_24 = "900  RATE     V     C        00:00:00:12 00:00:10:00 23:00:00:00 23:00:09:12"


def event(
    number: int,
    source: str,
    record: str,
    *,
    reel: str = "A001",
    channels: str = "V",
    edit: str = "C",
) -> str:
    """An event line; source and record are "in out"."""
    return f"{number:03d}  {reel:<8} {channels:<5} {edit:<8} {source} {record}"


def listed(*lines: str, title: str = "edit", end: str = "\n") -> bytes:
    return "".join(f"{line}{end}" for line in (f"TITLE: {title}", *lines)).encode()


def saved(folder: Path, *lines: str, end: str = "\n") -> Path:
    path = folder / "cut.edl"
    path.write_bytes(listed(*lines, end=end))
    return path


def inspected(path: Path, rate: Fraction | None = None) -> Inspection:
    return inspection_of(EDL.open(path, ReadOptions(rate=rate)))


def inspect(folder: Path, *lines: str, rate: Fraction | int | None = 24) -> Inspection:
    """What is understood of a list of these lines, at a rate that is told."""
    return inspected(saved(folder, *lines), None if rate is None else Fraction(rate))


def record(clip: InspectedClip) -> tuple[int, int]:
    return clip.record_in, clip.record_out


def source(clip: InspectedClip, rate: Fraction | int = 24) -> tuple[Fraction | int, Fraction | int]:
    """The source range in frames."""
    return clip.source_in * rate, clip.source_out * rate


def read(path: Path) -> Edit:
    return EDL.read(path)
