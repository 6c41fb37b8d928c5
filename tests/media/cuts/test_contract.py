"""Contract of cut finders, checked for every installed one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from shotlog.engine import Cache, EngineOptions, analyze
from shotlog.media import probe
from shotlog.media.cuts import CUT_FINDERS, CutFinder, CutView
from shotlog.schema import (
    Cut,
    CutFinderError,
    Edit,
    Log,
    MediaReference,
    Pixels,
    TimeRange,
    VideoStream,
)
from shotlog.synthetic import write_video
from tests.analyzers.edits import edit_of_ranges
from tests.engine.test_analyze import Watch

pytestmark = pytest.mark.timeout(300)  # a network takes long on a busy processor

RATE = Fraction(25)
CUT, BLACK, END = 40, 75, 100
"""Frames of the film: a hard cut, the middle of a black field between two fades, the end."""

FINDERS = CUT_FINDERS.installed
NAMES = {
    "adaptive", "builtin", "content", "hash", "histogram", "off", "threshold", "transnet",
}  # fmt: skip
each = pytest.mark.parametrize("finder", FINDERS, ids=lambda finder: str(finder.name))


@pytest.fixture
def installed(finder: CutFinder) -> CutFinder:
    """The finder; skips where it lacks a package."""
    try:
        finder.require()
    except CutFinderError as error:
        pytest.skip(str(error))
    return finder


@pytest.fixture(scope="module")
def cache() -> Iterator[Cache]:
    """A cache that holds what earlier tests measured."""
    with Cache(None) as cache:
        yield cache


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pictures that drift, with a cut between them, then a fade to black and back."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    grain = np.random.default_rng(11).integers(20, 236, (3, 12, 24, 3)).astype(np.uint8)
    worlds = [cv2.resize(world, (480, 180), interpolation=cv2.INTER_CUBIC) for world in grain]

    def picture(number: int) -> Pixels:
        world = worlds[0 if number < CUT else 1 if number < BLACK else 2]
        dark = min(max(0, abs(number - BLACK) - 6) / 8, 1) if number >= CUT else 1
        return np.asarray(world[:, number : number + 320] * dark, dtype=np.uint8)

    write_video(path, map(picture, range(END)), RATE)
    return path


def edit(path: Path, *spans: tuple[Fraction | int, Fraction | int]) -> Edit:
    """Return an edit of ranges of the film, in frames of 1/25 s."""
    ranges = (TimeRange.between(first / RATE, after / RATE) for first, after in spans)
    return edit_of_ranges(path, RATE, *ranges)


def log(
    path: Path, finder: CutFinder, cache: Cache, *spans: tuple[Fraction | int, Fraction | int]
) -> Log:
    """Return the log of ranges of a film, without analyzers."""
    found = analyze(edit(path, *spans), [], cache, options=EngineOptions(cuts=finder))
    assert found.problems == ()
    return found


def cuts(
    path: Path, finder: CutFinder, cache: Cache, *spans: tuple[Fraction | int, Fraction | int]
) -> list[Cut]:
    """Return the cuts in the first of some ranges of a film."""
    return [*log(path, finder, cache, *spans).cuts["V1/0"]]


def stream(path: Path) -> VideoStream:
    """Return the picture stream of a film."""
    video = probe(MediaReference(path=str(path))).video
    assert video is not None
    return video


def test_every_cut_finder_is_installed_under_its_name() -> None:
    assert {finder.name for finder in FINDERS} >= NAMES


@each
def test_cuts_lie_strictly_inside_their_clip_in_order_and_apart(
    installed: CutFinder, film: Path, cache: Cache
) -> None:
    found = log(film, installed, cache, (0, END), (10, 90))
    for clip in found.edit.clips:
        cuts = found.cuts[clip.id]
        assert all(clip.source.start < cut.at < clip.source.end for cut in cuts)
        assert all(cut.span.start <= cut.at <= cut.span.end for cut in cuts)
        assert all(0 <= cut.confidence <= 1 for cut in cuts)
        assert all(a.at < b.at and a.span.end <= b.span.start for a, b in itertools.pairwise(cuts))


@each
def test_cuts_depend_on_the_frames_of_the_clip_alone(
    installed: CutFinder, film: Path, cache: Cache
) -> None:
    beside = cuts(film, installed, cache, (10, 90), (0, END), (50, 95))
    with Cache(None) as fresh:
        assert cuts(film, installed, fresh, (10, 90)) == beside


@each
def test_a_second_run_reads_nothing_and_finds_the_same(
    installed: CutFinder, film: Path, tmp_path: Path
) -> None:
    asked, options, watch = edit(film, (0, END)), EngineOptions(cuts=installed), Watch()
    with Cache(tmp_path / "cache.sqlite") as cache:
        first = analyze(asked, [], cache, options=options)
        assert analyze(asked, [], cache, options=options, progress=watch) == first
    assert not any(watch.totals.get(stage) for stage in ("Picture", "Cuts"))


@each
@pytest.mark.parametrize("frames", [1, 2, 3])
def test_a_clip_of_few_frames_is_one_shot(
    installed: CutFinder, film: Path, cache: Cache, frames: int
) -> None:
    (shot,) = log(film, installed, cache, (0, frames)).shots
    assert shot.shot.source.duration == frames / RATE


@each
def test_without_evidence_there_are_no_cuts(finder: CutFinder, film: Path) -> None:
    video = stream(film)
    for frames in (0, 1, 200):
        view = CutView(TimeRange(start=Fraction(0), duration=frames / RATE), video, {})
        assert finder.find(view) == []
        assert finder.place([], view) == []
        assert [r for r in finder.request([], view) if r.spans] == []


@each
def test_the_log_tells_what_found_the_cuts(installed: CutFinder, film: Path, cache: Cache) -> None:
    found = log(film, installed, cache, (0, 10))
    assert found.cut_finder == installed.provenance
    assert installed.name in installed.provenance.analyzer
    assert Log.model_validate_json(found.model_dump_json()) == found


@each
def test_a_finder_is_chosen_by_the_text_that_it_tells(finder: CutFinder) -> None:
    assert CUT_FINDERS.choose(finder.name) == finder
    assert CUT_FINDERS.choose(finder.text) == finder
    assert CUT_FINDERS.choose(f" {finder.name} :") == finder


@each
def test_a_parameter_that_does_not_exist_is_refused_in_one_sentence(finder: CutFinder) -> None:
    with pytest.raises(CutFinderError, match="it has no parameter 'volume'") as error:
        CUT_FINDERS.choose(f"{finder.name}:volume=11")
    assert "\n" not in str(error.value)
    for name in type(finder).model_fields:
        assert f"{name}=" in error.value.problem.hint


@each
def test_a_value_that_cannot_be_is_refused_in_one_sentence(finder: CutFinder) -> None:
    for name in type(finder).model_fields:
        for value in ("?", "-7", ""):
            with pytest.raises(CutFinderError, match=name) as error:
                CUT_FINDERS.choose(f"{finder.name}:{name}={value}")
            assert "\n" not in str(error.value)


@each
def test_every_parameter_is_listed_with_its_default(finder: CutFinder) -> None:
    (line,) = (x for x in CUT_FINDERS.describe() if x.startswith(f"{finder.name}:"))
    assert all(f"{name}=" in line for name in type(finder).model_fields)
