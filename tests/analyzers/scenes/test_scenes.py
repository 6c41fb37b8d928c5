"""Scenes of edits whose settings are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from shotlog.analyzers.kind import FlatnessMeasure
from shotlog.analyzers.scenes import (
    LEAST_LIKENESS,
    PER_BLACK,
    ColourMeasure,
    ScenesAnalyzer,
    ShotColours,
    compute_histogram,
    link_across,
)
from shotlog.engine import Cache, analyze
from shotlog.schema import (
    Claim,
    ClipRange,
    Cut,
    CutKind,
    Edit,
    EditView,
    Log,
    Media,
    Pixels,
    Row,
    SceneStart,
    Shot,
    ShotView,
    TimeMap,
    TimeRange,
)
from shotlog.synthetic import write_video
from tests.analyzers.edits import edit_of_ranges

TICK = Fraction(1, 2)
KITCHEN, GARDEN = (0.1, 0.6, 0.8), (0.35, 0.8, 0.5)
STREET, NIGHT = (0.6, 0.2, 0.6), (0.7, 0.5, 0.3)
BLACK = (0.0, 0.0, 0.0)


def picture(setting: tuple[float, float, float], seed: int = 0) -> Pixels:
    """Return a picture of hues, saturations and values about those of a setting."""
    draw = np.random.default_rng(seed)
    grain = draw.normal(0, 0.04, (72, 128, 3)) * (setting != BLACK)
    hsv = np.clip(np.asarray(setting) + grain, 0, 1) * (179, 255, 255)
    return np.asarray(cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB), np.uint8)


def shot(
    start: float,
    seconds: float,
    *settings: tuple[float, float, float],
    clip: str = "V1/0",
    enabled: bool = True,
) -> ShotView:
    """Return a shot with a picture of each setting; without any its colours are not known."""
    at = TimeRange(start=Fraction(start), duration=Fraction(seconds))
    rows = [Row(n, n, compute_histogram(picture(s, n))) for n, s in enumerate(settings)]
    time_map = TimeMap(timeline_start=at.start, source_start=at.start)
    return ShotView(
        shot=Shot(id=f"{clip} {start}", clip=clip, source=at, core=at, timeline=at),
        clip=ClipRange(
            id=clip, name="", media=None, source=at, timeline=at, time_map=time_map, enabled=enabled
        ),
        media=Media(path="a", content_id="a", container="mov", video=None, audio=None),
        series={ColourMeasure.name: ColourMeasure().series(TICK, rows)},
    )


def run_of(*settings: tuple[float, float, float], seconds: float = 4) -> list[ShotView]:
    """Return shots one after the other."""
    return [shot(n * seconds, seconds, setting) for n, setting in enumerate(settings)]


def colours(share: float, other: int) -> npt.NDArray[np.float32]:
    """Return the histogram of a picture: a share of one colour, the rest of another one."""
    row = np.zeros(len(ColourMeasure.columns), np.float32)
    row[5], row[other] = share, 1 - share
    return row


def half_alike(between: float) -> list[ShotView]:
    """Return two shots of a likeness a little above the least one, some seconds apart."""
    share = LEAST_LIKENESS + PER_BLACK / 2
    shots = [shot(0, 2), shot(2 + between, 2)]
    rows = ([Row(0, 0, colours(share, other))] for other in (9, 13))
    return [
        replace(each, series={ColourMeasure.name: ColourMeasure().series(TICK, told)})
        for each, told in zip(shots, rows, strict=True)
    ]


def scenes(
    shots: Sequence[ShotView], *starts: SceneStart, seconds: float = 0, cuts: Sequence[Cut] = ()
) -> list[Claim]:
    end = max([seconds, *(float(each.shot.timeline.end) for each in shots)])
    edit = Edit(
        name="cut", rate=Fraction(25), duration=Fraction(end),
        clips=tuple(each.clip for each in shots), scene_starts=starts,
    )  # fmt: skip
    view = EditView(edit=edit, shots=shots, cuts={"V1/0": tuple(cuts)})
    return list(ScenesAnalyzer().conclude(view))


def borders(claims: Sequence[Claim]) -> list[float]:
    """Return the starts of scenes and the end of the last, which must follow each other."""
    assert [c.range.end for c in claims[:-1]] == [c.range.start for c in claims[1:]]
    return [float(c.range.start) for c in claims] + [float(claims[-1].range.end)]


def starts(*told: tuple[float, str]) -> list[SceneStart]:
    return [SceneStart(at=Fraction(at), name=name) for at, name in told]


def test_bars_count_for_no_colour() -> None:
    inside = picture(KITCHEN)
    barred = np.zeros((96, 128, 3), np.uint8)
    barred[12:84] = inside
    assert compute_histogram(inside).sum() == pytest.approx(1)
    assert compute_histogram(barred) == pytest.approx(compute_histogram(inside))


def test_a_dialogue_of_two_cameras_is_one_scene() -> None:
    found = scenes(run_of(KITCHEN, NIGHT, KITCHEN, NIGHT, GARDEN, STREET, GARDEN))
    assert borders(found) == [0, 16, 28]
    assert [claim.label for claim in found] == ["Scene 1", "Scene 2"]
    assert [claim.scores["shots"] for claim in found] == [4, 3]
    assert "unlike" in found[1].reasons[0]


def test_the_same_setting_long_after_is_another_scene() -> None:
    later = [shot(0, 4, KITCHEN), shot(4, 40, GARDEN), shot(44, 4, KITCHEN)]
    assert borders(scenes(later)) == [0, 4, 44, 48]


def test_shots_that_fade_to_black_are_not_alike_for_it() -> None:
    faded = [shot(0, 2, KITCHEN, BLACK), shot(2, 2, BLACK, GARDEN)]
    assert borders(scenes(faded)) == [0, 2, 4]


@pytest.mark.parametrize(
    ("kind", "at", "count"),
    [
        (CutKind.CUT, 2, 1),
        (CutKind.DISSOLVE, 2, 1),
        (CutKind.FADE, 2, 2),
        (CutKind.DIP, 2, 2),
        (CutKind.FADE, 1, 1),  # of another shot
    ],
)
def test_shots_a_little_alike_are_two_scenes_where_a_fade_lies_between(
    kind: CutKind, at: int, count: int
) -> None:
    fade = Cut(at=Fraction(at), kind=kind, span=half_alike(0)[0].shot.timeline, confidence=1)
    found = scenes(half_alike(0), cuts=[fade])
    assert len(found) == count
    if count == 2:
        assert found[1].reasons[0].startswith("black lies before it, and its colours are unlike")


def test_a_shot_of_black_between_them_counts_as_a_fade_and_one_of_nothing_known_does_not() -> None:
    first, second = half_alike(0.5)
    assert len(scenes([first, shot(2, 0.5), second])) == 1
    assert len(scenes([first, shot(2, 0.5, BLACK), second])) == 2
    rows = [Row(0, 0, np.zeros(len(FlatnessMeasure.columns), np.float32))]
    black = shot(2, 0.5, BLACK)
    flat = {FlatnessMeasure.name: FlatnessMeasure().series(TICK, rows)}
    assert len(scenes([first, replace(black, series={**black.series, **flat}), second])) == 2


def test_every_link_through_black_is_weaker_and_no_other() -> None:
    at = [TimeRange(start=Fraction(n), duration=Fraction(1)) for n in range(3)]
    same = colours(1, 9)[None]
    plain = link_across([ShotColours(span, same) for span in at])
    after = link_across([ShotColours(span, same, n == 1) for n, span in enumerate(at)])
    assert plain.tolist() == [0, 1, 1]
    assert after.tolist() == pytest.approx([0, 1 - PER_BLACK, 1])


def test_black_belongs_to_the_scene_before_it() -> None:
    assert borders(scenes(run_of(BLACK, KITCHEN, BLACK, GARDEN))) == [0, 12, 16]


def test_a_film_of_black_alone_has_no_scene() -> None:
    assert scenes(run_of(BLACK, BLACK)) == []


def test_one_shot_is_one_scene() -> None:
    assert borders(scenes(run_of(KITCHEN))) == [0, 4]


def test_a_shot_whose_colours_are_not_known_starts_no_scene() -> None:
    unknown = [shot(0, 4, KITCHEN), shot(4, 0.2), shot(4.2, 4, KITCHEN)]
    assert borders(scenes(unknown)) == [0, 8.2]
    assert scenes([shot(0, 4)]) == []


def test_what_lies_over_a_scene_does_not_divide_it() -> None:
    logo, insert = shot(0, 12, STREET, clip="V2/0"), shot(5, 2, GARDEN, clip="V3/0")
    below = [shot(0, 4, KITCHEN), shot(4, 4, KITCHEN), shot(8, 4, KITCHEN)]
    shots = sorted([logo, insert, *below], key=lambda each: each.shot.timeline.start)
    assert borders(scenes(shots)) == [0, 12]


def test_shots_that_alternate_between_tracks_follow_each_other() -> None:
    on_two = [shot(0, 4, KITCHEN), shot(4, 3, GARDEN, clip="V2/0"), shot(7, 4, STREET)]
    assert borders(scenes(on_two)) == [0, 4, 7, 11]


def test_a_clip_that_is_switched_off_tells_of_no_setting() -> None:
    off = [shot(0, 4, KITCHEN), shot(1, 2, GARDEN, clip="V2/0", enabled=False)]
    assert borders(scenes(off)) == [0, 4]


def test_markers_replace_what_was_found() -> None:
    found = scenes(run_of(KITCHEN, GARDEN, GARDEN), *starts((0, "kitchen"), (10, "")))
    assert borders(found) == [0, 10, 12]
    assert [(claim.label, claim.confidence) for claim in found] == [("kitchen", 1), ("Scene 2", 1)]
    assert found[0].reasons == ("a marker named scene starts it",)


def test_what_lies_before_the_first_marker_is_a_scene_of_its_own() -> None:
    found = scenes(run_of(KITCHEN, GARDEN), *starts((6, "Scene 12")))
    assert [claim.label for claim in found] == ["Before Scene 12", "Scene 12"]
    assert borders(found) == [0, 6, 8]


def test_markers_count_where_every_clip_is_offline() -> None:
    edit = Edit(
        name="cut", rate=Fraction(25), duration=Fraction(8),
        clips=tuple(each.clip for each in run_of(KITCHEN, GARDEN)),
        scene_starts=tuple(starts((0, "a"), (4, "b"), (9, "beyond the end"))),
    )  # fmt: skip
    found = list(ScenesAnalyzer().conclude(EditView(edit=edit, shots=[])))
    assert borders(found) == [0, 4, 8]
    assert [claim.scores["shots"] for claim in found] == [0, 0]


def test_a_log_holds_the_scenes_of_a_film_and_comes_back_from_json(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    settings = [KITCHEN, NIGHT, KITCHEN, GARDEN]
    frames = (picture(s, n) for n, s in enumerate(s for s in settings for _ in range(30)))
    write_video(path, frames, Fraction(15))
    clips = (TimeRange(start=Fraction(n), duration=Fraction(2)) for n in range(0, 8, 2))
    edit = edit_of_ranges(path, Fraction(15), *clips)
    with Cache(None) as cache:
        log = analyze(edit, [ScenesAnalyzer()], cache)
        plain = analyze(edit, [], cache)
    assert [(s.label, float(s.timeline.start), float(s.timeline.end)) for s in log.scenes] == [
        ("Scene 1", 0.0, 6.0),
        ("Scene 2", 6.0, 8.0),
    ]
    assert Log.model_validate_json(log.model_dump_json()) == log
    assert log.highlights == ()
    assert "scenes" not in plain.model_dump(mode="json")
