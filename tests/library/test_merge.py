"""Merges: the same library whatever happens on the way, and never a part of one."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import apsw
import pytest

from shotlog.library import Library, LoggedTimeline, MergeCounts, merge, parse_query
from shotlog.schema import (
    UNDEFINED,
    DiskFull,
    LibraryError,
    LibraryMissing,
    LibraryUnreadable,
    OutputNotWritable,
    ShotFacts,
    ShotlogError,
)
from tests.library.logs import MODEL, log, random_vectors, search, shot, starts, timeline
from tests.report.logs import highlight
from tests.waiting import PATIENCE_S


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite"


def some(item: str, count: int = 3, **how: object) -> LoggedTimeline:
    drawn = random.Random(item)  # noqa: S311
    shots = [
        shot(3 * n, drawn.randint(1, 3), size=drawn.choice(["CS", "MS"]), clip_name=f"{item} {n}")
        for n in range(count)
    ]
    vectors = dict(enumerate(random_vectors(count, 8, seed=ord(item[-1]))))
    return timeline(item, shots, vectors=vectors, **how)  # type: ignore[arg-type]


def files(path: Path) -> list[str]:
    return sorted(found.name for found in path.parent.iterdir())


def test_a_library_does_not_depend_on_the_order_of_merges(path: Path, tmp_path: Path) -> None:
    items = [some(item) for item in "abcdef"]
    merge(path, items)
    other = tmp_path / "other.sqlite"
    merge(other, [items[4], items[1]])
    merge(other, [items[5], some("gone"), items[0]])
    merge(other, [items[3], items[1], items[2]], remove=["gone"])

    assert other.read_bytes() == path.read_bytes()


def test_merging_again_changes_nothing(path: Path) -> None:
    first = merge(path, [some("a"), some("b")])
    content = path.read_bytes()
    again = merge(path, [some("a"), some("a")])

    assert path.read_bytes() == content
    assert first == MergeCounts(added=2, replaced=0, removed=0, kept=0, timelines=2, shots=6)
    assert again == MergeCounts(added=0, replaced=1, removed=0, kept=1, timelines=2, shots=6)


def test_an_item_is_replaced_as_a_whole(path: Path) -> None:
    merge(path, [some("a", source="x.otio"), some("a", source="y.otio", sequence=1), some("b")])
    merge(path, [some("a", 1, source="z.otio")])

    assert {hit.source for hit in search(path, "").hits} == {"z.otio", "b.otio"}
    assert search(path, "").total == 4


def test_equal_timelines_at_two_places_are_both_found(path: Path) -> None:
    counts = merge(path, [some("a", source="x.otio"), some("a", source="copy of x.otio")])

    assert (counts.added, counts.timelines) == (1, 2)
    assert [hit.source for hit in search(path, "").hits] == ["copy of x.otio"] * 3 + ["x.otio"] * 3


def test_what_is_removed_leaves_nothing_behind(path: Path) -> None:
    merge(path, [some("b")])
    alone = path.read_bytes()
    merge(path, [some("a")])
    counts = merge(path, [], remove=["a", "never there"])

    assert (counts.removed, counts.kept) == (1, 1)
    assert path.read_bytes() == alone


def test_an_item_without_shots_counts_as_merged(path: Path) -> None:
    merge(path, [timeline("empty")])

    with Library.open(path) as library:
        assert library.merged == {"empty"}
        assert library.shots == 0
        assert library.find(parse_query("not CS or highlight")).total == 0


def test_a_hit_says_everything_that_is_known(path: Path) -> None:
    facts = ShotFacts(
        faces=2, speech=0.25, loudness=-23.0, width=1920, height=1080, rate=Fraction(24000, 1001)
    )
    shots = [
        shot(Fraction(1001, 24000), Fraction(1, 3), moves=("pan_left", "static"), facts=facts),
        shot(9, 2, size=UNDEFINED, moves=(UNDEFINED,), movement="Push"),
    ]
    marked = log(shots, media={"V1/0": "C:\\day\\A001.mov"}, highlights=[highlight(1, 0, 5, 80)])
    merge(path, [timeline("a", of=marked, sequence=3)])
    first, second = search(path, "").hits

    assert (first.item, first.sequence, first.shot_number, first.row) == ("a", 3, 0, 1)
    assert (first.start, first.duration) == (Fraction(1001, 24000), Fraction(1, 3))
    assert (first.timeline, first.timecode) == ("Reel 1", "01:00:00:01")
    assert (first.clip, first.media) == ("A001", "C:\\day\\A001.mov")
    assert (first.sizes, first.moves) == (("MS",), ("pan_left", "static"))
    assert (first.faces, first.speech, first.loudness) == (2, 0.25, -23.0)
    assert (first.width, first.height, first.fps) == (1920, 1080, 24000 / 1001)
    assert (first.highlight, second.highlight) == (80, None)
    assert (second.size, second.move, second.faces) == (UNDEFINED, "Push", None)
    assert starts(path, "pan_left and static") == [first.start]
    assert starts(path, "undefined") == starts(path, "size:undefined") == [9]
    assert starts(path, "move:undefined and movement:Push") == [9]
    assert search(path, 'media:"a001*"').total == 2


def test_names_that_are_no_text_are_kept_readable(path: Path) -> None:
    odd = "caf\udce9 \x1b[31m"
    marked = log([shot(0, clip_name=odd)], media={"V1/0": f"/{odd}.mov"})
    merge(path, [timeline("a", of=marked, source=odd)])

    hit = search(path, "").hits[0]
    assert hit.source == "caf\\xe9 \x1b[31m"
    assert search(path, '"caf*"').total == 1


@pytest.mark.parametrize("name", ["50% a?b#c d.sqlite", "caf\udce9.sqlite", "日本.sqlite"])
def test_a_library_may_have_any_name(tmp_path: Path, name: str) -> None:
    if "\udce9" in name and sys.platform != "linux":
        pytest.skip("other systems have no such names")
    path = tmp_path / name
    merge(path, [some("a")])
    merge(path, [some("b")])
    assert search(path, "").total == 6
    assert [found.name for found in tmp_path.iterdir()] == [name]


# --- readers and writers at once


def test_a_reader_goes_on_with_the_library_that_it_opened(path: Path) -> None:
    merge(path, [some("a")])
    with Library.open(path) as library:
        merge(path, [some("b")], remove=["a"])
        assert {hit.item for hit in library.find(parse_query("")).hits} == {"a"}
    assert {hit.item for hit in search(path, "").hits} == {"b"}


def test_merges_at_once_lose_nothing_when_they_overtake_each_other(path: Path) -> None:
    merge(path, [some("a")])
    started, overtaken = threading.Event(), threading.Event()

    def slowly() -> Iterator[LoggedTimeline]:
        yield some("b")
        started.set()
        overtaken.wait(PATIENCE_S)

    slow = threading.Thread(target=merge, args=(path, slowly()))
    slow.start()
    started.wait(PATIENCE_S)
    merge(path, [some("c")])
    overtaken.set()
    slow.join()

    with Library.open(path) as library:
        assert library.merged == {"a", "b", "c"}
    assert files(path) == ["library.sqlite"]


def test_many_merges_at_once_leave_a_whole_library(path: Path) -> None:
    merges = [threading.Thread(target=merge, args=(path, [some(item)])) for item in "abcdef"]
    for each in merges:
        each.start()
    for each in merges:
        each.join()
    merge(path, [some(item) for item in "abcdef"])

    assert search(path, "").total == 18
    assert files(path) == ["library.sqlite"]


_KILLED = """
import sys
from pathlib import Path
from shotlog.library import merge
from tests.library.test_merge import some

