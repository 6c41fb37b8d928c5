"""Whoever has models loaded is told how that went, and never waits for nothing."""

from __future__ import annotations

import pytest

from shotlog.paths import HOME_VARIABLE
from shotlog.schema import DaemonRefused
from shotlog.service.client import Client
from shotlog.service.client import model_loading as loading
from shotlog.service.protocol import AnalysisOptions
from shotlog.testing import FakeDaemon


class Forgotten(Client):
    """Its wish gets lost, as one does whose daemon is killed and started anew."""

    def load(self, asks: AnalysisOptions, keep_alive: int | None = None) -> None:
        pass


def test_models_are_loaded_by_a_pretended_daemon_too() -> None:
    with FakeDaemon() as daemon, daemon.client() as client:
        *_, last = loading.load_models(client, AnalysisOptions())
        assert last.worker.state == "idle"


def test_a_wish_that_got_lost_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "ABSENT_SECONDS", 0.3)
    with FakeDaemon() as daemon:
        monkeypatch.setenv(HOME_VARIABLE, daemon.environment[HOME_VARIABLE])
        with Forgotten(start=False) as client, pytest.raises(DaemonRefused, match="not loaded"):
            list(loading.load_models(client, AnalysisOptions()))
