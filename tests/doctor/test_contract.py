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

from shotlog.doctor import (
    CHECKS,
    CheckOutcome,
    CheckResult,
    CheckState,
    Context,
    HealthCheck,
    Subject,
    passed,
    run_checks,
)
from shotlog.engine import Cache
from shotlog.paths import cache_file
from shotlog.schema import CacheError
from shotlog.service.journal import Journal
from shotlog.service.security import load_client_keys, load_server_keys
from tests.doctor.conftest import Standin
from tests.models.catalog.test_registry import own_card, put
from tests.service.jobs import job


def used(context: Context) -> None:
    """As after a day's work."""
    load_server_keys(context.places), load_client_keys(context.places)
    with Journal(context.places.journal) as journal:
        journal.submit(job())
    with Cache(context.cache) as cache:
        cache.note_fact("a", "b")
    put(context.registry, own_card())


def ruined(context: Context) -> None:
    """Every file holds garbage, and some are folders."""
    used(context)
    roots = (context.places.folder, context.cache.parent, context.registry.root)
    for path in (path for root in roots for path in root.rglob("*") if path.is_file()):
        path.write_bytes(b"\x80garbage" * 600)
    context.places.connection.write_text("{")
    context.places.clients.unlink()
    context.places.clients.mkdir()
    context.registry.own_folder("begun").mkdir()
    (context.registry.own_folder("begun") / "weights.part").write_bytes(b"half")


def in_the_way(context: Context) -> None:
    """Files lie where folders should be."""
    for path in (context.places.folder, context.registry.root, context.cache.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("in the way")


def killed(context: Context) -> None:
    """The daemon was killed while it wrote its journal: a write-ahead log is left."""
    used(context)
    writer = sqlite3.connect(context.places.journal, isolation_level=None)
    writer.execute("PRAGMA locking_mode=EXCLUSIVE")
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("INSERT INTO meta VALUES ('a', 'b')")
    left = {path: path.read_bytes() for path in context.places.folder.glob("journal*")}
    writer.close()
    for path, content in left.items():
        path.write_bytes(content)
    assert context.places.journal.with_name("journal.sqlite-wal").stat().st_size


def nothing(context: Context) -> None:
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
def test_every_check_ends_with_a_sentence_and_changes_nothing(
    context: Context,
    tmp_path: Path,
    stand_in: Standin,
    world: Callable[[Context], None],
    well: bool,
) -> None:
    stand_in("torch", "raise ImportError('none today')")  # its import would take seconds
    world(context)
    home = tmp_path / "user"  # libraries keep things there, if they are let
    home.mkdir()
    user = {**context.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")}
    user.pop("ORT_DISABLE_TELEMETRY", None)  # as where the engine was not imported
    context.environ = user
    before = tree(tmp_path)
    found = list(run_checks(context))
    assert tree(tmp_path) == before
    assert {each.check for each in found} == {check.name for check in CHECKS}
    for finding in found:
        assert finding.words
        assert finding.remedy if finding.state is not CheckState.OK else finding.remedy is None
        assert "itself failed" not in finding.words
    problems = [
        each for each in found if each.state is CheckState.PROBLEM and each.check != "torch"
    ]
    assert (problems == []) is well, problems


def test_every_check_has_a_name_of_its_own_and_a_claim_in_one_line() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    for check in CHECKS:
        assert check.claim.endswith(".")
        assert len(check.claim) < 90
    assert {check.subject for check in CHECKS} == set(Subject)


def made(
    look: Callable[[Context], CheckOutcome], seconds: float = 5, *, deep: bool = False
) -> HealthCheck:
    return HealthCheck("odd", Subject.MACHINE, "It is odd.", look, seconds, deep)


def test_a_check_that_raises_is_a_problem_of_its_own(context: Context) -> None:
    def raises(context: Context) -> CheckOutcome:
        raise RuntimeError("a bug")

    odd, fine = run_checks(context, [made(raises), made(lambda _: passed("fine"))])
    assert odd.state is CheckState.PROBLEM
    assert "the check itself failed (RuntimeError: a bug)" in odd.words
    assert fine.state is CheckState.OK


def test_a_check_that_hangs_is_a_problem_after_its_time(context: Context) -> None:
    over = threading.Event()

    def hangs(context: Context) -> CheckOutcome:
        over.wait()
        return passed("too late")

    odd, fine = run_checks(context, [made(hangs, 0.2), made(lambda _: passed("fine"))])
    over.set()  # it has hung until now
    assert "hangs" in odd.words
    assert odd.state is CheckState.PROBLEM
    assert fine.state is CheckState.OK


def test_an_error_of_shotlog_keeps_its_words_and_its_hint(context: Context) -> None:
    def refuses(context: Context) -> CheckOutcome:
        raise CacheError("the file", "it is odd", "Do this.")

    (odd,) = run_checks(context, [made(refuses)])
    assert (odd.words, odd.remedy) == ("the file: it is odd", "Do this.")


def test_deep_checks_are_skipped_unless_they_were_asked_for(context: Context) -> None:
    deep = made(lambda _: passed("deep"), deep=True)
    (skipped,) = run_checks(context, [deep])
    assert skipped.state is CheckState.SKIPPED
    context.deep = True
    (tried,) = run_checks(context, [deep])
    assert tried.state is CheckState.OK


def test_deep_checks_wait_for_the_others(context: Context) -> None:
    order: list[str] = []

    def slow(context: Context) -> CheckOutcome:
        time.sleep(0.1)
        order.append("slow")
        return passed("")

    def last(context: Context) -> CheckOutcome:
        order.append("deep")
        return passed("")

    context.deep = True
    assert len(list(run_checks(context, [made(last, deep=True), made(slow)]))) == 2
    assert order == ["slow", "deep"]


@pytest.mark.parametrize("state", [CheckState.WARNING, CheckState.PROBLEM, CheckState.SKIPPED])
def test_every_problem_has_a_remedy(state: CheckState) -> None:
    with pytest.raises(ValidationError, match="remedy"):
        CheckResult(subject=Subject.MACHINE, check="odd", state=state, words="odd")


def test_the_context_names_the_cache_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Context().cache == cache_file()
    monkeypatch.delenv("SHOTLOG_CACHE")
    assert Context().cache == cache_file()


def test_equal_problems_of_two_checks_are_reported_once(context: Context) -> None:
    def shut(context: Context) -> CheckOutcome:
        raise PermissionError(13, "Permission denied", "/odd/place")

    first, second = (
        HealthCheck(name, Subject.MACHINE, "Odd.", shut) for name in ("first-look", "second-look")
    )
    one, other = run_checks(context, [first, second])
    assert one.state is CheckState.PROBLEM
    assert one.words == "/odd/place: Permission denied"
    assert "eport" not in str(one.remedy)
    assert other.state is CheckState.SKIPPED
    assert other.remedy == "First resolve the problem of first-look."


def test_a_python_that_cannot_be_started_is_no_fault_of_its_libraries(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(context.places.folder))
    names = ("decoders", "opencv", "torch")
    one, *others = run_checks(context, [check for check in CHECKS if check.name in names])
    assert "cannot be started" in one.words
    assert [other.state for other in others] == [CheckState.SKIPPED] * 2
