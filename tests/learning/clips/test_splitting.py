from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from shotlog.learning.clips import (
    DataSet,
    FramePlan,
    LabelledClip,
    Part,
    check_leaks,
    count_labels,
    find_copies,
    read_frames,
    split,
)
from shotlog.models.catalog import Resize, Sampling
from shotlog.schema import Family, SplitUnusable
from shotlog.synthetic import write_video
from tests.learning.clips.films import RATE, clip_of, drifting, write_film


def clip(film: str, number: int = 0, part: Part | None = None, label: str = "CS") -> LabelledClip:
    path = Path(f"{film}/{number}.mp4")
    return LabelledClip(str(path), path, None, {Family.SIZE: (label,)}, film, part)


def data_of(clips: Sequence[LabelledClip]) -> DataSet:
    return DataSet("made", tuple(clips))


def films(count: int, clips: int = 2) -> list[LabelledClip]:
    return [clip(f"film {n}", k) for n in range(count) for k in range(clips)]


def parts_of(data: DataSet) -> dict[str, Part | None]:
    return {one.film: one.part for one in data.clips}


def test_films_are_divided_by_eighty_ten_and_ten() -> None:
    counts = Counter(parts_of(split(data_of(films(1000)))).values())
    assert counts[Part.TRAIN] == pytest.approx(800, abs=40)
    assert counts[Part.VAL] == pytest.approx(100, abs=30)
    assert counts[Part.TEST] == pytest.approx(100, abs=30)


def test_films_stay_in_their_part_when_clips_and_films_are_added() -> None:
    before = parts_of(split(data_of(films(60))))
    after = parts_of(split(data_of([*films(90, clips=3)][::-1])))
    assert before == {film: after[film] for film in before}
    assert before != parts_of(split(data_of(films(60)), seed=1))


def test_the_order_of_clips_stays() -> None:
    clips = films(20)[::-1]
    assert [one.id for one in split(data_of(clips)).clips] == [one.id for one in clips]


@pytest.mark.parametrize("count", [3, 4, 7])
@pytest.mark.parametrize("seed", range(5))
def test_no_part_is_empty_with_few_films(count: int, seed: int) -> None:
    assert set(parts_of(split(data_of(films(count)), seed=seed)).values()) == set(Part)


def test_fewer_than_three_films_are_refused() -> None:
    with pytest.raises(SplitUnusable, match="clips of 2 films"):
        split(data_of(films(2)))


def test_an_own_split_is_kept() -> None:
    own = {"a": Part.TRAIN, "b": Part.VAL, "c": Part.TEST, "d": Part.TEST}
    data = split(data_of([clip(film, part=part) for film, part in own.items()]))
    assert parts_of(data) == own
    assert data.warnings == ()


def test_an_own_split_without_a_test_gives_it_a_tenth_of_train() -> None:
    clips = [replace(one, part=Part.TRAIN) for one in films(200)]
    data = split(data_of([*clips, clip("v", part=Part.VAL)]))
    counts = Counter(parts_of(data).values())
    assert 10 <= counts[Part.TEST] <= 35
    assert counts[Part.VAL] == 1
    assert data.warnings[0].startswith("test was empty and got, of train: film ")


def test_clips_that_a_data_set_keeps_for_its_test_are_never_learned_from() -> None:
    kept = [clip(f"kept {n}", part=Part.TEST) for n in range(20)]
    with pytest.raises(SplitUnusable, match="keeps all films but 0 for its test"):
        split(data_of(kept))
    parts = parts_of(split(data_of([*kept, clip("one"), clip("other")])))
    assert {parts["one"], parts["other"]} == {Part.TRAIN, Part.VAL}
    assert {part for film, part in parts.items() if film.startswith("kept")} == {Part.TEST}


def test_a_film_in_two_parts_is_told_by_its_name() -> None:
    clips = [clip("heat", 1, Part.TRAIN), clip("heat", 2, Part.TEST), *films(5)]
    with pytest.raises(SplitUnusable, match="'heat' is in train and in test"):
        split(data_of(clips))


def test_leaks_of_films_and_files_are_found() -> None:
    clips = split(data_of(films(5))).clips
    check_leaks(data_of(clips))
    other = Part.TRAIN if clips[0].part is Part.TEST else Part.TEST
    with pytest.raises(SplitUnusable, match="'film 0' is in"):
        check_leaks(data_of([replace(clips[0], part=other), *clips[1:]]))
    with pytest.raises(SplitUnusable, match=r"file '.*0.mp4' is in"):
        check_leaks(data_of([*clips, replace(clips[0], part=other, film="new")]))
    with pytest.raises(SplitUnusable, match="in no part"):
        check_leaks(data_of(films(1)))


def test_films_that_share_a_file_come_into_one_part() -> None:
    clips = [
        replace(one, path=Path("shared.mp4")) if one.id == "film 1/0.mp4" else one
        for one in films(9)
    ]
    clips.append(replace(clip("film 5", 9), path=Path("shared.mp4")))
    data = split(data_of(clips))
    assert parts_of(data)["film 1"] == parts_of(data)["film 5"]
    assert any(one.startswith("film 1 + film 5 share clips") for one in data.warnings)


def test_copies_across_an_own_split_leave_what_is_judged() -> None:
    own = {"a": Part.TRAIN, "b": Part.VAL, "c": Part.TEST, "d": Part.TEST, "e": Part.TEST}
    clips = [clip(film, part=part) for film, part in own.items()]
    data = split(data_of(clips), copies=[("a", "c"), ("b", "d"), ("a", "not here")])
    assert parts_of(data) == {**own, "c": Part.TRAIN, "d": Part.VAL}
    assert data.warnings == (
        "a + c share clips, and are all in train",
        "b + d share clips, and are all in val",
    )


def test_labels_that_a_part_lacks_are_told() -> None:
    clips = [
        clip("a", 0, Part.TRAIN), clip("a", 1, Part.TRAIN, "LS"), clip("b", 0, Part.VAL),
        clip("c", 0, Part.TEST), clip("c", 1, Part.TEST, "LS"),
    ]  # fmt: skip
    data = split(data_of(clips))
    assert data.warnings == ("no clip of size LS is in val",)
    assert count_labels(data.clips)[Family.SIZE, "LS"] == {Part.TRAIN: 1, Part.TEST: 1}


def test_a_clip_encoded_anew_is_found_under_another_film(tmp_path: Path) -> None:
    paths = [write_film(tmp_path / f"{n}.mp4", seed=n, frames=48) for n in range(6)]
    small = tmp_path / "small.mp4"
    write_video(small, drifting(2, 48, 160, 90), RATE, options={"preset": "veryfast", "crf": "36"})
    clips = [clip_of(path) for path in [*paths, small]]
    plan = FramePlan(Sampling.TWO_SECONDS, 64, Resize.STRETCH)
    frames = read_frames(clips, plan, tmp_path / "frames", lambda done, total: None)
    assert find_copies(clips, frames) == [("2", "small")]
