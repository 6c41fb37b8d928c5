"""What holds for every check, whatever it looks at."""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from shotlog.doctor import CHECKS, Check, Context, Finding, State, Subject, Verdict, examine, ok
from shotlog.engine import Cache
from shotlog.paths import cache_file
from shotlog.schema import CacheError
from shotlog.service.journal import Journal
from shotlog.service.security import load_client_keys, load_server_keys
from tests.doctor.conftest import Standin
from tests.models.catalog.test_registry import own_card, put
from tests.service.jobs import job


def used(case: Context) -> None:
    """As after a day's work."""
    load_server_keys(case.places), load_client_keys(case.places)
    with Journal(case.places.journal) as journal:
        journal.submit(job())
    with Cache(case.cache) as cache:
        cache.note_fact("a", "b")
    put(case.registry, own_card())


def ruined(case: Context) -> None:
    """Every file holds garbage, and some are folders."""
    used(case)
    roots = (case.places.folder, case.cache.parent, case.registry.root)
    for path in (path for root in roots for path in root.rglob("*") if path.is_file()):
        path.write_bytes(b"\x80garbage" * 600)
    case.places.connection.write_text("{")
    case.places.clients.unlink()
    case.places.clients.mkdir()
    case.registry.own_folder("begun").mkdir()
    (case.registry.own_folder("begun") / "weights.part").write_bytes(b"half")


def in_the_way(case: Context) -> None:
    """Files lie where folders should be."""
    for path in (case.places.folder, case.registry.root, case.cache.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("in the way")


def killed(case: Context) -> None:
    """The daemon was killed while it wrote its journal: a write-ahead log is left."""
    used(case)
    writer = sqlite3.connect(case.places.journal, isolation_level=None)
    writer.execute("PRAGMA locking_mode=EXCLUSIVE")
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("INSERT INTO meta VALUES ('a', 'b')")
    left = {path: path.read_bytes() for path in case.places.folder.glob("journal*")}
    writer.close()
    for path, content in left.items():
        path.write_bytes(content)
    assert case.places.journal.with_name("journal.sqlite-wal").stat().st_size


def nothing(case: Context) -> None:
    """It was never used."""


WORLDS = {nothing: True, used: True, killed: True, ruined: False, in_the_way: False}
"""And whether all is well in them."""


def tree(root: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path): (
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in root.rglob("*")
    }


@pytest.mark.parametrize(
    ("world", "well"), WORLDS.items(), ids=[world.__name__ for world in WORLDS]
)
def test_a_look_finds_its_words_whatever_there_is_and_changes_nothing(
    case: Context, tmp_path: Path, stand_in: Standin, world: Callable[[Context], None], well: bool
) -> None:
    stand_in("torch", "raise ImportError('none today')")  # its import would take seconds
    world(case)
    home = tmp_path / "user"  # libraries keep things there, if they are let
    home.mkdir()
    user = {**case.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")}
    user.pop("ORT_DISABLE_TELEMETRY", None)  # as where nobody has imported the engine
    case.environ = user
    before = tree(tmp_path)
    found = list(examine(case))
    assert tree(tmp_path) == before
    assert {each.check for each in found} == {check.name for check in CHECKS}
    for finding in found:
        assert finding.words
        assert finding.remedy if finding.state is not State.OK else finding.remedy is None
        assert "itself failed" not in finding.words
    problems = [each for each in found if each.state is State.PROBLEM and each.check != "torch"]
    assert (problems == []) is well, problems


def test_every_check_has_a_name_of_its_own_and_a_claim_in_one_line() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    for check in CHECKS:
        assert check.claim.endswith(".")
        assert len(check.claim) < 90
    assert {check.subject for check in CHECKS} == set(Subject)


def made(look: Callable[[Context], Verdict], seconds: float = 5, *, deep: bool = False) -> Check:
    return Check("odd", Subject.MACHINE, "It is odd.", look, seconds, deep)


def test_a_check_that_raises_is_a_problem_of_its_own(case: Context) -> None:
    def raises(case: Context) -> Verdict:
        raise RuntimeError("a bug")

    odd, fine = examine(case, [made(raises), made(lambda _: ok("fine"))])
    assert odd.state is State.PROBLEM
    assert "the check itself failed (RuntimeError: a bug)" in odd.words
    assert fine.state is State.OK


def test_a_check_that_hangs_is_a_problem_after_its_time(case: Context) -> None:
    over = threading.Event()

    def hangs(case: Context) -> Verdict:
        over.wait()
        return ok("too late")

    begun = time.monotonic()
    odd, fine = examine(case, [made(hangs, 0.2), made(lambda _: ok("fine"))])
    assert time.monotonic() - begun < 2
    over.set()
    assert "hangs" in odd.words
    assert odd.state is State.PROBLEM
    assert fine.state is State.OK


def test_an_error_of_shotlog_keeps_its_words_and_its_hint(case: Context) -> None:
    def refuses(case: Context) -> Verdict:
        raise CacheError("the file", "it is odd", "Do this.")

    (odd,) = examine(case, [made(refuses)])
    assert (odd.words, odd.remedy) == ("the file: it is odd", "Do this.")


def test_deep_checks_are_skipped_unless_they_were_asked_for(case: Context) -> None:
    deep = made(lambda _: ok("deep"), deep=True)
    (skipped,) = examine(case, [deep])
    assert skipped.state is State.SKIPPED
    case.deep = True
    (tried,) = examine(case, [deep])
    assert tried.state is State.OK


def test_deep_checks_wait_for_the_others(case: Context) -> None:
    order: list[str] = []

    def slow(case: Context) -> Verdict:
        time.sleep(0.1)
        order.append("slow")
        return ok("")

    def last(case: Context) -> Verdict:
        order.append("deep")
        return ok("")

    case.deep = True
    assert len(list(examine(case, [made(last, deep=True), made(slow)]))) == 2
    assert order == ["slow", "deep"]


@pytest.mark.parametrize("state", [State.WARNING, State.PROBLEM, State.SKIPPED])
def test_nothing_can_be_amiss_without_a_remedy(state: State) -> None:
    with pytest.raises(ValidationError, match="remedy"):
        Finding(subject=Subject.MACHINE, check="odd", state=state, words="odd")


def test_the_case_looks_where_the_cache_really_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Context().cache == cache_file()
    monkeypatch.delenv("SHOTLOG_CACHE")
    assert Context().cache == cache_file()


def test_what_two_checks_find_in_the_same_words_is_said_once(case: Context) -> None:
    def shut(case: Context) -> Verdict:
        raise PermissionError(13, "Permission denied", "/odd/place")

    first, second = (
        Check(name, Subject.MACHINE, "Odd.", shut) for name in ("first-look", "second-look")
    )
    one, other = examine(case, [first, second])
    assert one.state is State.PROBLEM
    assert one.words == "/odd/place: Permission denied"
    assert "eport" not in str(one.remedy)
    assert other.state is State.SKIPPED
    assert other.remedy == "Do first what is said of first-look."


def test_a_python_that_cannot_be_started_is_no_fault_of_its_libraries(
    case: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(case.places.folder))
    names = ("decoders", "opencv", "torch")
    one, *others = examine(case, [check for check in CHECKS if check.name in names])
    assert "no process of it can be started" in one.words
    assert [other.state for other in others] == [State.SKIPPED] * 2