def forever():
    n = 0
    while True:
        n += 1
        yield some(f"{n}a", 50)
        if n == 20:
            print("at work", flush=True)

merge(Path(sys.argv[1]), forever())
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_a_merge_that_is_killed_leaves_the_old_library(path: Path) -> None:
    merge(path, [some("a")])
    before = path.read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)

    assert path.read_bytes() == before
    merge(path, [some("b")])
    assert search(path, "").total == 6


# --- what cannot be used


def broken(timelines: list[LoggedTimeline]) -> Iterator[LoggedTimeline]:
    yield from timelines
    raise ZeroDivisionError


def test_an_error_of_the_caller_leaves_the_old_library(path: Path) -> None:
    merge(path, [some("a")])
    before = path.read_bytes()
    with pytest.raises(ZeroDivisionError):
        merge(path, broken([some("b")]))

    assert path.read_bytes() == before
    assert files(path) == ["library.sqlite"]


@pytest.mark.parametrize(
    "vectors",
    [
        {0: random_vectors(1, 8)[0], 1: random_vectors(1, 9)[0]},
        {0: random_vectors(1, 8)[0] * float("nan")},
        {0: random_vectors(1, 8)[0] * 0},
    ],
)
def test_damaged_vectors_are_refused(path: Path, vectors: dict[int, object]) -> None:
    bad = timeline("a", [shot(0), shot(2)], vectors=vectors)  # type: ignore[arg-type]
    with pytest.raises(LibraryError, match=f"vectors of the model {MODEL} are damaged"):
        merge(path, [bad])


