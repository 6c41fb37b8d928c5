"""The second pass over real files: windows, batches, the cache, failures."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.engine import Cache, ProbeCache, StageProgress, analyze
from shotlog.engine.passes import Prefetcher
from shotlog.schema import (
    Analyzer,
    Claim,
    ClipRange,
    DeviceUnusable,
    Edit,
    Family,
    FrameNeed,
    Log,
    MediaReference,
    Pixels,
    ShotAnalyzer,
    ShotView,
    Stopped,
    Tier,
    TimeMap,
    TimeRange,
    VideoStream,
    Window,
    WindowMeasure,
)
from shotlog.synthetic import write_video
from tests.waiting import PATIENCE_S

RATE = Fraction(25)
COUNT = 100
SHOTS = (0, 30, 60, COUNT)
"""First frames of the shots of the film, and its end."""


def shot_of(frame: int) -> int:
    return sum(frame >= first for first in SHOTS[1:-1])


def colour(frame: int) -> npt.NDArray[np.float32]:
    """Return the mean of a frame: a hue for every shot, brighter with every frame."""
    shades = [(50, 90, 180), (190, 60, 50), (60, 150, 90)][shot_of(frame)]
    return np.array(shades, np.float32) + np.float32(frame * 0.3)


def write_colours(path: Path, *, shift: int = 0) -> Path:
    blocks = np.random.default_rng(3).integers(-30, 31, (3, 6, 8, 3))
    textures = np.kron(blocks - blocks.mean(axis=(1, 2), keepdims=True), np.ones((1, 8, 8, 1)))
    frames = (
        np.clip(textures[shot_of(n)] + colour(n) + shift, 0, 255).astype(np.uint8)
        for n in range(COUNT)
    )
    write_video(path, frames, RATE, pix_fmt="yuv444p")
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_colours(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_colours(tmp_path_factory.mktemp("film") / "other.mp4", shift=20)


class Colours(WindowMeasure):
    """Measures the mean colour of the first and the last frame of ranges of ten frames."""

    name = "test.colours"
    epoch = 1
    columns: tuple[str, ...] = ("r0", "g0", "b0", "r1", "g1", "b1")
    need = FrameNeed(width=8, height=8, pixels="rgb", fit="stretch")

    def __init__(self, batch: int = 4) -> None:
        self.batch = batch
        self.batches: list[int] = []
        self.prepared_in: list[str] = []

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        first, end = -(-shot.start // video.tick), -(-shot.end // video.tick)
        edges = [*range(first, end, 10), end]
        return [
            Window(
                source=TimeRange.between(a * video.tick, b * video.tick),
                frames=(a * video.tick, (a + b) // 2 * video.tick, (b - 1) * video.tick),
            )
            for a, b in pairwise(edges)
        ]

    def prepare(self) -> None:
        self.prepared_in.append(threading.current_thread().name)

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        self.batches.append(len(batch))
        means = [window.mean(axis=(1, 2), dtype=np.float32) for window in batch]
        return [np.concatenate([mean[0], mean[-1]]) for mean in means]


class Fastidious(Colours):
    """Raises on windows that begin red, as those of the second shot do."""

    name = "test.fastidious"

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        values = super().look(batch)
        if any(v[0] > v[2] for v in values):
            raise RuntimeError("red is not for me")
        return values


class Says(ShotAnalyzer):
    """Claims the number of windows of a shot, with their rows as scores."""

    family = Family.SIZE
    tier = Tier.LOCAL
    version = "1"

    def __init__(self, measure: WindowMeasure, family: Family = Family.SIZE) -> None:
        self.name = f"says.{measure.name}"
        self.family = family
        self.measures = (measure,)

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        rows = view.series[self.measures[0].name].values
        scores = {str(n): float(value) for n, value in enumerate(rows.ravel())}
        return [Claim(label=str(len(rows)), scores=scores, confidence=1.0, range=view.shot.source)]


class Watch:
    """Counts the windows; stops the run after some."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.total = self.done = 0.0
        self._stop_after = stop_after

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[StageProgress]:
        watch = self

        class Counting:
            def advance(self, amount: float) -> None:
                if name == "Models":
                    watch.done += amount
                    if watch._stop_after is not None and watch.done >= watch._stop_after:
                        raise KeyboardInterrupt

        if name == "Models":
            self.total = total
        yield Counting()


def clip(path: Path, first: int = 0, end: int = COUNT, *, at: int = 0, name: str = "") -> ClipRange:
    source = TimeRange.between(first / RATE, end / RATE)
    return ClipRange(
        id=f"V1/{name or at}", name=name or f"clip at {at}",
        media=MediaReference(path=str(path), start=Fraction(0)),
        source=source, timeline=source.shifted(Fraction(at) - source.start),
        time_map=TimeMap(timeline_start=Fraction(at), source_start=source.start),
    )  # fmt: skip


