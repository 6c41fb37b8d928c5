"""Memory is bounded whatever the length of a film."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.render.video import AUDIO_RATE, write_video
from tests.media.material import drift

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
frames = sum(1 for f in FrameReader(media, [everything], threads=2) if f.pixels(need).any())
cells = sum(1 for _ in read_cells(media, SoundNeed(cell=Fraction(1)), range(1000)))
status = Path("/proc/self/status").read_text()
print(frames, cells, status.split("VmHWM:")[1].split()[0])
"""
KIBIBYTES_OF_A_FRAME = 384 * 216 * 1.5 / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is told by /proc")
def test_a_film_of_three_times_the_length_takes_no_more_memory(tmp_path: Path) -> None:
    peaks = []
    for seconds in (65, 195):
        path = tmp_path / f"{seconds}.mp4"
        hiss = np.random.default_rng(2).normal(0, 0.1, seconds * AUDIO_RATE).astype(np.float32)
        write_video(path, drift(seconds * 5, 384, 216), Fraction(5), sound=hiss)
        command = [sys.executable, "-c", READ, str(path)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        frames, cells, peak = map(int, told.split())
        assert (frames, cells) in ((seconds * 5, seconds), (seconds * 5, seconds + 1))
        peaks.append(peak)
    more_frames = 5 * (195 - 65) * KIBIBYTES_OF_A_FRAME
    assert peaks[1] - peaks[0] < more_frames / 4
