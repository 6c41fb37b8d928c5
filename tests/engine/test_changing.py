"""Films that are overwritten before, between and during analyses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.engine import Cache, ProbeCache, StageProgress, analyze
from shotlog.media import content_id
from shotlog.schema import Log
from shotlog.synthetic import write_video
from tests.engine.test_analyze import StepAnalyzer, clip, edit_of, moves


def made(path: Path, step: int) -> bytes:
    """Write 4 s at 25 frames per second that grow brighter or darker."""
    texture = np.random.default_rng(7).integers(80, 160, (72, 128, 3)).astype(np.int16)
    frames = ((texture + step * (n - 50) // 2).astype(np.uint8) for n in range(100))
    write_video(path, frames, Fraction(25))
    content = path.read_bytes()
    path.unlink()
    return content


@pytest.fixture(scope="module")
def rising(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return made(tmp_path_factory.mktemp("film") / "film.mp4", 1)


@pytest.fixture(scope="module")
def falling(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return made(tmp_path_factory.mktemp("film") / "film.mp4", -1)


class Meddling:
    """Calls a function whenever pictures are about to be read; counts the calls."""

    def __init__(self, meddle: Callable[[int], object]) -> None:
        self._meddle = meddle
        self.times = 0

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[StageProgress]:
        if name == "Picture" and total:
            self._meddle(self.times)
            self.times += 1

        class Counting:
            def advance(self, amount: float) -> None:
                pass

        yield Counting()


def log_of(
    cache: Cache,
    *films: Path,
    progress: Meddling | None = None,
    probe_cache: ProbeCache | None = None,
) -> Log:
    clips = [clip(film, 0, 4, at=4 * n, name=film.stem) for n, film in enumerate(films)]
    return analyze(
        edit_of(*clips), [StepAnalyzer()], cache, progress=progress, probe_cache=probe_cache
    )


def test_a_kept_probe_cache_sees_a_film_that_was_replaced(
    tmp_path: Path, rising: bytes, falling: bytes
) -> None:
    film = tmp_path / "film.mp4"
    with Cache(None) as cache:
        probe_cache = ProbeCache(cache)
        told = []
        for content in (rising, falling, rising):
            film.write_bytes(content)
            told += moves(log_of(cache, film, probe_cache=probe_cache))
    assert told == ["tilt_up", "tilt_down", "tilt_up"]


def test_a_film_that_appears_later_is_found(tmp_path: Path, rising: bytes) -> None:
    film = tmp_path / "film.mp4"
    with Cache(None) as cache:
        probe_cache = ProbeCache(cache)
        assert [p.code for p in log_of(cache, film, probe_cache=probe_cache).problems] == [
            "media-missing"
        ]
        film.write_bytes(rising)
        assert moves(log_of(cache, film, probe_cache=probe_cache)) == ["tilt_up"]


def test_a_film_that_is_written_over_while_it_is_read_is_read_again(
    tmp_path: Path, rising: bytes, falling: bytes
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(rising)
    once = Meddling(lambda time: time or film.write_bytes(falling))
    with Cache(None) as cache:
        log = log_of(cache, film, progress=once)
        assert (moves(log), log.problems, once.times) == (["tilt_down"], (), 2)
        assert log.shots[0].content_id == content_id(str(film))
        film.write_bytes(rising)
        assert moves(log_of(cache, film)) == ["tilt_up"], "rows of one film were kept for the other"


def test_a_film_that_keeps_changing_is_a_problem_and_costs_no_other(
    tmp_path: Path, rising: bytes, falling: bytes
) -> None:
    film, other = tmp_path / "film.mp4", tmp_path / "other.mp4"
    film.write_bytes(rising)
    other.write_bytes(falling)
    always = Meddling(lambda time: film.write_bytes(falling + bytes(time + 1)))
    with Cache(None) as cache:
        log = log_of(cache, film, other, progress=always)
    assert moves(log) == ["tilt_down"]
    assert [(p.code, p.clip) for p in log.problems] == [("media-changing", "V1/film")]
    assert str(film) in log.problems[0].subject


def test_a_small_film_whose_dates_alone_change_is_read_once(tmp_path: Path, rising: bytes) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(rising)
    touched = Meddling(lambda _: film.chmod(0o600))
    with Cache(None) as cache:
        assert moves(log_of(cache, film, progress=touched)) == ["tilt_up"]
    assert touched.times == 1


def test_a_run_that_is_stopped_leaves_nothing_of_a_film_written_over_in_the_cache(
    tmp_path: Path, rising: bytes, falling: bytes
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(rising)

    class Stops(Meddling):
        @contextmanager
        def stage(
            self, name: str, total: float, unit: str, *, saved: bool = False
        ) -> Iterator[StageProgress]:
            if name == "Models":
                raise RuntimeError("stopped between the passes")
            with super().stage(name, total, unit, saved=saved) as bar:
                yield bar

    with Cache(None) as cache:
        with pytest.raises(RuntimeError, match="stopped"):
            log_of(cache, film, progress=Stops(lambda _: film.write_bytes(falling)))
        film.write_bytes(rising)
        assert moves(log_of(cache, film)) == ["tilt_up"]