def run(
    clips: Sequence[ClipRange], analyzers: Sequence[Analyzer],
    cache: Cache | None = None, watch: Watch | None = None,
) -> Log:  # fmt: skip
    end = max(c.timeline.end for c in clips)
    edit = Edit(name="cut", rate=RATE, duration=end, clips=tuple(clips))
    if cache is not None:
        return analyze(edit, analyzers, cache, progress=watch)
    with Cache(None) as fresh:
        return analyze(edit, analyzers, fresh, progress=watch)


def scores(log: Log) -> list[dict[str, float]]:
    return [finding.scores for shot in log.shots for finding in shot.findings]


def test_a_window_holds_the_frames_that_were_asked_for(film: Path) -> None:
    log = run([clip(film)], [Says(Colours())])
    assert [shot.shot.source.start * RATE for shot in log.shots] == list(SHOTS[:-1])
    assert [f.label for s in log.shots for f in s.findings] == ["3", "3", "4"]
    for shot, first, end in zip(log.shots, SHOTS, SHOTS[1:], strict=False):
        rows = np.reshape(list(shot.findings[0].scores.values()), (-1, 2, 3))
        for row, start in zip(rows, range(first, end, 10), strict=True):
            assert np.abs(row[0] - colour(start)).max() < 3  # what the codec costs
            assert np.abs(row[1] - colour(start + 9)).max() < 3
            assert np.sign(row[1] - row[0]).min() > 0


def test_batches_are_filled_across_shots_clips_and_files(film: Path, other: Path) -> None:
    measure = Colours(batch=4)
    run([clip(film, 5, 95), clip(other, 40, 60, at=8)], [Says(measure)])
    assert sum(measure.batches) == 3 + 3 + 4 + 2
    assert set(measure.batches[:-1]) == {4}


