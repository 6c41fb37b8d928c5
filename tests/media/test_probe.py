"""What a file is, read from the file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from shotlog.media import FrameReader, probe
from shotlog.render.video import write_video
from shotlog.schema.ranges import MediaReference
from shotlog.schema.times import TimeRange


def test_rate_length_and_size_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    rate = Fraction(24000, 1001)
    write_video(path, (np.full((90, 160, 3), i, np.uint8) for i in range(30)), rate)
    media = probe(MediaReference(path=str(path)))
    assert media.video is not None
    assert (media.video.width, media.video.height) == (160, 90)
    assert (media.video.rate, media.video.tick) == (rate, 1 / rate)
    assert media.duration == 30 / rate
    everything = TimeRange(start=Fraction(0), duration=Fraction(100))
    starts = [frame.start for frame in FrameReader(media, [everything])]
    assert starts == [n / rate for n in range(30)]
