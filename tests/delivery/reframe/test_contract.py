"""Contract of reframers, for every installed one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.delivery.reframe import REFRAMERS, ReframeOptions, Reframer, reframe
from shotlog.engine import Cache
from shotlog.schema import ReframerError
from tests.delivery.reframe.scenes import clip_of, edit_of, write_faces

each = pytest.mark.parametrize(
    "backend", REFRAMERS.installed, ids=lambda backend: str(backend.name)
)
SQUARE = Fraction(1)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("two") / "two.mp4"
    return write_faces(path, lambda n: [(0.2, 0.5), (0.8, 0.5)])


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    with Cache(tmp_path_factory.mktemp("cache") / "cache.sqlite") as opened:
        yield opened


def test_the_ways_of_the_issue_are_there() -> None:
    assert {"center", "speaker", "subject"} <= REFRAMERS.by_name.keys()


@each
def test_its_text_chooses_it_again(backend: Reframer) -> None:
    other = type(backend)(margin=0.3)
    assert REFRAMERS.choose(other.text) == other
    assert any(backend.name in line and backend.summary in line for line in REFRAMERS.describe())


@each
def test_a_second_run_gives_the_same_crops(backend: Reframer, two: Path, cache: Cache) -> None:
    edit = edit_of(clip_of(two, Fraction(3)))
    options = ReframeOptions(aspect=SQUARE, backend=backend)
    first = reframe(edit, cache, options)
    assert reframe(edit, cache, options) == first
    with Cache(None) as empty:
        assert reframe(edit, empty, options) == first


@each
def test_key_frames_lie_on_frames_of_the_clip_and_every_clip_has_a_crop(
    backend: Reframer, two: Path, cache: Cache
) -> None:
    clips = [
        clip_of(two, Fraction(1), number=n, at=Fraction(n), start=Fraction(n, 2)) for n in range(3)
    ]
    edit = edit_of(*clips)
    found = reframe(edit, cache, ReframeOptions(aspect=SQUARE, backend=backend))
    assert [path.clip for path in found.paths] == ["V1/0", "V1/1", "V1/2"]
    for path, clip in zip(found.paths, clips, strict=True):
        for key in path.keys:
            assert (key.at * edit.rate).denominator == 1
            assert clip.timeline.contains(key.at)


@each
def test_a_film_of_one_frame_has_a_crop(backend: Reframer, tmp_path: Path, cache: Cache) -> None:
    film = write_faces(tmp_path / "one.mp4", lambda n: [(0.3, 0.5)], frames=1)
    edit = edit_of(clip_of(film, Fraction(1, 25)))
    found = reframe(edit, cache, ReframeOptions(aspect=SQUARE, backend=backend))
    assert len(found.paths) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("speeker", "did you mean 'speaker'"),
        ("subject:hld=2", "it has no parameter 'hld'"),
        ("center:x=2", "less than or equal to 1"),
    ],
)
def test_a_wrong_choice_is_told(text: str, told: str) -> None:
    with pytest.raises(ReframerError, match=told):
        REFRAMERS.choose(text)