def test_a_batch_of_large_windows_runs_before_it_is_full(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.engine.passes.second_pass._BATCH_BYTES", 2 * 3 * 8 * 8 * 3)
    measure = Colours(batch=64)
    run([clip(film)], [Says(measure)])
    assert measure.batches == [2] * 5


@pytest.mark.parametrize("batch", [1, 3, 64])
def test_the_size_of_a_batch_changes_no_finding(film: Path, other: Path, batch: int) -> None:
    clips = [clip(film), clip(other, at=4)]
    assert run(clips, [Says(Colours(batch))]) == run(clips, [Says(Colours(4))])


def test_a_clip_has_the_same_findings_alone_and_among_others(film: Path, other: Path) -> None:
    alone = run([clip(film, 10, 90, at=9)], [Says(Colours())])
    among = run(
        [clip(other, 0, 40), clip(film, 10, 90, at=9), clip(film, at=20)], [Says(Colours())]
    )
    assert among.shots[2:5] == alone.shots != ()


spans = st.tuples(st.integers(0, COUNT - 1), st.integers(1, 40)).map(
    lambda pair: (pair[0], min(COUNT, sum(pair)))
)


@settings(max_examples=12, deadline=None)
@given(st.lists(spans, min_size=1, max_size=4), st.integers(1, 5))
def test_the_rows_of_a_shot_come_from_its_own_frames(
    film: Path, cuts: list[tuple[int, int]], batch: int
) -> None:
    clips = [clip(film, *span, at=10 * n) for n, span in enumerate(cuts)]
    log = run(clips, [Says(Colours(batch))])
    assert log.problems == ()
    for shot in log.shots:
        first, end = (int(t * RATE) for t in (shot.shot.core.start, shot.shot.core.end))
        rows = np.reshape(list(shot.findings[0].scores.values()), (-1, 2, 3))
        for row, start in zip(rows, range(first, end, 10), strict=True):
            last = min(start + 9, end - 1)
            assert np.abs(row - [colour(start), colour(last)]).max() < 3


class _Twice(Colours):
    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        return [window for window in super().windows(shot, video) for _ in range(2)]


def test_a_window_chosen_twice_has_two_rows_and_one_inference(film: Path) -> None:
    measure = _Twice()
    log = run([clip(film, 0, 30)], [Says(measure)])
    assert sum(measure.batches) == 3
    assert log.shots[0].findings[0].label == "6"


def test_equal_windows_are_measured_once(film: Path) -> None:
    measure = Colours()
    log = run([clip(film), clip(film, at=4), clip(film, 30, 60, at=8)], [Says(measure)])
    assert sum(measure.batches) == 10
    assert len(log.shots) == 3 + 3 + 1
    assert scores(log)[1] == scores(log)[4] == scores(log)[6]


def test_a_rerun_measures_nothing_and_finds_the_same(film: Path, tmp_path: Path) -> None:
    with Cache(tmp_path / "c.sqlite") as cache:
        first = run([clip(film)], [Says(Colours())], cache)
        again, watch = Colours(), Watch()
        assert run([clip(film)], [Says(again)], cache, watch) == first
    assert (watch.total, again.batches, again.prepared_in) == (0, [], [])


def test_a_damaged_row_is_measured_again(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with Cache(path) as cache:
        first = run([clip(film)], [Says(Colours())], cache)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE piece SET rows = zeroblob(9) WHERE id = "
            "(SELECT MIN(id) FROM piece WHERE measure LIKE 'test.colours%')"
        )
    again = Colours()
    with Cache(path) as cache:
        log = run([clip(film)], [Says(again)], cache)
        assert len(cache.warnings) == 1
    assert again.batches == [1]
    assert log.shots == first.shots


def test_a_trimmed_shot_has_windows_of_its_own(film: Path, tmp_path: Path) -> None:
    trimmed = [clip(film, 4, 30)]
    with Cache(tmp_path / "c.sqlite") as cache:
        run([clip(film)], [Says(Colours())], cache)
        warm = run(trimmed, [Says(Colours())], cache)
    assert warm == run(trimmed, [Says(Colours())])
    assert warm.shots[0].findings[0].label == "3"


def test_a_measure_is_prepared_once_in_the_thread_that_runs_it(film: Path, other: Path) -> None:
    measure = Colours()
    run([clip(film), clip(other, at=4)], [Says(measure), Says(measure, Family.MOVE)])
    assert measure.prepared_in == [threading.current_thread().name]


@pytest.mark.parametrize("batch", [1, 4, 64])
def test_a_window_that_fails_costs_its_own_shot_only(film: Path, batch: int) -> None:
    picky = Fastidious(batch)
    log = run([clip(film), clip(film, 0, 30, at=5)], [Says(picky), Says(Colours())])
    said = [[f.provenance.analyzer for f in shot.findings] for shot in log.shots]
    both = ["says.test.fastidious", "says.test.colours"]
    assert said == [both, both[1:], both, both]
    (problem,) = log.problems
    assert (problem.code, problem.clip) == ("analyzer-error", "V1/0")
    assert "red is not for me" in problem.message


class _Unready(Colours):
    name = "test.unready"

    def prepare(self) -> None:
        raise OSError("no such thing")


def test_a_measure_that_fails_to_prepare_costs_no_other(film: Path) -> None:
    log = run([clip(film)], [Says(_Unready()), Says(Colours())])
    assert {f.provenance.analyzer for s in log.shots for f in s.findings} == {"says.test.colours"}
    (problem,) = log.problems
    assert problem.subject == "test.unready"
    assert problem.clip is None


class _NoDevice(Colours):
    name = "test.no-device"

    def prepare(self) -> None:
        raise DeviceUnusable("cuda:7")


class _LosesDevice(Colours):
    name = "test.loses-device"

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        raise DeviceUnusable("cuda:7")


@pytest.mark.parametrize("measure", [_NoDevice(), _LosesDevice()])
def test_a_device_that_cannot_be_used_ends_the_run(film: Path, measure: Colours) -> None:
    with pytest.raises(DeviceUnusable):
        run([clip(film)], [Says(measure)])


class _Wrong(Colours):
    """Returns the values that it was made with, for any batch."""

    def __init__(self, values: Sequence[npt.NDArray[np.float32]]) -> None:
        super().__init__()
        self._values = values

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        return self._values


@pytest.mark.parametrize(
    "values",
    [[], [np.zeros(5, np.float32)], [np.full(6, np.nan, np.float32)]],
    ids=["nothing", "too short", "not finite"],
)
def test_numbers_that_are_not_finite_are_not_stored(
    film: Path, values: Sequence[npt.NDArray[np.float32]]
) -> None:
    log = run([clip(film)], [Says(_Wrong(values))])
    assert scores(log) == []
    assert [problem.code for problem in log.problems] == ["analyzer-error"]


class _Stray(Colours):
    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        return [Window(source=shot, frames=(shot.start, shot.end))]


class _Backwards(Colours):
    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        return [Window(source=shot, frames=(shot.start + video.tick, shot.start))]


class _Choosy(Colours):
    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        raise LookupError("nothing suits me")


@pytest.mark.parametrize("measure", [_Stray(), _Backwards(), _Choosy()])
def test_invalid_windows_are_a_problem_of_the_clip(film: Path, measure: Colours) -> None:
    log = run([clip(film)], [Says(measure)])
    assert len(log.shots) == 3
    assert scores(log) == []
    assert [(p.code, p.clip) for p in log.problems] == [("analyzer-error", "V1/0")]


class _Nothing(Colours):
    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        return []


def test_a_shot_without_windows_has_no_finding(film: Path) -> None:
    log = run([clip(film)], [Says(_Nothing())])
    assert (scores(log), log.problems) == ([], ())


@pytest.mark.parametrize("after", [3, 4])
def test_stopping_keeps_the_windows_that_were_measured(
    film: Path, tmp_path: Path, after: int
) -> None:
    with Cache(tmp_path / "c.sqlite") as cache:
        with pytest.raises(Stopped):
            run([clip(film)], [Says(Colours(2))], cache, Watch(after))
        watch = Watch()
        log = run([clip(film)], [Says(Colours(2))], cache, watch)
    assert watch.total == watch.done == 6
    assert log == run([clip(film)], [Says(Colours())])


def test_a_file_that_is_gone_after_the_first_pass_costs_its_windows_only(
    film: Path, tmp_path: Path
) -> None:
    copy = write_colours(tmp_path / "copy.mp4", shift=40)
    clips = [clip(copy, name="gone"), clip(film, at=4, name="there")]

    class Removing(Watch):
        @contextmanager
        def stage(
            self, name: str, total: float, unit: str, *, saved: bool = False
        ) -> Iterator[StageProgress]:
            if name == "Models":
                copy.unlink()
            with super().stage(name, total, unit, saved=saved) as bar:
                yield bar

    watch = Removing()
    log = run(clips, [Says(Colours())], watch=watch)
    assert watch.done == watch.total == 20
    assert [bool(shot.findings) for shot in log.shots] == [False] * 3 + [True] * 3
    assert [(p.clip, p.code) for p in log.problems] == [("V1/gone", "media-missing")]


def test_a_file_that_ends_early_the_second_time_is_a_problem_of_its_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing tells that it was written to, as it is looked at again otherwise."""
    monkeypatch.setattr(ProbeCache, "forget_changed", lambda _: frozenset())
    path = tmp_path / "film.ts"
    write_colours(path)

    class Cutting(Watch):
        @contextmanager
        def stage(
            self, name: str, total: float, unit: str, *, saved: bool = False
        ) -> Iterator[StageProgress]:
            if name == "Models":
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
            with super().stage(name, total, unit, saved=saved) as bar:
                yield bar

    log = run([clip(path)], [Says(Colours())], watch=Cutting())
    assert [bool(shot.findings) for shot in log.shots] == [True, False, False]
    assert [(p.clip, p.code) for p in log.problems] == [("V1/0", "media-unreadable")]


def test_findings_of_a_family_stand_in_the_order_of_the_analyzers(film: Path) -> None:
    one, two = Colours(), Fastidious()
    for order in ([one, two], [two, one]):
        log = run([clip(film, 0, 30)], [Says(m) for m in order])
        said = [f.provenance.analyzer for f in log.shots[0].findings]
        assert said == [f"says.{m.name}" for m in order]


class _Pushes(Says):
    def conclude(self, view: ShotView) -> Sequence[Claim]:
        scores = {"Push": 0.75, "Pull": 0.25}
        return [Claim(label="Push", scores=scores, confidence=0.75, range=view.shot.source)]


def test_a_push_that_runs_backwards_is_a_pull(film: Path) -> None:
    forwards = clip(film, 0, 30)
    end = forwards.source.end
    turned = forwards.time_map.model_copy(update={"source_start": end, "speed": Fraction(-1)})
    backwards = forwards.model_copy(update={"time_map": turned})
    log = run([backwards], [_Pushes(Colours(), Family.MOVEMENT)])
    (finding,) = log.shots[0].findings
    assert finding.label == "Pull"
    assert finding.scores == {"Pull": 0.75, "Push": 0.25}


def test_a_source_runs_ahead_no_further_than_its_limit() -> None:
    made: list[int] = []
    full = threading.Event()

    def source() -> Generator[list[int], None, None]:
        for n in range(10):
            made.append(n)
            if n == 4:
                full.set()
            yield [n]

    with Prefetcher(source(), lambda _: 10, limit=40) as ahead:
        assert full.wait(PATIENCE_S)
        taken = iter(ahead)
        assert next(taken) == 0
        assert max(made) <= 6
        assert list(taken) == list(range(1, 10))


def test_an_exception_of_a_source_follows_its_items() -> None:
    def source() -> Generator[list[int], None, None]:
        yield [1, 2]
        raise ZeroDivisionError

    taken: list[int] = []
    with (
        pytest.raises(ZeroDivisionError),
        Prefetcher(source(), lambda _: 1, limit=1) as ahead,
    ):
        taken.extend(ahead)
    assert taken == [1, 2]


def test_leaving_the_prefetcher_stops_its_source() -> None:
    with Prefetcher(([n] for n in range(10**9)), lambda _: 1, limit=2):
        pass
