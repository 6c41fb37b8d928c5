"""Commands are tried in this process, where a test does not say otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

IN_PROCESS = "SHOTLOG_IN_PROCESS"


@pytest.fixture(scope="package", autouse=True)
def _in_process() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(IN_PROCESS, "1")
        yield
