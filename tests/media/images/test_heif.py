"""Tiled pictures: HEIC and AVIF."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.field.heif import Grid, grid_picture
from shotlog.media import FrameReader
from shotlog.schema import MediaUnreadable, MediaUnsupported, Pixels
from tests.media.material import WHOLE, between, first_pixels, opened, seen

LEVELS = np.arange(20, 20 + 12 * 18, 18, dtype=np.uint8).reshape(3, 4)
"""Grey level of each tile, in 3 rows of 4."""

GRID = Grid((64, 64), columns=4, rows=3, size=(240, 180))


def levels() -> Pixels:
    """Write a picture whose tiles are uniform, each in its own grey."""
    grey = np.kron(LEVELS, np.ones((64, 64), np.uint8))
    return np.repeat(grey[:, :, None], 3, axis=2)


def edited(path: Path, old: bytes, new: bytes) -> Path:
    """Return a copy of the file with some bytes replaced."""
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    return path


@pytest.mark.parametrize("in_idat", [True, False])
@pytest.mark.parametrize("codec", ["av1", "hevc"])
def test_every_tile_lies_in_its_place(tmp_path: Path, codec: str, in_idat: bool) -> None:
    path = grid_picture(tmp_path / "a.heic", levels(), GRID, codec=codec, in_idat=in_idat)
    pixels = first_pixels(opened(path), WHOLE)
    assert pixels.shape == (180, 240)
    assert abs(pixels[20::64, 20::64].astype(int) - LEVELS).max() <= 2


def test_a_grid_is_one_frame_in_any_range(tmp_path: Path) -> None:
    media = opened(grid_picture(tmp_path / "a.avif", levels(), GRID))
    assert media.video is not None
    assert media.video.frames == 1
    reader = FrameReader(media, [between(0, 1)])
    assert len(list(reader)) == len(list(reader)) == 1
    assert seen(media) == seen(media, reference=True)


def test_a_grid_without_all_its_tiles_is_refused(tmp_path: Path) -> None:
    path = grid_picture(tmp_path / "a.avif", levels(), GRID)
    four, five = (bytes([0, 0, 2, columns - 1, 0, 240, 0, 180]) for columns in (4, 5))
    with pytest.raises(MediaUnreadable):
        opened(edited(path, four, five))


def test_a_grid_that_is_larger_than_its_tiles_is_refused(tmp_path: Path) -> None:
    path = grid_picture(tmp_path / "a.avif", levels(), GRID)
    right, wrong = (bytes([0, 0, 2, 3, high, 240, 0, 180]) for high in (0, 1))
    with pytest.raises(MediaUnreadable, match="do not fit together"):
        opened(edited(path, right, wrong))


def test_an_undecodable_tile_is_counted_in_the_error(tmp_path: Path) -> None:
    path = grid_picture(tmp_path / "a.heic", levels(), GRID, codec="hevc")
    data = path.read_bytes()
    begin = data.index(b"mdat") + 4
    path.write_bytes(data[:begin] + bytes(40) + data[begin + 40 :])
    with pytest.raises(MediaUnreadable, match="1 of 12 tiles cannot be decoded"):
        opened(path)


@pytest.mark.parametrize("codec", ["av1", "hevc"])
def test_a_grid_is_cropped_to_its_clean_aperture(tmp_path: Path, codec: str) -> None:
    # Cropped by 30 from the left, the second tile begins at 34; by 40 from the top, the second
    # row at 24.
    grid = GRID._replace(aperture=(30, 40, 102, 90))
    pixels = first_pixels(
        opened(grid_picture(tmp_path / "a.heic", levels(), grid, codec=codec)), WHOLE
    )
    assert pixels.shape == (90, 102)
    assert abs(pixels[10::64, 10::64].astype(int) - LEVELS[:2, :2]).max() <= 2


def test_one_coded_picture_is_cropped_before_it_is_turned(tmp_path: Path) -> None:
    picture = levels()
    picture[20:50, 10:50] = 220
    grid = GRID._replace(aperture=(10, 20, 40, 30), alone=True, turns=1)
    media = opened(grid_picture(tmp_path / "a.heic", picture, grid, codec="hevc"))
    assert media.video is not None
    assert (media.video.width, media.video.height, media.video.rotation) == (30, 40, 270)
    pixels = first_pixels(media, WHOLE)
    assert pixels.shape == (40, 30)
    assert pixels.min() > 200


def test_a_clean_aperture_outside_the_picture_is_ignored_with_a_warning(tmp_path: Path) -> None:
    grid = GRID._replace(aperture=(200, 40, 102, 90))
    media = opened(grid_picture(tmp_path / "a.avif", levels(), grid))
    assert media.warnings == ("a clean aperture lies outside its picture; all of it is shown",)
    assert first_pixels(media, WHOLE).shape == (180, 240)


def test_an_overlay_is_not_taken_for_one_of_its_parts(tmp_path: Path) -> None:
    path = grid_picture(tmp_path / "a.avif", levels(), GRID)
    with pytest.raises(MediaUnsupported, match="laid over one another"):
        opened(edited(path, b"grid", b"iovl"))
