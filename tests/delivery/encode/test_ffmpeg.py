"""FFmpeg is found where users have it, and what is wrong with one is told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.delivery.encode import FFMPEG_VARIABLE, find_ffmpeg
from shotlog.schema import FfmpegUnusable
from tests.delivery.encode.fake_ffmpeg import FILTERS, answering, script


def test_the_installed_one_can_burn_in_subtitles_and_encode() -> None:
    found = find_ffmpeg()
    assert {"ass", "zscale", "loudnorm"} <= found.filters
    assert {"libx264", "aac", "prores_ks"} <= found.encoders


@pytest.mark.parametrize("version", ["5.1.9-0+deb12u1", "n9.0.2-17-g2a571b6068", "N-109421-gab12"])
def test_versions_of_releases_and_of_development_are_taken(tmp_path: Path, version: str) -> None:
    found = find_ffmpeg(answering(tmp_path / "ffmpeg", version))
    assert found.encoders == {"libx264", "aac"}


@pytest.mark.parametrize(
    ("version", "filters", "told"),
    [
        ("4.2.7-0ubuntu0.1", FILTERS, "version 4.2.7; 5.1 or later"),
        ("6.0", " .S zscale            V->V       Scaling.\n", "without libass"),
        ("6.0", " .. ass               V->V       Subtitles.\n", "without zimg"),
    ],
)
def test_one_that_cannot_be_used_tells_why(
    tmp_path: Path, version: str, filters: str, told: str
) -> None:
    with pytest.raises(FfmpegUnusable, match=told):
        find_ffmpeg(answering(tmp_path / "ffmpeg", version, filters))


def test_a_named_one_that_is_missing_is_not_replaced_by_another(tmp_path: Path) -> None:
    with pytest.raises(FfmpegUnusable, match="cannot be run"):
        find_ffmpeg(tmp_path / "absent")


def test_another_program_is_no_ffmpeg(tmp_path: Path) -> None:
    with pytest.raises(FfmpegUnusable, match="is no FFmpeg"):
        find_ffmpeg(script(tmp_path / "ffmpeg", "print('hello')"))


def test_the_variable_names_it_before_the_search_path(tmp_path: Path) -> None:
    named = answering(tmp_path / "mine", "7.1")
    found = find_ffmpeg(environ={FFMPEG_VARIABLE: str(named), "PATH": "/usr/bin"})
    assert (found.path, found.version) == (named, "7.1")


def test_an_old_one_on_the_search_path_is_passed_over_and_told(tmp_path: Path) -> None:
    answering(tmp_path / "ffmpeg", "3.4.11")
    pytest.importorskip("imageio_ffmpeg")
    found = find_ffmpeg(environ={"PATH": str(tmp_path)})
    assert found.path.parent != tmp_path
    assert "3.4.11" in found.passed_over[0]
