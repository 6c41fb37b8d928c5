"""Frames of windows that the first pass takes: the same findings as with a decode of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from shotlog.engine import Cache
from shotlog.media import Frame, FrameReader
from shotlog.schema import ClipRange, Log, Pixels
from tests.engine.passes.test_second_pass import (
    COUNT,
    SHOTS,
    Colours,
    Says,
    clip,
    film,
    other,
    run,
    write_colours,
)

__all__ = ["film", "other"]

ONE_SHOT = [(0, 30), (5, 28), (31, 60), (60, COUNT), (70, 99)]
"""Ranges of the film without a cut."""


class Small(Colours):
    """May come without the loop filter, and tells every bit of its frames."""

    name = "test.small"
    loop_filter = False
    columns = ("a0", "b0", "c0", "a1", "b1", "c1")

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        self.batches.append(len(batch))
        weights = np.arange(8 * 8 * 3).reshape(8, 8, 3) + 1
        sums = [(window * weights).sum(axis=(1, 2, 3)) for window in batch]
        return [np.resize(numbers, self.width).astype(np.float32) for numbers in sums]


@pytest.fixture(autouse=True)
def without_loop_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the small films of these tests for large ones."""
    monkeypatch.setattr("shotlog.media.decoding.decoder._FILTERED_BELOW", 64)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Fraction]:
    """Return the starts of the frames that the second pass decodes, as they come."""
    starts: list[Fraction] = []

    class Counted(FrameReader):
        def __iter__(self) -> Iterator[Frame]:
            for frame in super().__iter__():
                starts.append(frame.start)
                yield frame

    monkeypatch.setattr("shotlog.engine.passes.window_loader.FrameReader", Counted)
    return starts


def decoded_twice(monkeypatch: pytest.MonkeyPatch, clips: Sequence[ClipRange], **some: Any) -> Log:
    """Return the log of clips whose windows the first pass takes no frames of."""
    with monkeypatch.context() as patch:
        patch.setattr("shotlog.engine.passes.window_plan._LONGEST", Fraction(0))
        return run(clips, [Says(Small(**some))])


def clips_of(path: Path, ranges: Sequence[tuple[int, int]]) -> list[ClipRange]:
    return [clip(path, *span, at=4 * n) for n, span in enumerate(ranges)]


def test_clips_of_one_shot_are_decoded_once_and_their_findings_stay(
    film: Path, decoded: list[Fraction], monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = clips_of(film, ONE_SHOT)
    log = run(clips, [Says(Small())])
    assert not decoded
    assert log == decoded_twice(monkeypatch, clips)
    assert decoded
    assert log.problems == ()
    assert all(shot.findings for shot in log.shots)


@pytest.mark.parametrize("batch", [1, 3])
def test_neither_batch_nor_order_changes_what_is_found_in_frames_of_the_first_pass(
    film: Path, other: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    ranges = [(0, COUNT), (62, 90), (0, 30), (35, 75)]
    clips = [*clips_of(film, ranges), *(c.model_copy() for c in clips_of(other, ONE_SHOT[:2]))]
    clips = [
        c.model_copy(
            update={"id": f"V1/{n}", "timeline": c.source.shifted(20 * n - c.source.start)}
        )
        for n, c in enumerate(clips)
    ]
    expected = {s.shot.id + s.shot.clip: s for s in decoded_twice(monkeypatch, clips).shots}
    for ordered in (clips, clips[::-1]):
        log = run(ordered, [Says(Small(batch=batch))])
        assert {s.shot.id + s.shot.clip: s for s in log.shots} == expected


def test_a_clip_with_a_cut_has_the_windows_of_its_shots(
    film: Path, decoded: list[Fraction], monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = clips_of(film, [(5, 50)])
    log = run(clips, [Says(Small())])
    assert [s.shot.source.start * 25 for s in log.shots] == [5, SHOTS[1]]
    assert decoded
    assert log == decoded_twice(monkeypatch, clips)


def test_frames_beyond_the_limit_of_memory_are_decoded_again(
    film: Path, decoded: list[Fraction], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.engine.passes.window_frames._BYTES", 8 * 8 * 3 * 9)
    clips = clips_of(film, [(0, 30), (60, 90)])
    log = run(clips, [Says(Small())])
    assert min(decoded) == 60 / Fraction(25)
    assert log == decoded_twice(monkeypatch, clips)


def test_windows_that_want_the_loop_filter_are_decoded_on_their_own(
    film: Path, decoded: list[Fraction]
) -> None:
    with Cache(None) as cache:
        run(clips_of(film, [(0, 30)]), [Says(Small()), Says(Colours())], cache)
    assert decoded


def test_a_rerun_with_another_model_decodes_its_windows(
    film: Path, decoded: list[Fraction], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clips = clips_of(film, [(0, 30)])
    with Cache(tmp_path / "c.sqlite") as cache:
        run(clips, [Says(Colours())], cache)
        decoded.clear()
        log = run(clips, [Says(Small())], cache)
    assert decoded
    assert log == decoded_twice(monkeypatch, clips)


def test_of_a_damaged_file_no_frame_of_the_first_pass_is_used(
    tmp_path: Path, decoded: list[Fraction], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_colours(tmp_path / "film.mp4")
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    data[start + 1200 : start + 1400] = b"\xff" * 200
    path.write_bytes(data)
    clips = clips_of(path, [(0, 30)])
    log = run(clips, [Says(Small())])
    assert any("1 picture damaged" in warning for warning in log.warnings)
    assert decoded
    assert log == decoded_twice(monkeypatch, clips)