def test_vectors_of_another_length_than_those_of_the_library_are_refused(path: Path) -> None:
    merge(path, [some("a")])
    with pytest.raises(LibraryError, match="another length"):
        merge(path, [timeline("b", [shot(0)], vectors={0: random_vectors(1, 5)[0]})])


def test_no_library_is_no_empty_library(path: Path) -> None:
    with pytest.raises(LibraryMissing):
        Library.open(path)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE detail SET start = 'soon'",
        "UPDATE detail SET timecode = CAST(x'ff00' AS TEXT)",
        "DELETE FROM detail",
        "UPDATE shot SET timeline = 9",
        "DELETE FROM vector",
        "UPDATE vector SET vector = x'00'",
    ],
)
def test_content_that_is_no_content_is_damage(path: Path, sql: str) -> None:
    merge(path, [some("a")])
    changed(path, sql)
    with Library.open(path) as library, pytest.raises(LibraryUnreadable, match="damaged"):
        library.find(
            parse_query('text:"x"'), order="timeline", text_vector=(MODEL, random_vectors(1, 8)[0])
        )


def changed(path: Path, sql: str) -> None:
    with closing(apsw.Connection(str(path))) as db:
        db.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("PRAGMA application_id = 7", "no library of Shotlog"),
        ("PRAGMA user_version = 3", "newer Shotlog"),
        ("PRAGMA user_version = 0", "not those of its version"),
        ("CREATE TRIGGER t AFTER INSERT ON shot BEGIN SELECT 1; END", "not those of its version"),
        ("DROP TABLE detail", "not those of its version"),
        ("DELETE FROM label WHERE id = 3", "other labels"),
    ],
)
def test_a_foreign_library_is_refused_and_kept(path: Path, sql: str, said: str) -> None:
    merge(path, [some("a")])
    changed(path, sql)
    before = path.read_bytes()
    for work in (Library.open, lambda place: merge(place, [some("b")])):
        with pytest.raises(LibraryUnreadable, match=said):
            work(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    for content in (b"", b"not a database" * 1000, b"SQLite format 3\0" + bytes(5000)):
        path.write_bytes(content)
        with pytest.raises(LibraryUnreadable):
            Library.open(path)
        with pytest.raises(LibraryUnreadable):
            merge(path, [some("a")])
    path.unlink()
    path.mkdir()
    with pytest.raises(LibraryUnreadable, match="folder"):
        Library.open(path)


def test_a_library_that_was_cut_off_is_damaged(path: Path) -> None:
    merge(path, [some("a", 400)])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(LibraryUnreadable, match="damaged"):
        Library.open(path)


def test_a_destroyed_page_never_ends_in_a_foreign_error(path: Path) -> None:
    merge(path, [some("a", 400)])
    content, drawn, told = path.read_bytes(), random.Random(5), 0  # noqa: S311
    for page in range(len(content) // 16384):
        noise = drawn.randbytes(16384)
        path.write_bytes(content[: page * 16384] + noise + content[(page + 1) * 16384 :])
        try:
            search(path, '"a" and CS or highlight')
            search(path, 'text:"x"', vector=random_vectors(1, 8)[0])
        except ShotlogError:
            told += 1
    assert told >= 5


def test_a_full_disk_leaves_the_old_library(path: Path) -> None:
    merge(path, [some("a")])
    before, limits = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        with pytest.raises((DiskFull, OutputNotWritable)):
            merge(path, [some("b", 1500)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)

    assert path.read_bytes() == before
    assert files(path) == ["library.sqlite"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable):
        merge(tmp_path / "nowhere" / "library.sqlite", [some("a")])
