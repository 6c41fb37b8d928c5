"""The result cache: storage, eviction, damage."""

import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.engine import Cache
from shotlog.files import find_quarantined
from shotlog.schema import CacheError, Row, Series, TimeRange

TICK = Fraction(1, 25)


def _span(start: int, end: int) -> TimeRange:
    return TimeRange.between(Fraction(start), Fraction(end))


def _track(start: int, end: int, value: float = 1.0) -> Series:
    return Series.of(TICK, [Row(n, n, [value, n]) for n in range(start * 25, end * 25)], 2)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache(tmp_path / "deep" / "evidence.sqlite") as store:
        yield store


def test_what_was_added_is_read_back_bit_for_bit(cache: Cache) -> None:
    cache.add("m", "k", _span(0, 4), _track(0, 4, 0.1))
    series = cache.read("m", "k", _span(1, 3))
    assert series is not None
    assert series.first.tolist() == list(range(25, 75))
    assert series.values.tobytes() == _track(1, 3, 0.1).values.tobytes()
    assert cache.read("m", "other", _span(0, 4)) is None
    assert cache.read("other", "k", _span(0, 4)) is None


def test_it_is_still_there_in_the_next_run(tmp_path: Path) -> None:
    with Cache(tmp_path / "c.sqlite") as first:
        first.add("m", "k", _span(0, 4), _track(0, 4))
        first.note_ending("m", Fraction(7, 3), "torn")
    with Cache(tmp_path / "c.sqlite") as second:
        assert second.pieces("m", "k") == [_span(0, 4)]
        assert second.ending("m") == (Fraction(7, 3), "torn")


def test_pieces_that_overlap_give_each_row_once(cache: Cache) -> None:
    cache.add("m", "k", _span(0, 4), _track(0, 4))
    cache.add("m", "k", _span(3, 6), _track(3, 6))
    series = cache.read("m", "k", _span(0, 6))
    assert series is not None
    assert series.first.tolist() == list(range(150))


def test_the_least_recently_used_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.engine.cache._USE_STEP", 0.0)
    with Cache(tmp_path / "c.sqlite") as cache:
        for name in "abc":
            cache.add(name, "k", _span(0, 40), _track(0, 40))
        cache.cap = cache.size() - 1
        cache.read("a", "k", _span(0, 40))
        cache.add("d", "k", _span(0, 1), _track(0, 1))
        assert [name for name in "abcd" if cache.pieces(name, "k")] == ["a", "c", "d"]
        assert cache.size() <= cache.cap


def test_reading_again_soon_after_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with Cache(path) as cache:
        cache.add("m", "k", _span(0, 4), _track(0, 4))
        cache.keep_conclusion("m", "cuts", "none")
    written = path.stat().st_mtime_ns
    with Cache(path) as cache:
        assert cache.read("m", "k", _span(0, 4)) is not None
        assert cache.conclusion("m", "cuts") == "none"
    assert path.stat().st_mtime_ns == written


def test_the_digest_is_that_of_the_pieces_in_the_range(cache: Cache) -> None:
    cache.add("m", "k", _span(0, 4), _track(0, 4))
    cache.add("m", "k", _span(4, 8), _track(4, 8))
    whole = cache.read_evidence("m", "k", _span(0, 8)).digest
    assert cache.evidence_digest("m", "k", _span(0, 8)) == whole
    first = cache.evidence_digest("m", "k", _span(0, 4))
    assert first != whole
    cache.add("m", "k", _span(4, 8), _track(4, 8, 2.0))
    assert cache.evidence_digest("m", "k", _span(0, 8)) != whole
    assert cache.evidence_digest("m", "k", _span(0, 4)) == first


def test_what_another_run_measured_as_well_changes_no_digest(cache: Cache) -> None:
    cache.add("m", "k", _span(0, 4), _track(0, 4))
    before = cache.evidence_digest("m", "k", _span(0, 4))
    cache.add("m", "k", _span(0, 4), _track(0, 4))
    assert cache.evidence_digest("m", "k", _span(0, 4)) == before


def test_the_digest_of_a_read_leaves_out_a_damaged_piece(cache: Cache) -> None:
    cache.add("m", "k", _span(0, 4), _track(0, 4))
    sound = cache.evidence_digest("m", "k", _span(0, 4))
    assert cache.path is not None
    with closing(sqlite3.connect(cache.path)) as db, db:
        db.execute("UPDATE piece SET rows = zeroblob(64)")
    assert cache.read_evidence("m", "k", _span(0, 4)).digest != sound


@pytest.mark.parametrize("text", [b"nono", b"\xff", b""])
def test_a_damaged_conclusion_is_a_miss(cache: Cache, text: bytes) -> None:
    cache.keep_conclusion("m", "cuts", "none")
    assert cache.path is not None
    with closing(sqlite3.connect(cache.path)) as db, db:
        db.execute("UPDATE conclusion SET text = ?", (text,))
    assert cache.conclusion("m", "cuts") is None


def test_conclusions_are_counted_evicted_and_forgotten_like_evidence(tmp_path: Path) -> None:
    with Cache(tmp_path / "c.sqlite", cap=100_000) as cache:
        for number in range(200):
            cache.keep_conclusion("m", f"cuts {number}", "x" * 1000)
        assert 90_000 < cache.size() <= 101_000
        assert cache.conclusion("m", "cuts 0") is None
        assert cache.conclusion("m", "cuts 199") is not None
        cache.forget("m")
        assert cache.size() == 0
        cache.keep_conclusion("m", "cuts", "none")
        cache.clear()
        assert cache.conclusion("m", "cuts") is None


