"""Groups of sources: what timelines kept, and which of them are one film."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from shotlog.engine import ProbeCache
from shotlog.learning.highlights import edit_of, find_groups
from shotlog.learning.splits import are_copies
from shotlog.media import probe
from shotlog.schema import Edit, Media, MediaReference, Pixels, TimeRange
from shotlog.synthetic import write_video
from tests.analyzers.edits import edit_of_ranges

RATE = Fraction(12)
SECONDS = 6


def write(path: Path, seed: int, *, seconds: int = SECONDS, scale: int = 1) -> Path:
    """Write a film of coarse pictures that change every second; seed 0 is black."""
    rng = np.random.default_rng(seed)
    grids = rng.integers(20, 230, (seconds, 9, 16, 3)).astype(np.uint8) * bool(seed)

    def picture(number: int) -> Pixels:
        large = cv2.resize(grids[number // 12], (320, 180), interpolation=cv2.INTER_CUBIC)
        return np.ascontiguousarray(cv2.resize(large, (320 // scale, 180 // scale)))

    write_video(path, (picture(number) for number in range(12 * seconds)), RATE)
    return path


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {
        "one": write(folder / "one.mp4", 1),
        "proxy": write(folder / "proxy.mp4", 1, scale=2),
        "other": write(folder / "other.mp4", 2),
        "longer": write(folder / "longer.mp4", 1, seconds=8),
        "black": write(folder / "black.mp4", 0),
        "black proxy": write(folder / "black proxy.mp4", 0, scale=2),
    }


def media(path: Path) -> Media:
    return probe(MediaReference(path=str(path)))


def span(start: int, end: int) -> TimeRange:
    return TimeRange.between(Fraction(start), Fraction(end))


def cut(name: str, path: Path, *spans: TimeRange) -> Edit:
    return edit_of_ranges(path, RATE, *spans).model_copy(update={"name": name})


@pytest.mark.parametrize(
    ("name", "same"),
    [("proxy", True), ("other", False), ("longer", False)],
)
def test_a_copy_is_known_by_its_length_and_picture(
    films: dict[str, Path], name: str, same: bool
) -> None:
    assert are_copies(media(films["one"]), media(films[name])) is same


def test_black_films_are_not_copies_of_each_other(films: dict[str, Path]) -> None:
    assert not are_copies(media(films["black"]), media(films["black proxy"]))


def test_a_timeline_keeps_the_ranges_that_it_shows(films: dict[str, Path]) -> None:
    edit = cut("cut", films["one"], span(0, 2), span(1, 3), span(4, 5))
    (group,) = find_groups([edit], ProbeCache()).groups
    (source,) = group.sources
    assert source.kept == (span(0, 3), span(4, 5))
    assert group.picks == 2
    assert group.left == 2


def test_a_clip_that_is_switched_off_was_not_kept(films: dict[str, Path]) -> None:
    edit = cut("cut", films["one"], span(0, 2), span(4, 5))
    first, second = edit.clips
    off = edit.model_copy(update={"clips": (first, second.model_copy(update={"enabled": False}))})
    (group,) = find_groups([off], ProbeCache()).groups
    assert group.sources[0].kept == (span(0, 2),)


def test_timelines_of_different_films_are_different_groups(films: dict[str, Path]) -> None:
    edits = [cut(name, films[name], span(0, 2)) for name in ("one", "other")]
    found = find_groups(edits, ProbeCache())
    assert [group.name for group in found.groups] == ["one", "other"]
    assert not found.warnings


def test_timelines_of_one_file_are_one_group_that_keeps_what_either_shows(
    films: dict[str, Path],
) -> None:
    edits = [cut("a", films["one"], span(0, 2)), cut("b", films["one"], span(4, 5))]
    (group,) = find_groups(edits, ProbeCache()).groups
    assert group.sources[0].kept == (span(0, 2), span(4, 5))


def test_a_third_timeline_joins_two_groups(films: dict[str, Path]) -> None:
    first, last = (cut(name, films[name], span(0, 2)) for name in ("one", "other"))
    both = cut("both", films["one"], span(3, 4))
    more = cut("more", films["other"], span(3, 4)).clips[0]
    both = both.model_copy(update={"clips": (*both.clips, more)})
    found = find_groups([first, last, both], ProbeCache())
    (group,) = found.groups
    assert sorted(group.names) == ["both", "one", "other"]
    assert len(found.warnings) == 2


def test_a_copy_joins_two_groups(films: dict[str, Path]) -> None:
    edits = [cut(name, films[name], span(0, 2)) for name in ("one", "proxy")]
    found = find_groups(edits, ProbeCache())
    assert [group.names for group in found.groups] == [("one", "proxy")]
    assert found.warnings == ("one and proxy share sources: they are one film in the split",)


def test_media_that_are_gone_are_problems_and_do_not_cost_the_others(
    films: dict[str, Path], tmp_path: Path
) -> None:
    gone = cut("gone", tmp_path / "gone.mp4", span(0, 2))
    found = find_groups([gone, cut("one", films["one"], span(0, 2))], ProbeCache())
    assert [group.name for group in found.groups] == ["one"]
    assert "there is nothing to learn from it" in str(found.problems[-1])


def test_the_sources_of_a_group_lie_on_steps_one_after_the_other(films: dict[str, Path]) -> None:
    edit = cut("both", films["one"], span(0, 2))
    more = cut("more", films["longer"], span(3, 4)).clips[0]
    (group,) = find_groups(
        [edit.model_copy(update={"clips": (*edit.clips, more)})], ProbeCache()
    ).groups
    whole = edit_of(group)
    assert {clip.source.duration for clip in whole.clips} == {6, 8}
    assert whole.duration == 14
    assert all(clip.timeline.start % Fraction(1, 4) == 0 for clip in whole.clips)
