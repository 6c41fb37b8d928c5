"""A warning names film that was joined to a file byte by byte and that FFmpeg skips."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.synthetic import write_video
from tests.media.material import drift, opened

RATE = Fraction(25)


def joined(path: Path, count: int, *, sound: bool = False) -> Path:
    """Make pieces of 60 frames, 2.4 s."""
    heard = np.zeros(115_200, np.float32) if sound else None
    write_video(path, drift(60), RATE, sound=heard, options={"g": "10"})
    path.write_bytes(count * path.read_bytes())
    return path


@pytest.mark.parametrize(
    ("name", "count", "read"),
    [("a.mp4", 2, "2.40"), ("a.mov", 3, "2.40"), ("a.flv", 2, "2.40"), ("a.mkv", 3, "4.80")],
)
@pytest.mark.parametrize("sound", [False, True])
def test_a_joined_piece_that_is_not_read_is_a_warning(
    tmp_path: Path, name: str, count: int, read: str, sound: bool
) -> None:
    media = opened(joined(tmp_path / name, count, sound=sound))
    assert media.duration == Fraction(read)
    told = [words for words in media.warnings if "not read" in words]
    assert len(told) == 1
    assert f"at {read} s" in told[0]


@pytest.mark.parametrize(
    ("name", "count"), [("a.mkv", 2), ("a.ts", 3), ("a.mp4", 1), ("a.flv", 1), ("a.avi", 2)]
)
def test_a_file_that_is_read_whole_has_no_warning(tmp_path: Path, name: str, count: int) -> None:
    codec = "mpeg4" if name.endswith("avi") else "libx264"
    write_video(tmp_path / name, drift(60), RATE, codec=codec, options={"g": "10"})
    (tmp_path / name).write_bytes(count * (tmp_path / name).read_bytes())
    media = opened(tmp_path / name)
    assert media.duration == count * 60 / RATE
    assert not [words for words in media.warnings if "not read" in words]


@pytest.mark.parametrize("mark", [b"\0\0\0\x18ftypisom", b"\0\0\0\x18ftyp" + bytes(4000)])
def test_bytes_that_look_like_a_head_are_no_film(tmp_path: Path, mark: bytes) -> None:
    path = joined(tmp_path / "a.mp4", 1)
    path.write_bytes(path.read_bytes() + (8 + len(mark)).to_bytes(4, "big") + b"free" + mark)
    assert opened(path).warnings == ()