def test_a_damaged_piece_is_a_miss(cache: Cache) -> None:
    cache.add("m", "k", _span(0, 4), _track(0, 4))
    assert cache.path is not None
    with sqlite3.connect(cache.path) as db:
        db.execute("UPDATE piece SET rows = zeroblob(64)")
    db.close()
    assert cache.read("m", "k", _span(0, 4)) is None
    assert cache.pieces("m", "k") == []
    assert "damaged" in cache.warnings[0]


def test_a_damaged_file_is_put_aside_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"this is no database at all" * 100)
    with Cache(path) as cache:
        cache.add("m", "k", _span(0, 1), _track(0, 1))
        assert "put aside" in cache.warnings[0]
    (aside,) = tmp_path.glob("c.sqlite.corrupt-*")
    assert aside.read_bytes().startswith(b"this is no database")


def test_only_the_last_damaged_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    (tmp_path / "c.damaged").write_bytes(b"put aside by an older version")
    for number in range(3):
        path.write_bytes(b"this is no database %d" % number * 100)
        Cache(path).close()
    (aside,) = find_quarantined(path)
    assert aside.read_bytes().startswith(b"this is no database 2")


def test_a_cache_that_cannot_be_opened_is_an_error_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CacheError, match="cannot be opened"):
        Cache(tmp_path / "file" / "c.sqlite")


def test_another_layout_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "c.sqlite") as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(CacheError, match="newer version"):
        Cache(tmp_path / "c.sqlite")


_RUN = """
import sys
from fractions import Fraction
from pathlib import Path
from shotlog.engine import Cache
from shotlog.schema.evidence import Row, Series
from shotlog.schema.times import TimeRange

print("ready", flush=True)
sys.stdin.readline()
for n in range(40):
    with Cache(Path(sys.argv[1])) as cache:
        span = TimeRange(start=Fraction(n), duration=Fraction(1))
        cache.add(sys.argv[2], "k", span, Series.of(Fraction(1), [Row(n, n, [1.0])], 1))
"""


def test_two_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", _RUN, str(path), name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in "abcd"
    ]  # fmt: skip
    # All have imported: so they open the new file at one moment.
    assert [run.stdout and run.stdout.readline() for run in runs] == ["ready\n"] * 4
    for run in runs:
        assert run.stdin is not None
        run.stdin.write("go\n")
        run.stdin.flush()
    for run in runs:
        run.communicate()
    assert [run.returncode for run in runs] == [0] * 4
    with Cache(path) as cache:
        assert [len(cache.pieces(name, "k")) for name in "abcd"] == [40] * 4


def test_first_runs_at_one_moment_share_a_new_file(tmp_path: Path) -> None:
    def first_run(path: Path, start: threading.Barrier) -> None:
        start.wait()
        with Cache(path) as cache:
            opened.append(cache.size())

    opened: list[int] = []
    for number in range(40):
        start = threading.Barrier(6)
        path = tmp_path / f"{number}.sqlite"
        runs = [threading.Thread(target=first_run, args=(path, start)) for _ in range(6)]
        for run in runs:
            run.start()
        for run in runs:
            run.join()
    assert len(opened) == 240


def test_a_full_disk_costs_the_keeping_not_the_run(tmp_path: Path) -> None:
    with Cache(tmp_path / "c.sqlite") as cache:
        cache.add("m", "k", _span(0, 1), _track(0, 1))
        used = max(f.stat().st_size for f in tmp_path.iterdir())
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (used, before[1]))
        try:
            for n in range(1, 30):
                cache.add("m", "k", _span(n, n + 1), _track(n, n + 1, n / 7))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, ignored)
        series = cache.read("m", "k", _span(0, 30))
        assert series is not None
        assert len(series) == 750
        assert len(cache.warnings) == 1
        assert "will not be kept" in cache.warnings[0]


def test_clearing_forgets_everything(cache: Cache) -> None:
    cache.add("m", "k", _span(0, 4), _track(0, 4))
    cache.note_ending("m", Fraction(1), None)
    cache.clear()
    assert cache.size() == 0
    assert cache.ending("m") == (None, None)


def test_without_a_file_nothing_outlives_the_run() -> None:
    with Cache(None) as cache:
        cache.add("m", "k", _span(0, 1), _track(0, 1))
        assert cache.pieces("m", "k") == [_span(0, 1)]
    with Cache(None) as cache:
        assert cache.pieces("m", "k") == []


def test_a_cache_of_the_layout_before_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with Cache(path) as cache:
        cache.note_ending("film", Fraction(3), None)
    with closing(sqlite3.connect(path)) as db:
        db.executescript("DROP TABLE fact; PRAGMA user_version=1;")
    with Cache(path) as cache:
        assert cache.ending("film") == (Fraction(3), None)
        assert cache.fact("what") is None
        cache.note_fact("what", "this")
        assert cache.fact("what") == "this"


def test_a_cache_without_conclusions_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with Cache(path) as cache:
        cache.add("m", "k", _span(0, 4), _track(0, 4))
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            "DROP TABLE conclusion; DROP INDEX piece_outline;"
            "CREATE INDEX piece_of ON piece (media, measure); PRAGMA user_version=2;"
        )
    with Cache(path) as cache:
        assert cache.pieces("m", "k") == [_span(0, 4)]
        cache.keep_conclusion("m", "cuts", "none")
        assert cache.conclusion("m", "cuts") == "none"


def test_facts_are_forgotten_with_everything_else(tmp_path: Path) -> None:
    with Cache(tmp_path / "c.sqlite") as cache:
        cache.note_fact("what", "this")
        cache.clear()
        assert cache.fact("what") is None


def test_a_folder_in_the_place_of_the_file_is_called_one(tmp_path: Path) -> None:
    with pytest.raises(CacheError, match=r"this is a folder\)\. Name a file in SHOTLOG_CACHE"):
        Cache(tmp_path)
