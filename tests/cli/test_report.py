"""``--report`` as a user types it."""

from __future__ import annotations

import base64
import re
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.schema import Pixels
from shotlog.synthetic import write_video

RATE = Fraction(25)


COLOURS = {"red": (200, 30, 30), "<b>blue": (30, 30, 200)}


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of blue and two of red."""
    folder = tmp_path_factory.mktemp("footage")
    for name, colour in COLOURS.items():
        pixels: Pixels = np.full((180, 320, 3), colour, np.uint8)
        write_video(folder / f"{name}.mp4", [pixels] * 50, RATE)
    return folder


def shotlog(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


def test_the_report_shows_every_shot_with_its_own_picture(footage: Path, tmp_path: Path) -> None:
    page = tmp_path / "cut.html"
    result = shotlog("analyze", footage, "--report", page)
    assert result.exit_code == 0, result.output
    assert f"wrote {page}" in result.output.replace("\n", "")
    text = page.read_text(encoding="utf-8")
    assert "<bdi>&lt;b&gt;blue.mp4</bdi>" in text
    shown = re.findall(r'<img src="data:image/jpeg;base64,([^"]+)" alt="Shot', text)
    means = [_mean(base64.b64decode(jpeg)) for jpeg in shown]
    assert len(means) == 2
    blue, red = means
    assert red[0] > 140 > 80 > red[2]
    assert blue[2] > 140 > 80 > blue[0]


def test_a_second_run_writes_the_same_report(footage: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.html", tmp_path / "second.html"
    assert shotlog("analyze", footage, "--report", first).exit_code == 0
    assert shotlog("analyze", footage, "--report", second, "--no-cache").exit_code == 0
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("folder.html", "this is a folder"),
        ("no/where.html", "folder does not exist"),
        ("cut.otio", "the result is a .html file"),
    ],
)
def test_an_impossible_place_is_refused_before_the_work(
    footage: Path, tmp_path: Path, place: str, said: str
) -> None:
    (tmp_path / "folder.html").mkdir()
    result = shotlog("analyze", footage, "--report", tmp_path / place, "-o", tmp_path / "log.otio")
    assert result.exit_code == 1
    assert said in " ".join(result.output.split())
    assert "Findings" not in result.output
    assert not (tmp_path / "log.otio").exists()


def _mean(jpeg: bytes) -> tuple[float, float, float]:
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert pixels is not None
    r, g, b = pixels.reshape(-1, 3).mean(axis=0)
    return float(r), float(g), float(b)
