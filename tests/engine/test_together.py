"""Several edits at once give the logs of separate runs, for less work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.field.make import ffmpeg
from shotlog.engine import Cache, EngineOptions, analyze, analyze_together
from shotlog.schema import Analyzer, ClipRange, Edit, Log, MediaReference, ModelError, Stopped
from tests.engine.passes.test_second_pass import (
    RATE,
    Colours,
    Fastidious,
    Says,
    Watch,
    clip,
    write_colours,
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_colours(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_colours(tmp_path_factory.mktemp("film") / "other.mp4", shift=20)


def edit_of(name: str, *clips: ClipRange) -> Edit:
    end = max(c.timeline.end for c in clips)
    return Edit(name=name, rate=RATE, duration=end, clips=clips)


def apart(edits: Sequence[Edit], analyzers: Sequence[Analyzer]) -> list[Log]:
    logs = []
    for edit in edits:
        with Cache(None) as cache:
            logs.append(analyze(edit, analyzers, cache))
    return logs


def test_the_logs_are_those_of_separate_runs(film: Path, other: Path, tmp_path: Path) -> None:
    (empty := tmp_path / "empty.mp4").touch()
    edits = [
        edit_of("one", clip(film, 5, 95), clip(empty, at=4)),
        edit_of("two", clip(film, 40, 60), clip(other, at=4), clip(tmp_path / "gone.mp4", at=8)),
        edit_of("three", clip(film, 5, 95)),
    ]
    analyzers = [Says(Colours()), Says(Fastidious())]
    with Cache(None) as cache:
        together = list(analyze_together(edits, analyzers, cache))
    assert together == apart(edits, analyzers)
    assert [log.edit.name for log in together] == ["one", "two", "three"]
    assert [len({p.clip for p in log.problems}) for log in together] == [2, 3, 1]


def test_each_edit_decides_for_itself_where_a_file_starts(tmp_path: Path) -> None:
    # The file is 4 s long and starts at 2 s. The first edit's clip fits from there as well as from
    # 0, the second's only from 0, so the same 3 s to 4 s of source are other pictures in each.
    made = write_colours(tmp_path / "plain.mp4")
    timed = tmp_path / "timed.mov"
    ffmpeg("-i", made, "-c", "copy", "-timecode", "00:00:02:00", timed)

    def untold(name: str, *ends: tuple[int, int]) -> Edit:
        clips = [clip(timed, *pair, at=4 * n) for n, pair in enumerate(ends)]
        bare = [c.model_copy(update={"media": MediaReference(path=str(timed))}) for c in clips]
        return edit_of(name, *bare)

    edits = [untold("one", (75, 100)), untold("two", (75, 100), (0, 25))]
    with Cache(None) as cache:
        together = list(analyze_together(edits, [Says(Colours())], cache))
    assert together == apart(edits, [Says(Colours())])
    assert [log.shots[0].shot.source.start for log in together] == [1, 3]


def test_media_that_edits_share_are_decoded_once(film: Path) -> None:
    edits = [edit_of("one", clip(film, 0, 75)), edit_of("two", clip(film, 25, 100))]
    with Cache(None) as cache:
        list(analyze_together(edits, [Says(Colours())], cache))
        assert cache.decoded_seconds == pytest.approx(100 / 25, abs=0.05)
        assert cache.requested_seconds == pytest.approx(2 * 75 / 25)
        assert cache.cached_seconds == pytest.approx(50 / 25, abs=0.05)


def test_batches_are_filled_across_edits(film: Path, other: Path) -> None:
    measure = Colours(batch=4)
    edits = [edit_of("one", clip(film, 5, 95)), edit_of("two", clip(other, 40, 60))]
    with Cache(None) as cache:
        list(analyze_together(edits, [Says(measure)], cache))
    assert measure.batches == [4, 4, 4]


def test_disabled_clips_are_analysed_only_if_asked_for(film: Path) -> None:
    off = clip(film).model_copy(update={"enabled": False})
    edits = [edit_of("one", off), edit_of("two", off)]
    with Cache(None) as cache:
        list(analyze_together(edits, [Says(Colours())], cache))
        assert cache.decoded_seconds == 0
        with_them = EngineOptions(disabled=True)
        logs = list(analyze_together(edits, [Says(Colours())], cache, options=with_them))
    assert [len(log.shots) for log in logs] == [3, 3]


def test_an_unusable_model_is_an_error_at_once(film: Path) -> None:
    class Unusable(Colours):
        def prepare(self) -> None:
            raise ModelError("some model", "it is broken", "Mend it.")

    edits = [edit_of("one", clip(film)), edit_of("two", clip(film))]
    with Cache(None) as cache, pytest.raises(ModelError):
        list(analyze_together(edits, [Says(Unusable())], cache))


def test_stopping_several_keeps_what_was_measured(film: Path, tmp_path: Path) -> None:
    edits = [edit_of("one", clip(film)), edit_of("two", clip(film, 10, 90))]
    measure = Colours(batch=1)
    with Cache(tmp_path / "cache.sqlite") as cache:
        with pytest.raises(Stopped, match="one, two"):
            list(analyze_together(edits, [Says(measure)], cache, progress=Watch(stop_after=5)))
        list(analyze_together(edits, [Says(measure)], cache))
    with Cache(None) as fresh:
        list(analyze_together(edits, [Says(once := Colours(batch=1))], fresh))
    assert len(measure.batches) == len(once.batches)
