"""Handles under transitions are looked at; shots, markers and cuts stay at the cut."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.engine import Cache, EngineOptions
from shotlog.media.cuts import NoCuts
from shotlog.schema import Claim, ClipRange, ShotView, TimeRange
from tests.engine.passes.test_segmentation import two_scenes
from tests.engine.test_analyze import StepAnalyzer, Watch, clip, edit_of, ramp, run

__all__ = ["ramp"]  # 16 s that grow steadily brighter

RATE = Fraction(25)


class Told(StepAnalyzer):
    """Keeps the views that it is given, and claims all that it sees."""

    def __init__(self) -> None:
        self.views: list[ShotView] = []

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        self.views.append(view)
        seen, half = view.shot.seen, view.shot.seen.duration / 2
        halves = (TimeRange(start=seen.start + n * half, duration=half) for n in (0, 1))
        return [Claim(label="pan_left", scores={}, confidence=1.0, range=r) for r in halves]


def handled(found: ClipRange, head: Fraction | int = 0, tail: Fraction | int = 0) -> ClipRange:
    return found.model_copy(update={"head": Fraction(head), "tail": Fraction(tail)})


Frames = tuple[Fraction | int, Fraction | int]


def core(view: ShotView) -> Frames:
    """The core of a shot, in frames."""
    return view.shot.core.start * RATE, view.shot.core.end * RATE


def span(start: Fraction | int, end: Fraction | int) -> TimeRange:
    return TimeRange.between(Fraction(start), Fraction(end))


def test_what_a_transition_shows_is_evidence_and_the_shot_stays_at_the_cut(ramp: Path) -> None:
    told, watch = Told(), Watch()
    log = run(edit_of(handled(clip(ramp, 4, 8), 1, 2)), analyzers=[told], watch=watch)
    (view,) = told.views
    assert (view.shot.source, view.shot.core) == (span(4, 8), span(3, 10))
    series = view.series["test.step"]
    assert series.seconds(int(series.first[0])) == 3
    assert series.seconds(int(series.last[-1])) == Fraction(49, 5)
    assert watch.totals["Picture"] == 7
    (shot,) = log.shots
    assert shot.shot.timeline == span(0, 4)
    # Of what was said of seven seconds, that about the shot's own four is kept.
    assert [f.source for f in shot.findings] == [span(4, Fraction(13, 2)), span(Fraction(13, 2), 8)]


def test_a_clip_without_handles_has_none(ramp: Path) -> None:
    told = Told()
    run(edit_of(clip(ramp, 4, 8)), analyzers=[told])
    assert told.views[0].shot.core == told.views[0].shot.source == span(4, 8)


def test_a_claim_about_a_handle_alone_is_dropped(ramp: Path) -> None:
    log = run(edit_of(handled(clip(ramp, 4, 6), 3)), analyzers=[Told()])
    assert [f.source for f in log.shots[0].findings] == [span(4, 6)]


def test_handles_end_where_the_media_do(ramp: Path) -> None:
    told = Told()
    options = EngineOptions(cuts=NoCuts())
    edit = edit_of(handled(clip(ramp, 1, 15), 5, 5))
    log = run(edit, analyzers=[told], options=options)
    assert told.views[0].shot.core == span(0, 16)
    assert not log.warnings


def test_a_clip_that_runs_backwards_has_its_head_after_its_source(ramp: Path) -> None:
    told = Told()
    run(edit_of(handled(clip(ramp, 4, 8, speed=Fraction(-1)), 1, 2)), analyzers=[told])
    assert told.views[0].shot.core == span(2, 9)


@pytest.mark.parametrize(("first", "last"), [(40, 55), (5, 20)])
def test_a_cut_of_the_media_in_a_handle_ends_what_belongs_to_the_shot(
    tmp_path: Path, first: int, last: int
) -> None:
    film = two_scenes(tmp_path / "film.mp4", 30)
    told = Told()
    edit = edit_of(handled(clip(film, first / RATE, last / RATE), 1, 1))
    log = run(edit, analyzers=[told])
    (view,) = told.views
    assert view.shot.source == span(first / RATE, last / RATE)
    assert core(view) == ((30, 60) if first == 40 else (0, 30))
    assert log.cuts == {"V1/A": ()}
    (warning,) = log.warnings
    assert warning.startswith("A: its media has a cut under a transition")


def test_only_the_first_and_the_last_shot_of_a_clip_have_handles(tmp_path: Path) -> None:
    film = two_scenes(tmp_path / "film.mp4", 30)
    told = Told()
    edit = edit_of(handled(clip(film, 10 / RATE, 50 / RATE), 8 / RATE, 8 / RATE))
    run(edit, analyzers=[told])
    assert list(map(core, told.views)) == [(2, 30), (30, 58)]


def test_handles_are_looked_at_without_the_cut_finder_too(ramp: Path) -> None:
    told = Told()
    options = EngineOptions(cuts=NoCuts())
    run(edit_of(handled(clip(ramp, 4, 8), 1, 2)), analyzers=[told], options=options)
    assert told.views[0].shot.core == span(3, 10)


def test_a_shot_keeps_its_identity_and_what_was_measured_of_it(ramp: Path, tmp_path: Path) -> None:
    with Cache(tmp_path / "c.sqlite") as cache:
        plain = run(edit_of(clip(ramp, 4, 8)), cache)
        watch = Watch()
        log = run(edit_of(handled(clip(ramp, 4, 8), 1, 2)), cache, watch=watch)
    assert [s.shot.id for s in log.shots] == [s.shot.id for s in plain.shots]
    assert watch.totals["Picture"] < 4 + 2 * 4 + 3
