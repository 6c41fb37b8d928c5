"""Films that a model has learned from are never judged, whatever the seed and the name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shotlog.learning.clips import (
    FILMS_FILE,
    DataSet,
    LabelledClip,
    LearnedFilms,
    Part,
    read_learned_films,
)
from shotlog.schema import Family, ModelUnreadable

LEARNED = {"ran": Part.TRAIN, "kagemusha": Part.VAL, "ikiru": Part.TEST}


def clips(*films: str) -> DataSet:
    made = [
        LabelledClip(film, Path(f"/{film}.mov"), None, {Family.SIZE: ("CS",)}, film)
        for film in films
    ]
    return DataSet("made", tuple(made))


def learned() -> LearnedFilms:
    return LearnedFilms.of(replace(c, part=LEARNED[c.film]) for c in clips(*LEARNED).clips)


def parts(data: DataSet) -> dict[str, Part | None]:
    return {clip.film: clip.part for clip in data.clips}


def test_films_have_the_parts_of_the_training_and_new_ones_are_to_judge() -> None:
    assert parts(learned().divide(clips(*LEARNED, "dreams"))) == LEARNED | {"dreams": Part.TEST}


def test_a_copy_of_a_learned_film_under_another_name_is_not_judged() -> None:
    data = clips("dreams", "dreams2", "dreams3", "kagemusha")
    divided = learned().divide(data, [("dreams", "dreams2"), ("dreams2", "kagemusha")])
    assert [clip.part for clip in divided.clips] == [Part.VAL, Part.VAL, Part.TEST, Part.VAL]


def test_of_several_trainings_each_film_is_in_the_part_that_judges_least() -> None:
    other = LearnedFilms.of(replace(c, part=Part.TRAIN) for c in clips("ikiru").clips)
    for several in ((learned(), other), (other, learned())):
        both = LearnedFilms.together(several).divide(clips(*LEARNED))
        assert parts(both) == LEARNED | {"ikiru": Part.TRAIN}


def test_names_of_films_are_not_in_the_file(tmp_path: Path) -> None:
    (tmp_path / FILMS_FILE).write_text(learned().model_dump_json())
    assert "ran" not in {*(tmp_path / FILMS_FILE).read_text().split('"')}
    assert read_learned_films(tmp_path) == learned()


def test_a_folder_without_the_file_tells_nothing_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    assert read_learned_films(tmp_path) is None
    (tmp_path / FILMS_FILE).write_text("{}")
    with pytest.raises(ModelUnreadable, match="films of a training"):
        read_learned_films(tmp_path)
