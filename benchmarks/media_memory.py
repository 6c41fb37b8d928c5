"""Peak memory of reading a film, for films of 1x, 4x and 16x length.

Makes its own films (1280x720, 25 fps, H.264 with sound), reads every frame and every cell of sound
in a process of its own, and prints the peak of its resident memory. Run it on Linux with::

    python benchmarks/media_memory.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from shotlog.media import FrameReader, probe, read_cells
from shotlog.schema import FrameNeed, MediaReference, Pixels, SoundNeed, TimeRange
from shotlog.synthetic import AUDIO_RATE, write_video

SECONDS = 10
LENGTHS = (1, 4, 16)
RATE = Fraction(25)
WIDTH, HEIGHT = 1280, 720
NEED = FrameNeed(width=384, height=216)
SOUND = SoundNeed(cell=Fraction(1), lead=Fraction(1, 2))
MEGABYTE = 1 << 20


def pictures(count: int) -> Iterator[Pixels]:
    """Yield a drifting texture, so that a codec cannot skip frames."""
    grain = np.random.default_rng(1).integers(0, 256, (HEIGHT // 16, WIDTH // 16, 3), np.uint8)
    texture = np.kron(grain, np.ones((16, 16, 1), np.uint8))
    for n in range(count):
        yield np.roll(texture, (n, 2 * n), axis=(0, 1))


def read(path: str) -> int:
    """Read a whole film; return this process's peak of resident memory in bytes."""
    media = probe(MediaReference(path=path))
    everything = TimeRange(start=Fraction(0), duration=Fraction(24 * 3600))
    for frame in FrameReader(media, [everything]):
        frame.pixels(NEED)
    for _ in read_cells(media, SOUND, range(SECONDS * LENGTHS[-1])):
        pass
    # Not getrusage: its peak outlives exec, and would be that of the process that made the films.
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def main() -> None:
    """Print one line for each length."""
    print(f"{'length':>8} {'frames':>7} {'decoded':>9} {'peak RSS':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for length in LENGTHS:
            count = int(SECONDS * length * RATE)
            path = Path(folder) / f"{length}.mp4"
            sound = np.random.default_rng(2).normal(0, 0.1, SECONDS * length * AUDIO_RATE)
            write_video(path, pictures(count), RATE, sound=sound.astype(np.float32))
            child = subprocess.run(
                [sys.executable, __file__, str(path)], check=True, capture_output=True, text=True
            )
            decoded = count * WIDTH * HEIGHT * 3 // 2
            peak = int(child.stdout)
            print(
                f"{SECONDS * length:>6} s {count:>7} {decoded / MEGABYTE:>6.0f} MB"
                f" {peak / MEGABYTE:>6.0f} MB"
            )


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(read(sys.argv[1]))
    else:
        main()
