"""Waits for models to be loaded: their end, and requests that were lost."""

from __future__ import annotations

import pytest

from shotlog.paths import HOME_VARIABLE
from shotlog.schema import DaemonRefused
from shotlog.service.client import Client, load_models
from shotlog.service.protocol import AnalysisOptions
from shotlog.testing import FakeDaemon


class Forgetful(Client):
    """A client whose request to load is lost, as when the daemon is killed and restarted."""

    def load(self, options: AnalysisOptions, keep_alive: int | None = None) -> None:
        """Send nothing."""


def test_models_are_loaded_by_a_fake_daemon_too() -> None:
    with FakeDaemon() as daemon, daemon.client() as client:
        *_, last = load_models(client, AnalysisOptions())
        assert last.worker.state == "idle"


def test_a_request_that_was_lost_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shotlog.service.client.waits._LOST_AFTER_SECONDS", 0.3)
    with FakeDaemon() as daemon:
        monkeypatch.setenv(HOME_VARIABLE, daemon.environment[HOME_VARIABLE])
        with Forgetful(start=False) as client, pytest.raises(DaemonRefused, match="not loaded"):
            list(load_models(client, AnalysisOptions()))
