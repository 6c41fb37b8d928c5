"""Claims are kept where an analyzer asks for it, and drawn again from anything else."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.engine import Cache, load_analyzers
from shotlog.schema import Claim, Curve, EditAnalyzer, EditView, Family, Log, ShotView, Tier
from shotlog.synthetic import write_video
from tests.engine.test_analyze import RATE, StepAnalyzer, StepMeasure, clip, edit_of, moves, run


class Keeping(StepAnalyzer):
    """Counts how often it is asked about a shot."""

    name = "test.keeping"

    def __init__(self, parameters: str | None = "", version: str = "1") -> None:
        self.version, self.asked, self._parameters = version, 0, parameters

    @property
    def claims_key(self) -> str | None:
        return self._parameters

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        self.asked += 1
        return super().conclude(view)


class KeepingHighlights(EditAnalyzer):
    """Claims all of the edit; counts how often it is asked."""

    name = "test.highlights"
    family = Family.HIGHLIGHT
    tier = Tier.BUILTIN
    version = "1"
    measures = (StepMeasure(),)
    claims_key = ""

    def __init__(self) -> None:
        self.asked = 0

    def conclude(self, view: EditView) -> Sequence[Claim]:
        self.asked += 1
        share = 1 / 3
        return [
            Claim(label="HL 1", scores={"score": share}, confidence=share, range=shot.shot.timeline)
            for shot in view.shots
        ]

    def curve(self, view: EditView) -> Curve:
        return Curve(step=Fraction(1, 3), values=(0.1, None, 2 / 3))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """4 s that grow brighter, then 4 s that grow darker."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    texture = np.random.default_rng(7).integers(0, 40, (72, 128, 3)).astype(np.uint8)
    levels = [*range(100), *range(100, 0, -1)]
    write_video(path, (texture + np.uint8(level) for level in levels), RATE)
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache(tmp_path / "c.sqlite") as store:
        yield store


def test_kept_claims_give_the_same_log_byte_for_byte(film: Path, cache: Cache) -> None:
    def log() -> Log:
        return run(edit_of(clip(film, 0, 3)), cache, analyzers=(shots, edits))

    shots, edits = Keeping(), KeepingHighlights()
    first = log()
    assert log().model_dump_json() == first.model_dump_json()
    assert (shots.asked, edits.asked) == (1, 1)
    assert first.excitement is not None
    assert [finding.label for finding in first.highlights] == ["HL 1"]


def test_an_analyzer_without_a_key_is_asked_in_every_run(film: Path, cache: Cache) -> None:
    analyzer = Keeping(None)
    for _ in range(2):
        run(edit_of(clip(film, 0, 3)), cache, analyzers=(analyzer,))
    assert analyzer.asked == 2


@pytest.mark.parametrize("other", [Keeping(version="2"), Keeping("other weights")])
def test_another_version_or_parameter_is_asked(film: Path, cache: Cache, other: Keeping) -> None:
    for analyzer in (Keeping(), other):
        run(edit_of(clip(film, 0, 3)), cache, analyzers=(analyzer,))
        assert analyzer.asked == 1


def test_another_range_of_the_media_is_asked_about(film: Path, cache: Cache) -> None:
    analyzer = Keeping()
    rising = run(edit_of(clip(film, 0, 3)), cache, analyzers=(analyzer,))
    falling = run(edit_of(clip(film, 5, 8)), cache, analyzers=(analyzer,))
    assert (moves(rising), moves(falling), analyzer.asked) == (["tilt_up"], ["tilt_down"], 2)


def test_other_rows_of_the_same_shot_are_asked_about(film: Path, cache: Cache) -> None:
    analyzer, edit = Keeping(), edit_of(clip(film, 0, 3))
    content = run(edit, cache, analyzers=(analyzer,)).shots[0].content_id
    assert cache.path is not None
    with closing(sqlite3.connect(cache.path)) as db, db:
        (key,) = db.execute("SELECT measure FROM piece WHERE measure LIKE 'test.step%'").fetchone()
        rows = cache.read(content, key, edit.clips[0].source)
        assert rows is not None
        db.execute("DELETE FROM piece WHERE measure=?", (key,))
    opposite = type(rows)(rows.tick, rows.first, rows.last, -rows.values)
    cache.add(content, key, edit.clips[0].source, opposite)
    assert moves(run(edit, cache, analyzers=(analyzer,))) == ["tilt_down"]


def test_a_moved_clip_keeps_its_claims_and_the_edit_is_asked_about(
    film: Path, cache: Cache
) -> None:
    shots, edits = Keeping(), KeepingHighlights()
    for at in (0, 5):
        log = run(edit_of(clip(film, 0, 3, at=at)), cache, analyzers=(shots, edits))
        assert log.shots[0].findings[0].timeline.start == at
        assert log.highlights[0].timeline.start == at
    assert (shots.asked, edits.asked) == (1, 2)


def test_a_clip_that_runs_backwards_shares_the_claims_of_its_media(
    film: Path, cache: Cache
) -> None:
    analyzer = Keeping()
    forwards = run(edit_of(clip(film, 0, 3)), cache, analyzers=(analyzer,))
    backwards = run(edit_of(clip(film, 0, 3, speed=Fraction(-1))), cache, analyzers=(analyzer,))
    assert (moves(forwards), moves(backwards), analyzer.asked) == (["tilt_up"], ["tilt_down"], 1)


def test_damaged_claims_are_drawn_anew(film: Path, cache: Cache) -> None:
    analyzer, edit = Keeping(), edit_of(clip(film, 0, 3))
    first = run(edit, cache, analyzers=(analyzer,))
    assert cache.path is not None
    with closing(sqlite3.connect(cache.path)) as db, db:
        assert db.execute("UPDATE conclusion SET text = X'7b7d'").rowcount == 2  # cuts as well
    for _ in range(2):
        assert run(edit, cache, analyzers=(analyzer,)) == first
    assert analyzer.asked == 2


def test_an_analyzer_that_raised_is_asked_again(film: Path, cache: Cache) -> None:
    class Failing(Keeping):
        def conclude(self, view: ShotView) -> Sequence[Claim]:
            claims = super().conclude(view)
            if self.asked == 1:
                raise ValueError("the analyzer tripped")
            return claims

    analyzer = Failing()
    assert len(run(edit_of(clip(film, 0, 3)), cache, analyzers=(analyzer,)).problems) == 1
    assert moves(run(edit_of(clip(film, 0, 3)), cache, analyzers=(analyzer,))) == ["tilt_up"]


_RERUN = """
import sys
from pathlib import Path
from shotlog.engine import Cache, analyze, load_analyzers
from shotlog.schema import Edit

with Cache(Path(sys.argv[1])) as cache:
    sys.stdout.write(analyze(Edit.model_validate_json(sys.argv[2]), load_analyzers(), cache)
                     .model_dump_json())
assert not {"scipy", "onnx", "onnxruntime", "torch"} & sys.modules.keys()
"""


def test_a_rerun_imports_no_library_that_only_measures_or_concludes(
    film: Path, tmp_path: Path
) -> None:
    edit, path = edit_of(clip(film, 0, 8)), tmp_path / "c.sqlite"
    with Cache(path) as cache:
        first = run(edit, cache, analyzers=load_analyzers())
    command = [sys.executable, "-c", _RERUN, str(path), edit.model_dump_json()]
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (again.stderr, again.stdout) == ("", first.model_dump_json())
