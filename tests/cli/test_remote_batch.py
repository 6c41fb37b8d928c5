"""``shotlog batch`` with the remote tier, through a real daemon."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.batch import OutputFolder, ResultStore, read_plan
from shotlog.cli import main
from shotlog.paths import CACHE_VARIABLE, HOME_VARIABLE, PROVIDERS_VARIABLE
from shotlog.providers import AddedProviders, SentRequests
from shotlog.schema import Family, Tier
from tests.batch.season import season
from tests.cli.conftest import IN_PROCESS
from tests.providers.clips import added
from tests.providers.servers import HttpJsonServer, serving

REMOTE = ("--tier", "remote", "--cuts", "off")
FILMS = 3


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def told(result: Result) -> str:
    return " ".join(result.output.split())


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Home, cache and providers of the daemon of this module, as variables."""
    folder = tmp_path_factory.mktemp("daemon")
    variables = {
        HOME_VARIABLE: str(folder / "home"),
        CACHE_VARIABLE: str(folder / "evidence.sqlite"),
        PROVIDERS_VARIABLE: str(folder / "providers"),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(IN_PROCESS, raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables
        call("daemon", "stop")


@pytest.fixture
def server(
    folders: dict[str, str], _own_cache: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HttpJsonServer]:
    """A server that was added as the provider ``studio``, and answers with a version of its own."""
    for name, value in folders.items():
        monkeypatch.setenv(name, value)
    box = HttpJsonServer(seconds=0.5)
    with serving(box) as url:
        # Each test has a version of its own, and so pays by itself.
        version = url.rpartition(":")[2]
        box.identity = ("sizes", version)
        provider = added("http-json", f"{url}/sizes", price="0.01")
        models = [model.model_copy(update={"version": version}) for model in provider.models]
        AddedProviders().put(provider.model_copy(update={"models": tuple(models)}))
        yield box


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return season(tmp_path / "season", timelines=FILMS - 1)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "logged"


def tiers(out: Path) -> set[Tier]:
    """The tiers that named the sizes of all results."""
    folder = OutputFolder(out)
    store = ResultStore(folder)
    logs = [store.log(item, 0) for item in read_plan(folder).items]
    shots = [shot for log in logs for shot in log.shots]
    return {finding.provenance.tier for shot in shots for finding in shot.leading(Family.SIZE)}


def test_a_batch_asks_nobody_and_refuses_at_the_start_without_consent(
    server: HttpJsonServer, root: Path, out: Path
) -> None:
    refused = call("batch", root, "--out", out, *REMOTE)
    assert refused.exit_code == 1
    assert f"Agree once with: shotlog remote agree studio {root}" in told(refused)
    assert not out.exists()
    assert server.paid == []


def test_a_batch_is_answered_by_the_provider_and_each_clip_paid_once(
    server: HttpJsonServer, root: Path, out: Path
) -> None:
    assert call("remote", "agree", "studio", root).exit_code == 0
    done = call("batch", root, "--out", out, *REMOTE)
    assert done.exit_code == 0, done.output
    assert tiers(out) == {Tier.REMOTE}
    again = call("batch", root, "--out", out, *REMOTE)
    assert "everything is logged already" in again.output
    assert len(set(server.paid)) == len(server.paid) == FILMS


def test_the_limit_of_cost_is_that_of_the_whole_batch(
    server: HttpJsonServer, root: Path, out: Path
) -> None:
    done = call("batch", root, "--out", out, *REMOTE, "--yes", "--max-cost", "0.012", "--jobs", "2")
    assert done.exit_code == 0, done.output
    assert len(server.paid) == 2  # 0.005 dollars each
    with SentRequests() as records:
        assert [line.answered for line in records.bill() if line.project == str(root)] == [2]
    more = call("batch", root, "--out", out, *REMOTE, "--max-cost", "1")
    assert more.exit_code == 0, more.output
    assert len(server.paid) == FILMS
    assert tiers(out) == {Tier.REMOTE}


@pytest.mark.parametrize("how", [("--executor", "ray"), ("--emit", "shell")])
def test_machines_without_token_and_consent_are_refused(
    how: tuple[str, ...], server: HttpJsonServer, root: Path, out: Path
) -> None:
    refused = call("batch", root, "--out", out, *REMOTE, "--yes", *how)
    assert refused.exit_code == 1
    assert "neither the token of a provider nor your consent" in told(refused)
    assert not out.exists()


def test_a_batch_that_fell_back_says_so_and_can_be_retried(
    server: HttpJsonServer, root: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_REMOTE_TIERS", "remote,builtin")
    server.token = "another"  # noqa: S105
    fell = call("batch", root, "--out", out, "--cuts", "off", "--yes")
    assert fell.exit_code == 3, fell.output
    assert "2 items were made by the next tier: studio: it does not accept the token" in told(fell)
    assert tiers(out) == {Tier.BUILTIN}
    status = call("batch", "status", out, "--json")
    assert status.exit_code == 3
    assert len(json.loads(status.stdout)["fallbacks"]) == 2
    server.token = None
    retried = call("batch", "retry", out)
    assert retried.exit_code == 0, retried.output
    assert tiers(out) == {Tier.REMOTE}


def test_options_of_a_provider_need_the_remote_tier(root: Path, out: Path) -> None:
    refused = call("batch", root, "--out", out, "--max-cost", "2")
    assert refused.exit_code == 2
    assert "add --tier remote" in told(refused)
