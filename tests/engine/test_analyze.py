"""The engine over real files: its findings, its reads, its failures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from shotlog.engine import Cache, EngineOptions, StageProgress, analyze, make_thumbnail_reader
from shotlog.media.cuts import CutMeasure
from shotlog.schema import (
    Analyzer,
    Claim,
    ClipRange,
    Edit,
    Family,
    FrameNeed,
    Log,
    MediaReference,
    Observer,
    Picture,
    PictureMeasure,
    Pixels,
    Row,
    Series,
    ShotAnalyzer,
    ShotView,
    Stopped,
    Tier,
    TimeMap,
    TimeRange,
)
from shotlog.synthetic import write_video

RATE = Fraction(25)
SECONDS = 16


class _Steps:
    def __init__(self) -> None:
        self._before: Picture | None = None

    def see(self, picture: Picture) -> Iterable[Row]:
        before, self._before = self._before, picture
        if before is not None:
            step = float(picture.pixels.mean()) - float(before.pixels.mean())
            yield Row(before.at, picture.at, [step])


class StepMeasure(PictureMeasure):
    """Measures the change of brightness from one picture to the next."""

    name = "test.step"
    epoch = 1
    columns = ("step",)
    need = FrameNeed(rate=Fraction(5), frames="reference", width=64, height=36)
    reach = Fraction(1, 5)

    def observer(self) -> Observer:
        return _Steps()


class BrokenMeasure(StepMeasure):
    """Raises on the third picture."""

    name = "test.broken"

    def observer(self) -> Observer:
        class Broken(_Steps):
            def see(self, picture: Picture) -> Iterable[Row]:
                if picture.at == 3:
                    raise RuntimeError("the measure tripped")
                return super().see(picture)

        return Broken()


class StepAnalyzer(ShotAnalyzer):
    """Claims tilt_up where the picture grows brighter."""

    name = "test.step"
    family = Family.MOVE
    tier = Tier.BUILTIN
    version = "1"
    measures = (StepMeasure(),)

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        total = float(view.series["test.step"].values.sum())
        label = "tilt_up" if total > 0 else "tilt_down" if total < 0 else "static"
        return [Claim(label=label, scores={label: total}, confidence=1.0, range=view.shot.source)]


class BrokenAnalyzer(StepAnalyzer):
    name = "test.broken"

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        raise ValueError("the analyzer tripped")


class StrayAnalyzer(StepAnalyzer):
    name = "test.stray"

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        outside = view.shot.source.shifted(Fraction(1))
        return [Claim(label="static", scores={}, confidence=1.0, range=outside)]


class SizeEverywhere(StepAnalyzer):
    """Finds a size in whatever it is shown, as a model may."""

    name = "test.size"
    family = Family.SIZE

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        return [Claim(label="MS", scores={"MS": 1.0}, confidence=1.0, range=view.shot.source)]


class BlackAtTheStart(StepAnalyzer):
    """Calls a shot at the start of its media black."""

    name = "test.kind"
    family = Family.KIND

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        span = view.shot.source
        claim = Claim(label="black", scores={"black": 1.0}, confidence=1.0, range=span)
        return [claim] if span.start == 0 else []


class NeedsBroken(StepAnalyzer):
    name = "test.needs-broken"
    measures = (BrokenMeasure(),)


class Watch:
    """Counts the work of each stage; stops the run at a given stage."""

    def __init__(self, stop_after: float | None = None) -> None:
        self.totals: dict[str, float] = {}
        self.done: dict[str, float] = {}
        self._stop_after = stop_after

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[StageProgress]:
        self.totals[name], self.done[name] = total, 0.0
        watch = self

        class Counting:
            def advance(self, amount: float) -> None:
                watch.done[name] += amount
                stop = watch._stop_after
                if stop is not None and name == "Picture" and watch.done[name] >= stop:
                    raise KeyboardInterrupt

        yield Counting()


@pytest.fixture(scope="module")
def ramp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write 16 s that grow steadily brighter."""
    path = tmp_path_factory.mktemp("film") / "ramp.mp4"
    count = SECONDS * int(RATE)
    texture = np.random.default_rng(7).integers(0, 40, (72, 128, 3)).astype(np.uint8)
    frames = (texture + np.uint8(n * 200 // count) for n in range(count))
    write_video(path, frames, RATE)
    return path


def clip(
    path: Path, start: Fraction | int, end: Fraction | int, *,
    at: Fraction | int = 0, name: str = "A", speed: Fraction = Fraction(1),
) -> ClipRange:  # fmt: skip
    source = TimeRange.between(Fraction(start), Fraction(end))
    shown = source.duration / abs(speed) if speed else Fraction(2)
    first = source.start if speed >= 0 else source.end
    return ClipRange(
        id=f"V1/{name}", name=name, media=MediaReference(path=str(path), start=Fraction(0)),
        source=source,
        timeline=TimeRange(start=Fraction(at), duration=shown),
        time_map=TimeMap(timeline_start=Fraction(at), source_start=first, speed=speed),
    )  # fmt: skip


def edit_of(*clips: ClipRange) -> Edit:
    end = max((c.timeline.end for c in clips), default=Fraction(0))
    return Edit(name="cut", rate=RATE, duration=end, clips=clips)


def run(
    edit: Edit, cache: Cache | None = None, *,
    analyzers: Sequence[Analyzer] = (StepAnalyzer(),), watch: Watch | None = None,
    options: EngineOptions | None = None,
) -> Log:  # fmt: skip
    if cache is not None:
        return analyze(edit, analyzers, cache, options=options, progress=watch)
    with Cache(None) as fresh:
        return analyze(edit, analyzers, fresh, options=options, progress=watch)


def moves(log: Log) -> list[str]:
    return [f.label for shot in log.shots for f in shot.of(Family.MOVE)]


def test_a_clip_becomes_a_shot_with_findings_on_both_clocks(ramp: Path) -> None:
    log = run(edit_of(clip(ramp, 2, 6, at=10)))
    assert log.problems == ()
    (shot,) = log.shots
    assert shot.shot.source == TimeRange.between(Fraction(2), Fraction(6))
    assert shot.shot.timeline == TimeRange.between(Fraction(10), Fraction(14))
    (finding,) = shot.findings
    assert finding.label == "tilt_up"
    assert finding.timeline == shot.shot.timeline
    assert finding.provenance.tier is Tier.BUILTIN


def test_a_clip_that_runs_backwards_has_its_move_turned_round(ramp: Path) -> None:
    log = run(edit_of(clip(ramp, 2, 6, speed=Fraction(-2))))
    assert moves(log) == ["tilt_down"]
    assert list(log.shots[0].findings[0].scores) == ["tilt_down"]
    assert log.shots[0].shot.timeline.duration == 2


def test_a_freeze_frame_is_marked_for_the_whole_of_its_clip(ramp: Path) -> None:
    log = run(edit_of(clip(ramp, 3, Fraction(76, 25), at=5, speed=Fraction(0))))
    assert log.problems == ()
    assert log.shots[0].shot.timeline == TimeRange.between(Fraction(5), Fraction(7))


def test_one_bad_clip_never_costs_the_others(ramp: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("this is no film")
    edit = edit_of(
        clip(tmp_path / "gone.mov", 0, 2, name="offline"),
        clip(ramp, 0, 2, at=2, name="good"),
        clip(text, 0, 2, at=4, name="text"),
        clip(tmp_path, 0, 2, at=6, name="folder"),
        clip(ramp, 40, 50, at=8, name="outside"),
        clip(ramp, 4, 4, at=18, name="empty"),
    )
    log = run(edit)
    assert [shot.clip_name for shot in log.shots] == ["good"]
    assert {(p.clip, p.code) for p in log.problems} == {
        ("V1/offline", "media-missing"),
        ("V1/text", "media-unreadable"),
        ("V1/folder", "media-unreadable"),
        ("V1/outside", "clip-outside-media"),
        ("V1/empty", "clip-empty"),
    }
    assert all(p.hint for p in log.problems)


def test_a_clip_that_reaches_past_its_media_is_logged_as_far_as_it_goes(ramp: Path) -> None:
    log = run(edit_of(clip(ramp, 14, 20)))
    assert log.shots[-1].shot.source.end == SECONDS
    assert any("outside its media" in warning for warning in log.warnings)


def test_an_analyzer_that_raises_costs_only_its_own_findings(ramp: Path) -> None:
    analyzers = (BrokenAnalyzer(), StepAnalyzer(), StrayAnalyzer(), NeedsBroken())
    log = run(edit_of(clip(ramp, 0, 4)), analyzers=analyzers)
    assert [f.provenance.analyzer for f in log.shots[0].findings] == ["test.step"]
    said = sorted(p.message.split(" ")[0] for p in log.problems)
    assert said == ["test.broken", "test.broken", "test.stray"]
    assert {p.code for p in log.problems} == {"analyzer-error"}


def test_what_is_of_a_kind_has_neither_size_nor_move_whoever_finds_one(ramp: Path) -> None:
    analyzers = [SizeEverywhere(), StepAnalyzer(), BlackAtTheStart()]
    edit = edit_of(clip(ramp, 0, 2), clip(ramp, 2, 4, at=2, name="B"))
    log = run(edit, analyzers=analyzers)
    black, shot = log.shots
    assert (black.kind, shot.kind) == ("black", None)
    assert [f.family for f in black.findings] == [Family.KIND]
    assert [f.family for f in shot.findings] == [Family.MOVE, Family.SIZE]


def test_disabled_clips_are_left_out_unless_asked_for(ramp: Path) -> None:
    off = clip(ramp, 0, 2, name="off").model_copy(update={"enabled": False})
    edit = edit_of(off, clip(ramp, 2, 4, at=2, name="on"))
    assert [shot.clip_name for shot in run(edit).shots] == ["on"]
    both = run(edit, options=EngineOptions(disabled=True))
    assert [shot.clip_name for shot in both.shots] == ["off", "on"]


def test_overlapping_clips_are_decoded_once(ramp: Path) -> None:
    watch = Watch()
    edit = edit_of(clip(ramp, 0, 6, name="A"), clip(ramp, 4, 8, at=6, name="B"))
    run(edit, watch=watch)
    assert watch.totals["Picture"] == 8


def test_moved_trimmed_and_split_clips_need_no_picture_again(ramp: Path, tmp_path: Path) -> None:
    with Cache(tmp_path / "c.sqlite") as cache:
        run(edit_of(clip(ramp, 2, 10)), cache)
        changed = edit_of(
            clip(ramp, 3, 5, at=20, name="head"), clip(ramp, 5, Fraction(19, 2), at=3, name="tail")
        )
        watch = Watch()
        warm = run(changed, cache, watch=watch)
        assert watch.totals["Picture"] == 0
    assert warm == run(changed)


def test_a_longer_clip_needs_only_what_is_new(ramp: Path, tmp_path: Path) -> None:
    longer = edit_of(clip(ramp, 2, 12))
    with Cache(tmp_path / "c.sqlite") as cache:
        run(edit_of(clip(ramp, 2, 8)), cache)
        watch = Watch()
        warm = run(longer, cache, watch=watch)
        assert 4 <= watch.totals["Picture"] <= 4 + float(CutMeasure.reach)
    assert warm == run(longer)


def test_the_order_of_clips_changes_nothing(ramp: Path) -> None:
    clips = [clip(ramp, n, n + 3, at=3 * n, name=str(n)) for n in range(0, 12, 3)]
    forwards, backwards = run(edit_of(*clips)), run(edit_of(*clips[::-1]))
    assert forwards.shots == backwards.shots


def test_stopping_keeps_what_was_measured(ramp: Path, tmp_path: Path) -> None:
    edit = edit_of(clip(ramp, 0, SECONDS))
    with Cache(tmp_path / "c.sqlite") as cache:
        with pytest.raises(Stopped):
            run(edit, cache, watch=Watch(stop_after=10))
        watch = Watch()
        log = run(edit, cache, watch=watch)
        assert 6 <= watch.totals["Picture"] < 7 + float(CutMeasure.reach)
    assert log == run(edit)


def test_media_is_known_by_content_not_by_path(ramp: Path, tmp_path: Path) -> None:
    copy = tmp_path / "renamed.mp4"
    copy.write_bytes(ramp.read_bytes())
    with Cache(tmp_path / "c.sqlite") as cache:
        run(edit_of(clip(ramp, 0, 4)), cache)
        watch = Watch()
        run(edit_of(clip(copy, 0, 4)), cache, watch=watch)
        assert watch.totals["Picture"] == 0


class _Never(StepMeasure):
    name = "test.never"
    need = FrameNeed(rate=Fraction(1, 4), frames="reference", width=32, height=18)


class NeverAnalyzer(StepAnalyzer):
    name = "test.never"
    measures = (_Never(),)

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        assert len(view.series["test.never"]) == 0
        return []


def test_a_clip_between_two_grid_moments_is_not_read_again(ramp: Path, tmp_path: Path) -> None:
    edit = edit_of(clip(ramp, 1, 2))
    with Cache(tmp_path / "c.sqlite") as cache:
        assert run(edit, cache, analyzers=[NeverAnalyzer()]).problems == ()
        watch = Watch()
        run(edit, cache, analyzers=[NeverAnalyzer()], watch=watch)
        assert watch.totals["Picture"] == 0


def test_every_shot_has_a_picture_from_the_one_decode(ramp: Path, tmp_path: Path) -> None:
    with Cache(tmp_path / "c.sqlite") as cache:
        log = run(
            edit_of(clip(ramp, 0, 2, name="dark"), clip(ramp, 14, 16, at=2, name="bright")), cache
        )
        pictures = [make_thumbnail_reader(cache)(shot) for shot in log.shots]
    means = [float(_decoded(jpeg).mean()) for jpeg in pictures if jpeg]
    assert means[0] + 100 < means[1]


def test_a_shot_that_is_nearly_all_fade_has_a_picture_from_the_fade(
    ramp: Path, tmp_path: Path
) -> None:
    with Cache(tmp_path / "c.sqlite") as cache:
        (logged,) = run(edit_of(clip(ramp, 0, 2)), cache).shots
        core = TimeRange(start=Fraction(3, 5), duration=Fraction(1, 25))  # between two pictures
        fading = logged.model_copy(update={"shot": logged.shot.model_copy(update={"core": core})})
        assert make_thumbnail_reader(cache)(fading) == make_thumbnail_reader(cache)(logged)


def test_pictures_of_what_is_analysed_again_outlive_older_evidence(
    ramp: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.engine.cache._USE_STEP", 0.0)
    with Cache(tmp_path / "c.sqlite") as cache:
        (logged,) = run(edit_of(clip(ramp, 0, 2)), cache).shots
        span = logged.shot.source
        unused = Series.of(Fraction(1), [Row(0, 0, [1.0])], 1)
        cache.add("another film", "k", span, unused)
        run(edit_of(clip(ramp, 0, 2)), cache)
        cache.cap = cache.size() - 1
        cache.add("a third film", "k", span, unused)
        assert cache.pieces("another film", "k") == []
        assert make_thumbnail_reader(cache)(logged) is not None


def _decoded(jpeg: bytes) -> Pixels:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)
