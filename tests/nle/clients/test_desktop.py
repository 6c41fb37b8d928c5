"""An application that does not come up is started again; one that never does is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nle.clients.desktop import STARTS, opened
from tests.nle.clients.sandbox import ClientFailed, Sandbox

pytestmark = pytest.mark.client


def is_open(box: Sandbox) -> bool:
    return "open" in box.said()


def test_an_application_that_ends_at_its_first_start_is_started_again(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    script = f"if [ -e {seen} ]; then echo open; sleep 600; else touch {seen}; exit 5; fi"
    with opened(tmp_path / "sh", ("/bin/sh", "-c", script), is_open) as (box, pid):
        assert box.folder == tmp_path / "sh" / "start2" / "application"
        assert Path(f"/proc/{pid}").exists()


def test_an_application_that_never_comes_up_is_named_with_what_it_said(tmp_path: Path) -> None:
    started = rf"/bin/sh was started {STARTS} times; it ended with 5; it said: (?s:.*)no film"
    command = ("/bin/sh", "-c", "echo no film >&2; exit 5")
    with pytest.raises(ClientFailed, match=started), opened(tmp_path / "sh", command, is_open):
        pytest.fail("it is not open")
