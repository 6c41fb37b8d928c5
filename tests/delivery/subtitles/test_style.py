"""Styles fit the picture: whole lines lie within the safe area when libass draws them."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import numpy.typing as npt
import pytest

from shotlog.delivery.subtitles import (
    Cue,
    built_in_styles,
    load_style,
    parse_aspect,
    picture_size,
    render,
    safe_area,
)
from shotlog.schema import SubtitleStyleUnusable

FULL = (
    "The quick brown fox had jumped over a lazy",
    "dog before the old men could say anything.",
)
"""Two whole lines of 42 characters."""
NARROW = ("The quick brown fox is", "over there by the lake")
"""Two whole lines of 22 characters."""


def drawn(path: Path, size: tuple[int, int], lines: tuple[str, ...], style: str) -> np.ndarray:
    """Return what libass draws on black, (height, width) of grey."""
    cue = Cue(Fraction(0), Fraction(1), "\n".join(lines))
    path.write_bytes(render([cue], ".ass", load_style(style), size, len(lines[0])))
    source = f"color=white:size={size[0]}x{size[1]}:rate=1:duration=1,format=gray,format=yuv420p"
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi", "-i", source,
        "-vf", f"ass={path.name},format=gray", "-frames:v", "1", "-f", "rawvideo", "-",
    ]  # fmt: skip
    raw = subprocess.run(command, check=True, capture_output=True, cwd=path.parent).stdout
    return np.frombuffer(raw, np.uint8).reshape(size[1], size[0])


def edges(picture: npt.NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Return the first and last column and row in which something dark is drawn."""
    rows, columns = np.nonzero(picture < 128)
    return int(columns.min()), int(columns.max()), int(rows.min()), int(rows.max())


@pytest.mark.parametrize("style", built_in_styles())
@pytest.mark.parametrize(
    ("size", "lines"),
    [((1920, 1080), FULL), ((3840, 2160), FULL), ((1080, 1920), NARROW), ((1080, 1080), NARROW)],
)
def test_two_whole_lines_lie_within_the_safe_area(
    tmp_path: Path, style: str, size: tuple[int, int], lines: tuple[str, ...]
) -> None:
    left, right, top, bottom = edges(drawn(tmp_path / "a.ass", size, lines, style))
    area = safe_area(Fraction(*size))
    outline = 10 * max(1, size[1] // 1080)  # of the box, which libass draws around the letters
    assert left >= size[0] * area.left - outline
    assert right <= size[0] * (1 - area.right) + outline
    assert bottom <= size[1] * (1 - area.bottom) + outline
    # Both lines are drawn as they are: a third one would be a third as high again.
    assert bottom - top <= 2.6 * load_style(style).fitted(size, len(lines[0])).fontsize


def test_letters_are_as_wide_as_the_size_of_styles_assumes(tmp_path: Path) -> None:
    """Measured with the font that is here in place of Arial; wider fonts than DejaVu are rare."""
    left, right, _, _ = edges(drawn(tmp_path / "a.ass", (1920, 1080), FULL[:1], "plain"))
    size = load_style("plain").fitted((1920, 1080), 42).fontsize
    assert (right - left) / (len(FULL[0]) * size) <= 0.55


def test_the_picture_has_the_shorter_side_of_the_film_and_the_aspect_that_is_asked_for() -> None:
    assert picture_size((1920, 1080), None) == (1920, 1080)
    assert picture_size((1920, 1080), parse_aspect("9:16")) == (1080, 1920)
    assert picture_size((3840, 2160), parse_aspect("1:1")) == (2160, 2160)
    assert picture_size(None, parse_aspect("4:5")) == (1080, 1350)
    for wrong in ("0:1", "9:0", "wide", "100:1", "-9:16"):
        with pytest.raises(ValueError, match=wrong):
            parse_aspect(wrong)


def test_the_lower_strip_of_9_16_stays_free_also_for_odd_sizes() -> None:
    assert safe_area(Fraction(1080, 1921)) == safe_area(Fraction(9, 16))
    assert safe_area(Fraction(9, 16)).bottom > safe_area(Fraction(16, 9)).bottom
    look = load_style("plain").fitted((607, 1080), 22)
    assert look.marginv == round(1080 * Fraction(6, 25))


def test_a_style_of_the_user_is_taken_and_told_if_it_is_none(tmp_path: Path) -> None:
    path = tmp_path / "mine.ass"
    text = """[Script Info]
PlayResY: 540
Karaoke: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Outline
Style: Mine,Open Sans,30,&H000000FF,2
"""
    path.write_text(text, encoding="utf-8")
    style = load_style(str(path))
    look = style.fitted((1920, 1080), 42)
    assert style.karaoke
    assert (look.fontname, look.fontsize, look.outline) == ("Open Sans", 60, 4)
    for content in (
        "",
        "[Events]",
        text.replace(",30,", ",0,"),
        "1\n00:00:01,000 --> 00:00:02,000\nx",
    ):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(SubtitleStyleUnusable):
            load_style(str(path))
    with pytest.raises(SubtitleStyleUnusable, match="no style of this name"):
        load_style("fancy")
