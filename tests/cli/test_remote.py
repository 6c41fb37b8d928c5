"""The remote tier as a user types it, against servers on this machine."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import numpy as np
import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.paths import HOME_VARIABLE, providers_folder
from shotlog.providers import AddedProviders, make_remote_analyzers
from shotlog.schema import Family, Log, Pixels, ProviderForbidden, RemoteOptions, Tier
from shotlog.synthetic import write_video
from tests.cli.conftest import IN_PROCESS
from tests.providers.clips import added
from tests.providers.keyrings import MemoryKeyring
from tests.providers.replicate_platform import NAME, TOKEN, VERSION, Platform
from tests.providers.servers import HttpJsonServer, serving
from tests.waiting import PATIENCE_S, wait_for

SOCKETS: list[str] = []
sys.addaudithook(lambda event, _: SOCKETS.append(event) if event.startswith("socket.") else None)


def two_shots() -> Iterator[Pixels]:
    """A bright second and a dark one, each with a texture."""
    noise = np.random.default_rng(3).integers(0, 60, (2, 96, 128, 3)).astype(np.uint8)
    for number in range(50):
        yield np.roll(noise[int(number >= 25)] + (190 if number < 25 else 20), number, 1)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, two_shots(), Fraction(25))
    return path


@pytest.fixture(autouse=True)
def ring() -> Iterator[MemoryKeyring]:
    before, ours = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture
def server() -> HttpJsonServer:
    return HttpJsonServer(seconds=0.5)


@pytest.fixture
def studio(server: HttpJsonServer) -> Iterator[str]:
    """A provider that was added; its trial clip is not counted."""
    with serving(server) as url:
        result = shotlog(
            "remote", "add", "studio", "--kind", "http-json", "--url", f"{url}/sizes",
            "--price", "0.01",
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        server.paid.clear()
        yield "studio"


def shotlog(*args: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args], input=stdin)


def analyzed(film: Path, out: Path, *args: str) -> tuple[Result, Log]:
    result = shotlog("analyze", film, "-o", out, "--json", out.with_suffix(".json"), *args)
    return result, Log.model_validate_json(out.with_suffix(".json").read_bytes())


def remote_sizes(log: Log) -> list[str]:
    sizes = [shot.leading(Family.SIZE)[0] for shot in log.shots]
    return [size.label for size in sizes if size.provenance.tier is Tier.REMOTE]


def test_a_marker_says_which_provider_answered_and_the_bill_what_it_cost(
    film: Path, studio: str, server: HttpJsonServer, tmp_path: Path
) -> None:
    result, log = analyzed(film, tmp_path / "cut.otio", "--tier", "remote", "--yes")
    assert result.exit_code == 0, result.output
    assert remote_sizes(log) == ["CS", "undefined"]
    finding = log.shots[0].leading(Family.SIZE)[0]
    assert finding.provenance.analyzer == "sizes.size"
    told = finding.provenance.remote
    assert told is not None
    assert (told.provider, told.seconds, told.cost) == ("studio", 0.5, 0.005)
    assert "(remote tier, studio, weights v1)" in (tmp_path / "cut.otio").read_text()
    assert "2 shots answered by studio: 1.0 s, $0.0100" in result.output
    (line,) = json.loads(shotlog("remote", "bill", "--since", "1d", "--json").stdout)
    assert (line["project"], line["answered"], line["cost"]) == (str(film.parent), 2, "0.010")


def test_moves_are_asked_of_the_same_provider_and_told_everywhere(
    film: Path, server: HttpJsonServer, tmp_path: Path
) -> None:
    with serving(server) as url:
        for command in (
            ("add", "studio", "--kind", "http-json", "--url", f"{url}/sizes", "--price", "0.01",
             "--task", "movement", "--task", "size", "--task", "move"),
            ("test", "studio"),
        ):  # fmt: skip
            told = shotlog("remote", *command)
            assert told.exit_code == 0, told.output
            assert "studio answers movement, size: sizes v1" in told.output
            assert "studio answers move: sizes v1" in told.output
        (listed,) = json.loads(shotlog("remote", "list", "--json").stdout)
        assert [model["tasks"] for model in listed["models"]] == [["movement", "size"], ["move"]]
        server.paid.clear()
        forecast = shotlog("analyze", film, "--tier", "remote", "--dry-run").output
        assert "movement, size: 2 clips" in forecast
        assert "move: 2 clips" in forecast
        result, log = analyzed(film, tmp_path / "cut.otio", "--tier", "remote", "--yes")
        assert result.exit_code == 0, result.output
        assert len(server.paid) == 4
        bright = log.shots[0]
        for family, labels in {
            Family.SIZE: ["CS"], Family.MOVEMENT: ["Static"], Family.MOVE: ["pan_left", "shake"],
        }.items():  # fmt: skip
            leading = bright.leading(family)
            assert [finding.label for finding in leading] == labels
            assert {finding.provenance.tier for finding in leading} == {Tier.REMOTE}
        # Two requests of half a second for each of the two shots.
        assert "2 shots answered by studio: 2.0 s, $0.0200" in result.output
        (line,) = json.loads(shotlog("remote", "bill", "--json").stdout)
        assert (line["model"], line["answered"], line["cost"]) == ("sizes", 4, "0.020")


def test_a_second_run_sends_nothing_and_pays_nothing(
    film: Path, studio: str, server: HttpJsonServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, first = analyzed(film, tmp_path / "a.otio", "--tier", "remote", "--yes")
    _, again = analyzed(film, tmp_path / "a.otio", "--tier", "remote")
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path / "other.sqlite"))
    _, without_cache = analyzed(film, tmp_path / "a.otio", "--tier", "remote")
    assert first.shots == again.shots == without_cache.shots
    assert len(server.paid) == 2


def test_consent_is_given_for_a_project_or_for_programs_that_name_none(
    studio: str, tmp_path: Path
) -> None:
    (tmp_path / ".shotlog.toml").touch()
    inner = RemoteOptions(project=str(tmp_path))
    for options, words in ((inner, [tmp_path / "reels" / "cut.otio"]), (RemoteOptions(), [])):
        with pytest.raises(ProviderForbidden, match="nobody has agreed yet"):
            make_remote_analyzers(options)
        told = shotlog("remote", "agree", studio, *words)
        assert told.exit_code == 0, told.output
        assert "16 small pictures" in told.output
        assert make_remote_analyzers(options)


def test_coverage_and_selects_use_what_the_provider_has_answered(
    film: Path, studio: str, server: HttpJsonServer, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.otio"
    analyzed(film, cut, "--tier", "remote", "--yes")
    for command in (("coverage", cut), ("selects", cut, "--by", "size")):
        result = shotlog(*command, "--tier", "remote", "--yes", "--json")
        assert result.exit_code == 0, result.output
        assert '"CS"' in result.stdout
    assert len(server.paid) == 2


def test_coverage_and_selects_tell_that_the_next_tier_was_used(
    film: Path, studio: str, server: HttpJsonServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_REMOTE_TIERS", "remote,builtin")
    server.token = "another"  # noqa: S105
    result = shotlog("selects", film, "--yes")
    assert result.exit_code == 3
    assert "the tier 'remote' was left for the next one" in " ".join(result.output.split())


def test_nothing_is_sent_before_somebody_agreed(
    film: Path, studio: str, server: HttpJsonServer
) -> None:
    result = shotlog("analyze", film, "--tier", "remote")
    assert result.exit_code == 1
    assert "16 small pictures (224 x 224 pixels) of every shot" in " ".join(result.output.split())
    assert "shotlog remote agree studio" in result.output
    assert server.paid == []


def test_a_dry_run_tells_clips_bytes_seconds_and_cost_and_sends_nothing(
    film: Path, studio: str, server: HttpJsonServer, tmp_path: Path
) -> None:
    result = shotlog("analyze", film, "--tier", "remote", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "2 clips," in result.output
    assert "1 to 1 s of computation" in result.output
    assert "$0.0100 to $0.0" in result.output
    assert server.paid == []
    analyzed(film, tmp_path / "a.otio", "--tier", "remote", "--yes")
    assert "0 clips" in shotlog("analyze", film, "--tier", "remote", "--dry-run").output


@pytest.mark.parametrize("way", ["option", "setting"])
def test_offline_opens_no_socket(
    way: str, film: Path, studio: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shotlog("analyze", film, "--tier", "remote", "--yes", "--max-cost", "0")
    more = ["--offline"] if way == "option" else []
    if way == "setting":
        monkeypatch.setenv("SHOTLOG_REMOTE_OFFLINE", "true")
    monkeypatch.setenv("SHOTLOG_REMOTE_TIERS", "remote,builtin")
    SOCKETS.clear()
    refused = shotlog("analyze", film, "--tier", "remote", "--yes", *more)
    done = shotlog("analyze", film, *more)
    assert SOCKETS == []
    assert refused.exit_code == 1
    assert "nothing may be sent" in refused.output
    assert done.exit_code == 0


def test_falling_back_shows_in_warnings_findings_and_exit_code(
    film: Path, studio: str, server: HttpJsonServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_REMOTE_TIERS", "remote,builtin")
    server.token = "another"  # noqa: S105
    result, log = analyzed(film, tmp_path / "cut.otio", "--yes")
    assert result.exit_code == 3
    assert "the tier 'remote' was left for the next one: studio: it does not accept" in (
        " ".join(result.output.split())
    )
    assert log.fallback is not None
    assert remote_sizes(log) == []
    assert {f.provenance.tier for shot in log.shots for f in shot.findings} == {Tier.BUILTIN}
    server.token = None
    result, log = analyzed(film, tmp_path / "cut.otio")
    assert result.exit_code == 0
    assert log.fallback is None
    assert len(remote_sizes(log)) == 2


def test_models_that_the_settings_name_are_for_the_tiers_behind_the_provider(
    film: Path, studio: str, server: HttpJsonServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_REMOTE_TIERS", "remote,local,builtin")
    monkeypatch.setenv("SHOTLOG_ANALYSIS_NAMES", "mine")
    result, log = analyzed(film, tmp_path / "cut.otio", "--yes")
    assert result.exit_code == 0, result.output
    assert len(remote_sizes(log)) == 2
    named = shotlog("analyze", film, "--model", "mine")
    assert named.exit_code == 1
    assert "mine" in named.output
    assert len(server.paid) == 2


def test_the_limit_of_cost_names_the_clips_that_were_not_sent(
    film: Path, studio: str, server: HttpJsonServer, tmp_path: Path
) -> None:
    result, log = analyzed(
        film, tmp_path / "cut.otio", "--tier", "remote", "--yes", "--max-cost", "0.007"
    )
    assert result.exit_code == 0
    assert len(server.paid) == len(remote_sizes(log)) == 1
    (problem,) = log.problems
    assert problem.code == "clip-not-sent"
    assert problem.subject == "film.mp4"
    assert (
        "studio: its cost would pass the limit (--max-cost), so it was not sent" in problem.message
    )


def test_a_token_is_in_the_keyring_and_in_no_file(
    ring: MemoryKeyring, film: Path, tmp_path: Path
) -> None:
    platform = Platform()
    with serving(platform) as url:
        platform.url = url
        added = shotlog(
            "remote", "add", "replicate", "--url", url, "--model", NAME, "--token-stdin",
            stdin=f"{TOKEN}\n",
        )  # fmt: skip
        assert added.exit_code == 0, added.output
        (told,) = json.loads(shotlog("remote", "list", "--json").stdout)
        assert told["parameters"]["model"] == f"{NAME}:{VERSION}"
        result, log = analyzed(film, tmp_path / "cut.otio", "--tier", "remote", "--yes")
        assert result.exit_code == 0, result.output
        assert len(remote_sizes(log)) == 2
    assert ring.kept == {("shotlog", "replicate"): TOKEN}
    files = [*providers_folder().rglob("*"), *tmp_path.rglob("*")]
    assert not [file for file in files if file.is_file() and TOKEN.encode() in file.read_bytes()]
    assert TOKEN not in added.output + result.output
    assert shotlog("remote", "remove", "replicate").exit_code == 0
    assert ring.kept == {}


def test_without_a_keyring_the_variable_is_named_and_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    platform = Platform()
    with serving(platform) as url:
        platform.url = url
        command = ("remote", "add", "cloud", "--kind", "replicate", "--url", url, "--model", NAME)
        refused = shotlog(*command, "--token-stdin", stdin=f"{TOKEN}\n")
        assert refused.exit_code == 1
        assert "SHOTLOG_TOKEN_CLOUD" in refused.output
        monkeypatch.setenv("SHOTLOG_TOKEN_CLOUD", TOKEN)
        assert shotlog(*command).exit_code == 0


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("remote", "add", "x"), "Give the kind"),
        (("remote", "add", "cog"), "it needs the address of the server"),
        (("remote", "add", "x", "--kind", "telex"), "there is no such kind of provider"),
        (("remote", "add", "cog", "--url", "http://x", "--at-once", "0"), "at_once"),
        (("remote", "test", "nobody"), "there is no provider of this name"),
        (("remote", "bill", "--since", "soon"), "is not a time like"),
        (("analyze", "film.mov", "--max-cost", "2"), "add --tier remote"),
        (("analyze", "film.mov", "--tier", "remote", "--max-cost", "-2"), "is not an amount"),
        (("analyze", "film.mov", "--tier", "remote"), "none was added"),
        (("analyze", "film.mov", "--tier", "remote", "--model", "m"), "uses none of here"),
    ],
)
def test_wrong_input_is_told_in_one_sentence(args: tuple[str, ...], told: str) -> None:
    result = shotlog(*args)
    assert result.exit_code in (1, 2)
    assert told in " ".join(result.output.split())


@pytest.mark.slow
def test_the_daemon_asks_the_provider_too(
    film: Path, studio: str, server: HttpJsonServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(IN_PROCESS)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    try:
        result, log = analyzed(film, tmp_path / "cut.otio", "--tier", "remote", "--yes")
    finally:
        shotlog("daemon", "stop")
    assert result.exit_code == 0, result.output
    assert len(remote_sizes(log)) == len(server.paid) == 2


def test_parameters_of_a_provider_are_kept_as_they_were_given(studio: str) -> None:
    (told,) = json.loads(shotlog("remote", "list", "--json").stdout)
    given: dict[str, Any] = told["parameters"]
    assert given["price"] == "0.01"
    assert told["price"] == "0.01"
    assert "studio" in shotlog("remote", "list").output
    assert shotlog("remote", "test", studio).exit_code == 0


@pytest.mark.slow
def test_ctrl_c_cancels_what_the_provider_computes(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform(takes=60)
    monkeypatch.setenv("SHOTLOG_TOKEN_STUDIO", TOKEN)
    with serving(platform) as url:
        platform.url = url
        AddedProviders().put(added("replicate", url, model=f"{NAME}:{VERSION}"))
        command = [sys.executable, "-m", "shotlog", "analyze", str(film)]
        process = subprocess.Popen([*command, "--tier", "remote", "--yes"])
        wait_for(lambda: len(platform.predictions) >= 2 or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) == 130
        assert sorted(platform.cancelled) == sorted(platform.predictions)
        assert len(platform.cancelled) == 2
