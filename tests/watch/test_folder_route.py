"""The scripts of a sandboxed Resolve, answered by a watch."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from shotlog.testing import FakeDaemon
from tests.bridge.talk import EDIT
from tests.watch.folder import Folder, found

folder_route = pytest.importorskip(
    "shotlog_resolve.folder_route", reason="the scripts in Python are not here yet"
)
errors = pytest.importorskip("shotlog_resolve.errors")


@contextmanager
def watched(folder: Folder) -> Iterator[None]:
    """Watch in another thread, as another process would."""
    over = threading.Event()
    watch = threading.Thread(target=folder.until, args=(over.is_set,))
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def analyse(folder: Folder, **how: Any) -> Any:
    events: list[dict[str, Any]] = []
    with folder_route.FolderRoute(str(folder.path), print) as route:
        found = route.analyse(
            how.get("edit", EDIT), how.get("options", {}), events.append,
            how.get("is_cancelled", lambda: False),
        )  # fmt: skip
    return found, events


def test_a_script_gets_its_findings_and_leaves_no_file(tmp_path: Path) -> None:
    with FakeDaemon(found, steps=60, pace=0.01) as daemon:
        folder = Folder(tmp_path, daemon)
        with watched(folder):
            result, events = analyse(folder)
        assert [m["name"] for m in result["markers"]] == ["MS · pan_left"]
        assert events
        assert {event["type"] for event in events} == {"progress"}
        assert folder.names == set()


def test_a_script_cancels(tmp_path: Path) -> None:
    with FakeDaemon(found, steps=2000, pace=0.01) as daemon:
        folder = Folder(tmp_path, daemon)
        taken = folder.path.glob
        with watched(folder), pytest.raises(errors.Cancelled):
            analyse(folder, is_cancelled=lambda: any(taken("*.progress.json")))
        assert folder.names == set()


def test_a_script_is_told_what_is_wrong_with_its_edit(tmp_path: Path) -> None:
    with FakeDaemon(found) as daemon:
        folder = Folder(tmp_path, daemon)
        with watched(folder), pytest.raises(errors.Refused) as refused:
            analyse(folder, edit={**EDIT, "clips": []})
        assert "no video clip" in str(refused.value)
        assert folder.names == set()
