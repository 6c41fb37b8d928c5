"""What a batch asks of the daemon, which is pretended here."""

from __future__ import annotations

import pytest

from shotlog.batch.running import DaemonAnalysis
from shotlog.schema import Log, Problem, RemoteOptions, Tier
from shotlog.service.protocol import AnalysisOptions, Submit
from shotlog.testing import FakeDaemon
from tests.otio.marking import clip_range, edit_of, log_of

EDIT = edit_of(clip_range(0, 0, 4))
OFF = Problem(code="provider-unreachable", subject="studio", message="it is off", hint="Start it.")


def fall_back(submit: Submit) -> Log:
    """Answer as a daemon that cannot use a provider."""
    log = log_of(submit.task.edit)
    return log if submit.task.asks.remote is None else log.model_copy(update={"fallback": OFF})


def test_a_provider_that_could_not_be_used_is_not_asked_for_the_next_timeline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remote = RemoteOptions(provider="studio", tiers=(Tier.REMOTE, Tier.BUILTIN))
    asks = AnalysisOptions(remote=remote)
    with FakeDaemon(fall_back) as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        with DaemonAnalysis(since=7.5) as analysis:
            first, second = (
                next(analysis.analyze([EDIT], asks, lambda *_: None, lambda: False))
                for _ in range(2)
            )
        sent = [request.task.asks for request in daemon.requests if isinstance(request, Submit)]
    assert isinstance(first, Log)
    assert isinstance(second, Log)
    assert first.fallback == second.fallback == OFF
    assert "the tier 'remote' was left for the next one: studio: it is off" in second.warnings[0]
    assert [(each.models, each.remote) for each in sent] == [
        ("auto", remote.model_copy(update={"since": 7.5})),
        ("builtin", None),
    ]
