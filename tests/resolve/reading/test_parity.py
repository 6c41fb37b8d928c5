"""The calls of Resolve and its export lead to the same clips as the export given to Shotlog."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.resolve.double import ProjectSpec, TimelineSpec
from tests.resolve.reading.scenes import (
    NO_EXPORT,
    VERSIONS,
    Scene,
    beach,
    exact,
    exported,
    facts,
    open_double,
    probed,
    read,
)


def straight(spec: ProjectSpec, cut: TimelineSpec) -> None:
    film = beach(spec)
    cut.clip(film, length=48)
    cut.clip(film, length=30, source=1470)
    cut.clip(film, length=1, source=7, at=100)
    cut.clip(film, length=48, source=100, track=3, at=20)


def retimed(spec: ProjectSpec, cut: TimelineSpec) -> None:
    film = beach(spec)
    cut.clip(film, length=24, source=400, speed=2)
    cut.clip(film, length=24, source=100, speed="1/2")
    cut.clip(film, length=48, source=100, speed="1/3")
    cut.clip(film, length=100, source=0, speed="960/1001")


def backwards(spec: ProjectSpec, cut: TimelineSpec) -> None:
    film = beach(spec)
    cut.clip(film, length=41, source=20, speed=-1)
    cut.clip(film, length=48, source=20, speed="-1/2")
    cut.clip(film, length=12, source=200, speed=-4)


def frozen(spec: ProjectSpec, cut: TimelineSpec) -> None:
    cut.clip(beach(spec), length=50, source=600, speed=0)
    cut.clip(beach(spec, start="00:00:00:00"), length=50, source=0, speed=0)


def mixed(spec: ProjectSpec, cut: TimelineSpec) -> None:
    for name, fps in (("a", 25), ("b", "23.976"), ("c", "29.97"), ("d", 60), ("e", 50)):
        film = spec.media(f"/films/{name}.mov", fps=fps, start="01:00:00:00", frames=3000)
        cut.clip(film, length=47, source=75)
        cut.clip(film, length=32, source=150, speed=2)


def between_frames(spec: ProjectSpec, cut: TimelineSpec) -> None:
    film = spec.media("/films/a.mov", fps=24, start="01:00:00:00", frames=3000)
    cut.clip(film, length=44, source="30.72")  # frame 32 of 25, as AYON's fixture has it


def sequences(spec: ProjectSpec, cut: TimelineSpec) -> None:
    cut.clip(spec.media("/s/a.[1001-1099].exr", frames=99, type="sequence"), length=20, source=5)
    cut.clip(spec.media("/s/b.[0998-1099].exr", frames=102, type="sequence"), length=20, speed=2)


def subclips(spec: ProjectSpec, cut: TimelineSpec) -> None:
    film = beach(spec)
    cut.clip(spec.subclip(film, 300, 100), length=10, source=20)
    cut.clip(spec.subclip(film, 700, 100), length=10, source=20, speed=-1)
    cut.clip(film, length=10, source=20)


def dissolved(spec: ProjectSpec, cut: TimelineSpec) -> None:
    film = beach(spec)
    cut.clip(film, length=48, source=100)
    cut.clip(film, length=48, source=300)
    cut.transition(48)


SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
        straight, retimed, backwards, frozen, mixed, between_frames, sequences, subclips, dissolved
    )
}  # fmt: skip
CLOCKS = {
    "24": {"rate": 24},
    "from 0": {"rate": 25, "start": "00:00:00:00"},
    "23.976": {"rate": "23.976", "start": "01:00:00:00"},
    "29.97 DF": {"rate": "29.97", "start": "00:59:50;00"},
    "60": {"rate": 60, "start": "10:00:00:00"},
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("scene", SCENES)
def test_a_version_gives_the_clips_of_its_own_export(
    scene: str, version: str, tmp_path: Path
) -> None:
    double = open_double(SCENES[scene], version, rate=25 if scene == "between_frames" else 24)
    edit = read(double)

    assert [facts(c) for c in exact(edit).clips] == [
        facts(c) for c in exported(double, tmp_path).clips
    ]
    assert edit.warnings == []


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("scene", ["straight", "retimed", "backwards", "frozen"])
def test_a_clock_gives_the_clips_of_its_export(scene: str, clock: str, tmp_path: Path) -> None:
    double = open_double(SCENES[scene], **CLOCKS[clock])  # type: ignore[arg-type]
    told, file = exact(read(double)), exported(double, tmp_path)

    assert [facts(c) for c in told.clips] == [facts(c) for c in file.clips]
    assert (told.rate, told.start, told.drop_frame) == (file.rate, file.start, file.drop_frame)


def rounded(told: tuple[object, ...]) -> tuple[object, ...]:
    """Calls tell the source in whole frames, so that its moments may miss by a part of one."""
    *rest, source, length, speed = told
    assert isinstance(source, Fraction)
    return (*rest, round(source * 24), length, speed)


@pytest.mark.parametrize("version", VERSIONS[1:])  # 18.5 tells neither frame nor speed
@pytest.mark.parametrize("scene", [s for s in SCENES if s not in ("subclips", "between_frames")])
def test_calls_alone_lead_to_the_same_clips(scene: str, version: str, tmp_path: Path) -> None:
    double = open_double(SCENES[scene], version)
    told = exact(read(double, folder=NO_EXPORT)).clips
    file = exported(double, tmp_path).clips

    if scene == "frozen" and version != "21.1":  # a still that starts at 0 looks like "unknown"
        file = file[:1]
    assert [rounded(facts(c)) for c in told] == [rounded(facts(c)) for c in file]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("folder", [None, NO_EXPORT])
def test_a_subclip_shows_its_part_of_the_file(folder: str | None, version: str) -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        cut.clip(spec.subclip(beach(spec), 300, 100), length=10, source=20)

    (clip,) = exact(read(open_double(scene, version), folder=folder)).clips

    # The file of the beach has 1500 frames from 10:00:00:00 on.
    assert probed(clip, Fraction(36000), Fraction(1500, 24)) == Fraction(320, 24)


@pytest.mark.parametrize("error", [-1, 1])
@pytest.mark.parametrize("scene", SCENES)
def test_a_start_that_resolve_tells_wrong_by_one_changes_nothing(
    scene: str, error: int, tmp_path: Path
) -> None:
    rate = 25 if scene == "between_frames" else 24
    double = open_double(SCENES[scene], source_error=error, rate=rate)
    edit = read(double)

    assert [facts(c) for c in exact(edit).clips] == [
        facts(c) for c in exported(double, tmp_path).clips
    ]
    assert edit.warnings == []
