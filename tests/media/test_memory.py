"""Memory use does not depend on the length of a film."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.synthetic import write_video
from tests.media.material import drift, write_sound

READ = """
import sys
from pathlib import Path
from fractions import Fraction
from shotlog.media import FrameReader, probe, read_cells
from shotlog.schema.evidence import FrameNeed, SoundNeed
from shotlog.schema.ranges import MediaReference
from shotlog.schema.times import TimeRange

media = probe(MediaReference(path=sys.argv[1]))
everything = TimeRange(start=Fraction(0), duration=Fraction(1000))
need = FrameNeed(width=384, height=216)
frames = 0
if media.video:
    frames = sum(1 for f in FrameReader(media, [everything], threads=2) if f.pixels(need).any())
cells = sum(1 for _ in read_cells(media, SoundNeed(cell=Fraction(1)), range(1000)))
status = Path("/proc/self/status").read_text()
print(frames, cells, status.split("VmHWM:")[1].split()[0])
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="peak memory is told by /proc")


def peak(path: Path) -> tuple[int, int, int]:
    """Return the frames, cells of sound, and peak resident memory in KiB of a reading process."""
    command = [sys.executable, "-c", READ, str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    frames, cells, peak = map(int, told.split())
    return frames, cells, peak


@linux
def test_many_pictures_take_no_more_memory_than_few(tmp_path: Path) -> None:
    peaks = []
    for count in (100, 900):
        path = tmp_path / f"{count}.mp4"
        write_video(path, drift(count, 384, 216), Fraction(25))
        frames, _, kibibytes = peak(path)
        assert frames == count
        peaks.append(kibibytes)
    assert peaks[1] - peaks[0] < 800 * (384 * 216 * 1.5 / 1024) / 4


@linux
def test_long_sound_takes_no_more_memory_than_short(tmp_path: Path) -> None:
    peaks = []
    for seconds in (70, 350):
        hiss = np.random.default_rng(2).normal(0, 0.1, (1, seconds * 48_000))
        path = write_sound(tmp_path / f"{seconds}.wav", hiss.astype(np.float32), 48_000)
        _, cells, kibibytes = peak(path)
        assert cells == seconds
        peaks.append(kibibytes)
    assert peaks[1] - peaks[0] < 280 * (48_000 * 4 / 1024) / 4
