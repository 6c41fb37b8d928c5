"""An edit cut from real footage: retimes, a nest, a gap, a freeze, an overlay, offline media."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from click.testing import CliRunner

from shotlog.cli import main
from shotlog.schema import Log, LoggedShot

pytestmark = pytest.mark.slow

RATE = 25
CUTS = (30, 76, 137, 187, 242)
"""First frames of the shots of multishot/bikes.mp4, from its row in labels.csv (25 fps)."""


def clip(
    name: str, path: Path, start: int, frames: int, *effects: Any, media_start: int = 0
) -> otio.schema.Clip:
    """``frames`` on the timeline; with a time effect more or fewer of the media."""
    return otio.schema.Clip(
        name,
        otio.schema.ExternalReference(str(path), frame_range(media_start, 10_000)),
        frame_range(start + media_start, frames),
        effects=list(effects),
    )


def frame_range(start: int, frames: int) -> otio.opentime.TimeRange:
    time = otio.opentime.RationalTime
    return otio.opentime.TimeRange(time(start, RATE), time(frames, RATE))


def speed(scalar: float) -> otio.schema.LinearTimeWarp:
    return otio.schema.LinearTimeWarp(time_scalar=scalar)


@pytest.fixture
def assembled(data_dir: Path, tmp_path: Path) -> Path:
    video = data_dir / "video"
    bikes = video / "multishot" / "bikes.mp4"
    nest = otio.schema.Stack("nest", source_range=frame_range(20, 100))
    nest.append(otio.schema.Track(children=[clip("in the nest", bikes, 0, 250)]))
    first = otio.schema.Track("V1", kind="Video")
    first.extend([
        clip("plain", bikes, 10, 190),
        otio.schema.Gap(source_range=frame_range(0, 25)),
        clip("twice as fast", bikes, 0, 125, speed(2.0), media_start=90_000),
        clip("half as fast", bikes, 60, 40, speed(0.5)),
        clip("backwards", bikes, 100, 100, speed(-1.0)),
        nest,
        clip("freeze", bikes, 200, 50, otio.schema.FreezeFrame()),
        clip("offline", tmp_path / "gone.mov", 0, 50),
        clip("timecode", video / "nasty" / "tmcd_01000000_25.mov", 0, 50, media_start=90_000),
    ])  # fmt: skip
    second = otio.schema.Track("V2", kind="Video")
    second.append(otio.schema.Gap(source_range=frame_range(0, 50)))
    second.append(clip("overlay", video / "camera" / "c_foreman_b.mp4", 0, 50))
    timeline = otio.schema.Timeline(
        "assembled", global_start_time=otio.opentime.RationalTime(90_000, RATE)
    )
    timeline.tracks.extend([first, second])
    path = tmp_path / "assembled.otio"
    otio.adapters.write_to_file(timeline, str(path))
    return path


def test_every_shot_starts_on_its_frame(assembled: Path, tmp_path: Path) -> None:
    out, findings = tmp_path / "out.otio", tmp_path / "findings.json"
    result = CliRunner().invoke(
        main, ["analyze", str(assembled), "-o", str(out), "--json", str(findings)]
    )
    assert result.exit_code == 0, result.output
    log = Log.model_validate_json(findings.read_text())
    shots: dict[str, list[LoggedShot]] = {}
    for shot in log.shots:
        shots.setdefault(shot.clip_name, []).append(shot)

    def starts(name: str) -> list[Fraction]:
        return [shot.shot.timeline.start * RATE for shot in shots[name]]

    # plain: frames 10..199, at 0. twice as fast: 0..249 in 125 frames, at 215.
    assert starts("plain") == [0, *(cut - 10 for cut in CUTS if 10 < cut < 200)]
    assert starts("twice as fast") == [215, *(215 + Fraction(cut, 2) for cut in CUTS)]
    # half as fast: frames 60..79 in 40 frames, at 340.
    assert starts("half as fast") == [340, 340 + (76 - 60) * 2]
    # backwards: frames 199 down to 100, at 380: the last shot is seen first.
    assert starts("backwards") == [380, 380 + 200 - 187, 380 + 200 - 137]
    # nest: its frames 20..119 at 480. freeze at 580, offline at 630, timecode at 680.
    assert starts("in the nest") == [480, *(460 + cut for cut in CUTS if 20 < cut < 120)]
    assert [s.shot.timeline.duration * RATE for s in shots["freeze"]] == [50]
    assert starts("freeze") == [580]
    assert starts("timecode")[0] == 680
    assert starts("overlay")[0] == 50
    assert [(p.clip, p.code) for p in log.problems] == [("V1/7", "media-missing")]

    marked = otio.adapters.read_from_file(str(out))
    frames = {m.marked_range.start_time.value for m in marked.tracks.markers}
    assert {0, 20, 66, 127, 177, 215, 230, 253, 284, 309, 336, 340, 372} <= frames
    assert {m.name for m in marked.tracks.markers if m.color == "RED"} == {"media missing"}
