"""Highlights as a new timeline: exactly what the logged timeline shows in them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from shotlog.engine import ProbeCache
from shotlog.markers import markers_of
from shotlog.schema import (
    ClipRange,
    Family,
    Finding,
    Log,
    MarkerFamily,
    MediaReference,
    TimeMap,
    TimeRange,
)
from shotlog.selects import (
    Layout,
    Pick,
    Selects,
    group_by_highlight,
    make_stringouts,
    with_highlights,
    write_clips,
    write_selects,
)
from shotlog_otio import read_edit, read_markers
from tests.selects.films import clip_of, log_of, number_of, said, write_numbered

PAL = Fraction(25)
PROBES = ProbeCache()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_numbered(tmp_path_factory.mktemp("film") / "a.mov", PAL, 120, "10:00:00:00")


def frames(first: int, last: int) -> TimeRange:
    return TimeRange.between(first / PAL, last / PAL)


def highlight(rank: int, first: int, last: int) -> Finding:
    return said(Family.HIGHLIGHT, f"HL {rank}", frames(first, last), scores={"score": 100.0 - rank})


def straight(
    film: Path, first: int, shown: TimeRange, number: int, path: tuple[int, ...]
) -> ClipRange:
    time_map = TimeMap(timeline_start=shown.start, source_start=first / PAL)
    clip = clip_of(film, time_map, shown, number)
    return clip.model_copy(update={"path": path, "id": f"V{path[0] + 1}/{number}"})


@pytest.fixture(scope="module")
def log(film: Path) -> Log:
    """Three clips on V1 (frames 10, 40 and 70, 20 each), one over the second on V2 (frame 100)."""
    clips = [
        straight(film, 10, frames(0, 20), 0, (0, 0)),
        straight(film, 40, frames(20, 40), 1, (0, 1)),
        straight(film, 70, frames(40, 60), 2, (0, 2)),
        straight(film, 100, frames(25, 35), 0, (1, 1)),
    ]
    found = (highlight(1, 30, 50), highlight(2, 5, 28))
    return log_of(*clips, rate=PAL).model_copy(update={"highlights": found})


def selects(log: Log, **facts: str) -> Selects:
    made = make_stringouts(group_by_highlight(log), "best", PROBES, Layout(facts=facts))
    return with_highlights(made, log.highlights)


def shown(made: Selects) -> list[tuple[int, int]]:
    """The frames of the film that the new timeline shows, clip by clip."""
    spans = [(clip.source.start - 36000, clip.source.duration) for clip in made.log.edit.clips]
    return [(int(start * PAL), int((start + length) * PAL)) for start, length in spans]


def test_a_highlight_shows_what_is_visible_in_it_in_order(log: Log) -> None:
    made = selects(log)
    assert shown(made) == [(105, 110), (55, 60), (70, 80), (15, 30), (40, 45), (100, 103)]
    spans = [(finding.label, finding.timeline) for finding in made.log.highlights]
    assert spans == [("HL 1", frames(0, 20)), ("HL 2", frames(20, 43))]


def test_a_clip_that_is_switched_off_is_not_shown(log: Log) -> None:
    clips = [
        clip.model_copy(update={"enabled": not clip.id.startswith("V2")}) for clip in log.edit.clips
    ]
    edit = log.edit.model_copy(update={"clips": tuple(clips)})
    made = selects(log.model_copy(update={"edit": edit}))
    assert shown(made) == [(50, 60), (70, 80), (15, 30), (40, 48)]


def test_a_retimed_clip_is_shown_at_normal_speed_and_that_is_told(film: Path) -> None:
    fast = TimeMap(timeline_start=Fraction(0), source_start=20 / PAL, speed=Fraction(2))
    log = log_of(clip_of(film, fast, frames(0, 40)), rate=PAL)
    made = selects(log.model_copy(update={"highlights": (highlight(1, 10, 20),)}))
    assert shown(made) == [(40, 60)]
    assert "a clip is retimed in the timeline, and at normal speed in the new one" in (
        made.log.warnings
    )


def test_a_part_of_a_shot_is_another_shot_with_its_findings(log: Log) -> None:
    (clip, *_) = log.edit.clips
    size = said(Family.SIZE, "MS", frames(0, 20), frames(10, 30))
    first = log.shots[0].model_copy(update={"findings": (size,)})
    changed = log.model_copy(update={"shots": (first, *log.shots[1:])})
    pick = Pick(changed, 0, frames(5, 60))
    assert pick.logged.shot.source == frames(15, 30)
    assert pick.logged.shot.timeline == frames(5, 20)
    assert pick.logged.shot.id != first.shot.id
    assert clip.id == pick.logged.shot.clip
    made = selects(changed.model_copy(update={"highlights": (highlight(1, 5, 20),)}))
    (logged,) = made.log.shots
    assert [(f.label, f.source, f.timeline) for f in logged.findings] == [
        ("MS", frames(15, 30), frames(0, 15))
    ]
    assert Pick(changed, 0, frames(0, 20)).logged is first
    with pytest.raises(ValueError, match="shows nothing"):
        Pick(changed, 0, frames(20, 30))


def test_the_file_holds_markers_of_highlights_and_our_facts(log: Log, tmp_path: Path) -> None:
    made = selects(log, format="reels")
    path = tmp_path / "best.otio"
    write_selects(path, made)
    assert json.loads(path.read_text())["metadata"]["shotlog"]["format"] == "reels"
    assert read_edit(path).clips == made.log.edit.clips
    told = [m for m in markers_of(made.log) if m.family is MarkerFamily.HIGHLIGHT]
    assert [(m.name, m.frame, m.duration) for m in told] == [
        ("HL 1 · 99", 0, 20), ("HL 2 · 98", 20, 23)
    ]  # fmt: skip
    assert {"HL 1 · 99", "HL 2 · 98"} <= {each.name for each in read_markers(path)}


def test_video_files_show_the_frames_of_the_timeline(log: Log, tmp_path: Path) -> None:
    groups = group_by_highlight(log)
    first, second = write_clips(groups, tmp_path, PROBES)
    assert [numbers(clip.path) for clip in (first, second)] == [
        [*range(105, 110), *range(55, 60), *range(70, 80)],
        [*range(15, 30), *range(40, 45), *range(100, 103)],
    ]
    assert (first.problem, second.problem) == (None, None)


def test_a_freeze_frame_is_one_picture_in_both(film: Path, tmp_path: Path) -> None:
    frozen = TimeMap(timeline_start=Fraction(0), source_start=20 / PAL, speed=Fraction(0))
    clip = clip_of(film, frozen, frames(0, 40))
    log = log_of(clip.model_copy(update={"source": frames(20, 21)}), rate=PAL)
    log = log.model_copy(update={"highlights": (highlight(1, 10, 30),)})
    assert shown(selects(log)) == [(20, 21)]
    (file,) = write_clips(group_by_highlight(log), tmp_path, PROBES)
    assert numbers(file.path) == [20]


def test_media_that_have_gone_cost_one_video_file_and_not_the_others(
    log: Log, tmp_path: Path
) -> None:
    over = next(clip for clip in log.edit.clips if clip.id.startswith("V2"))
    gone = over.model_copy(update={"media": MediaReference(path=str(tmp_path / "gone.mov"))})
    clips = tuple(gone if clip is over else clip for clip in log.edit.clips)
    edit = log.edit.model_copy(update={"clips": clips})
    told = (highlight(3, 0, 15), *log.highlights)
    broken = log.model_copy(update={"edit": edit, "highlights": told})
    whole, *others = write_clips(group_by_highlight(broken), tmp_path, PROBES)
    assert numbers(whole.path) == [*range(10, 25)]
    assert [clip.path for clip in others] == [None, None]
    problems = [clip.problem for clip in others if clip.problem]
    assert [problem.code for problem in problems] == ["media-missing"] * 2
    assert all("gone.mov" in problem.subject for problem in problems)


def numbers(path: Path | None) -> list[int]:
    assert path is not None
    with av.open(str(path)) as container:
        frames = container.decode(container.streams.video[0])
        return [number_of(np.asarray(f.to_ndarray(format="rgb24"), np.uint8)) for f in frames]
