"""Shotcut opens our projects with crops, and a later run knows its key frames again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nle.clients.shotcut import open_and_save
from tests.otio.crops.test_mlt_crops import cut_of, film_of, made, rects, write

pytestmark = [pytest.mark.client, pytest.mark.timeout(600)]


def test_shotcut_saves_the_key_frames_and_they_are_no_change_of_the_editor(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    film_of(film)
    cut, out = cut_of(tmp_path, path=str(film)), tmp_path / "vertical.mlt"
    crops = made(cut, (0.25, 0.75), (0.5,))
    write(cut, out, crops)
    before = out.read_bytes()
    open_and_save(out)
    assert out.read_bytes() != before
    assert [rect.count(";") for rect in rects(out).values()] == [1, 0]
    assert 'width="180"' in out.read_text()
    assert write(cut, out, crops).kept == ()
