"""Settings as a user changes them, and what commands make of them."""

from __future__ import annotations

import json
import os
import stat
import sys
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.settings import known_keys
from shotlog.synthetic import write_video
from tests.cli.test_commands import frames


def shotlog(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


def config(*args: str | Path) -> str:
    result = shotlog("config", *args)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*args: str | Path) -> str:
    result = shotlog(*args)
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output
    return result.output


@pytest.fixture
def own() -> Path:
    return Path(os.environ["SHOTLOG_CONFIG"])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def facts(*args: str | Path) -> dict[str, dict[str, Any]]:
    shown = json.loads(config("show", "--json", *args))
    return {fact["key"]: fact for fact in shown["settings"]}


# --- show and get


def test_show_tells_every_value_and_where_it_comes_from(
    own: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.write_text('[analysis]\ndevice = "cpu"\n')
    (folder / ".shotlog.toml").write_text("\n[markers]\nlength = 24\n")
    monkeypatch.setenv("SHOTLOG_MARKERS_SIZES", "no")
    monkeypatch.setenv("COLUMNS", "300")

    shown, found = config("show"), facts()

    assert {".".join(key) for key in known_keys()} == set(found)
    device, length, sizes = (
        found[key] for key in ("analysis.device", "markers.length", "markers.sizes")
    )
    assert (device["value"], device["from"], device["place"]) == ("cpu", "user", f"{own}:2")
    assert (length["value"], length["from"], length["default"]) == (24, "project", "shot")
    assert (sizes["value"], sizes["place"]) == (False, "SHOTLOG_MARKERS_SIZES")
    assert found["markers.moves"]["from"] == "default"
    for place in (f"{own}:2", f"{folder / '.shotlog.toml'}:3", "SHOTLOG_MARKERS_SIZES"):
        assert place in shown


def test_get_prints_the_value_alone(folder: Path) -> None:
    assert config("get", "daemon.keep_alive") == "15m\n"
    assert config("get", "markers.length") == "shot\n"
    config("set", "markers.length", "24", "--project", folder)
    assert config("get", "markers.length") == "24\n"
    assert config("get", "markers.length", "--project", "/") == "shot\n"
    assert config("get", "markers.colours.resolve.shot") == "\n"
    assert json.loads(config("get", "markers.length", "--json"))["from"] == "project"


@pytest.mark.parametrize(
    ("key", "says"),
    [("markers.lenght", "Did you mean markers.length?"), ("markers", "group of settings"),
     ("markers.length.x", "no such setting"), ("", "no such setting"), ("zzz", "config show")],
)  # fmt: skip
@pytest.mark.parametrize("command", [["get"], ["set"]])
def test_a_key_that_is_not_known_is_refused(command: list[str], key: str, says: str) -> None:
    value = ["3"] if command == ["set"] else []

    assert says in refused("config", *command, key, *value)


# --- set and unset


@pytest.mark.parametrize(
    ("key", "typed", "written"),
    [
        ("markers.length", "24", 24),
        ("markers.sizes", "false", False),
        ("analysis.device", "cuda:1", "cuda:1"),
        ("analysis.names", '["a", "b"]', ["a", "b"]),
        ("analysis.names", "a,b", "a,b"),
        ("daemon.keep_alive", "2h", "2h"),
        ("daemon.keep_alive", "-1", -1),
        ("storage.cache_size", "500 MB", "500 MB"),
        ("markers.colours.resolve.shot", "Mint", "Mint"),
    ],
)
def test_a_value_that_is_set_stands_in_the_file(
    own: Path, key: str, typed: str, written: object
) -> None:
    config("set", key, typed)

    found: Any = tomllib.loads(own.read_text("utf-8"))
    for name in key.split("."):
        found = found[name]
    assert found == written
    assert facts()[key]["from"] == "user"


def test_a_new_file_explains_itself_and_a_value_stands_at_its_explanation(own: Path) -> None:
    config("set", "markers.length", "24")
    lines = own.read_text("utf-8").splitlines()

    assert lines[lines.index("length = 24") - 1].startswith("# ")
    assert '#on = "timeline"' in lines
    assert own.read_text("utf-8").endswith("\n")


def test_comments_and_order_stay_as_they_are(own: Path) -> None:
    text = (
        "# mine\r\n[markers]   # all\r\n\r\nlength   =   24 # one second\r\n"
        "# sizes? no\r\nsizes = false\r\n\r\n[analysis]\r\ndevice='cpu'\r\n"
    )
    own.write_bytes(text.encode())
    config("set", "markers.length", "48")
    assert own.read_bytes().decode() == text.replace("24 #", "48 #")

    config("unset", "markers.sizes")
    config("set", "analysis.precision", "fp32")
    left = own.read_bytes().decode()
    assert "# sizes? no" in left
    assert tomllib.loads(left) == {
        "markers": {"length": 48}, "analysis": {"device": "cpu", "precision": "fp32"},
    }  # fmt: skip


def test_values_go_into_tables_of_every_form(own: Path) -> None:
    own.write_text("markers.sizes = false\nanalysis = { device = 'cpu' }\n")
    config("set", "markers.length", "3")
    config("set", "analysis.models", "builtin")
    config("set", "markers.colours.resolve.shot", "Red")
    config("set", "resolve.keywords", "true")

    assert tomllib.loads(own.read_text()) == {
        "markers": {"sizes": False, "length": 3, "colours": {"resolve": {"shot": "Red"}}},
        "analysis": {"device": "cpu", "models": "builtin"},
        "resolve": {"keywords": True},
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "[markers]",
        "markers = {}\n",
        "markers.on = 'clips'\nanalysis.device = 'cpu'\n",
        "[markers.colours]\n[markers]\nsizes = true\n",
        "[markers]\non = 'clips'\n[analysis]\n[markers.colours.resolve]\nmove = 'Red'\n",
        "[markers]\ncolours.resolve = { move = 'Red' }\n",
        '[markers]\ncolours = {"resolve" = {}}\n',
        "markers.colours.resolve.move = 'Red'\n",
        "['markers'.colours.\"resolve\"]\n",
        "[markers]\r\ncolours.resolve.move = 'Red'\r\n# end\r\n",
    ],
)
def test_a_value_is_added_to_a_file_of_every_form(own: Path, text: str) -> None:
    own.write_bytes(text.encode())
    expected = tomllib.loads(text)
    colours = expected.setdefault("markers", {}).setdefault("colours", {})
    colours.setdefault("resolve", {})["shot"] = "Mint"
    config("set", "markers.colours.resolve.shot", "Mint")
    assert tomllib.loads(own.read_bytes().decode()) == expected

    expected["markers"]["length"] = 7
    config("set", "markers.length", "7")
    assert tomllib.loads(own.read_bytes().decode()) == expected
    assert own.read_bytes().count(b"\r\n") in (0, own.read_bytes().count(b"\n"))


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("markers.length", "long", "a number of frames"),
        ("analysis.models", "buildin", 'Did you mean "builtin"?'),
        ("markers.colours.resolve.shot", "Mintt", 'Did you mean "Mint"?'),
        ("markers.colours.resolve", "Red", "group of settings"),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_written(
    own: Path, key: str, value: str, says: str
) -> None:
    own.write_text("[markers]\nlength = 3\n")

    assert says in refused("config", "set", key, value)
    assert own.read_text() == "[markers]\nlength = 3\n"


def test_a_fault_elsewhere_in_the_file_is_named_and_can_be_unset(own: Path) -> None:
    own.write_text("[markers]\nlenght = 3\n")

    assert f"{own}:2" in refused("config", "set", "markers.length", "3")
    assert own.read_text() == "[markers]\nlenght = 3\n"
    config("unset", "markers.lenght")
    config("set", "markers.length", "3")
    assert tomllib.loads(own.read_text()) == {"markers": {"length": 3}}


def test_unset_brings_the_default_back_and_twice_does_no_harm(own: Path) -> None:
    config("set", "markers.length", "24")

    assert "no longer set" in config("unset", "markers.length")
    assert "was not set" in config("unset", "markers.length")
    assert facts()["markers.length"]["from"] == "default"
    assert "Did you mean" in refused("config", "unset", "markers.lenght")
    assert own.is_file()


def test_the_user_is_told_if_another_source_wins(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_MARKERS_LENGTH", "5")

    assert "SHOTLOG_MARKERS_LENGTH" in config("set", "markers.length", "24")
    (folder / ".shotlog.toml").write_text("[markers]\nsizes = true\n")
    assert f"{folder / '.shotlog.toml'}:2" in config("set", "markers.sizes", "false")
    assert "daemon restart" in config("set", "daemon.idle", "5m")


def test_a_project_has_a_file_of_its_own(own: Path, folder: Path) -> None:
    assert "no folder" in refused("config", "path", "--project", folder / "a" / "b" / "c.otio")
    (folder / "reels").mkdir()
    config("set", "markers.length", "24", "--project", folder)
    config("set", "markers.length", "12", "--project", folder / "reels" / "cut.otio")

    text = (folder / ".shotlog.toml").read_text()
    assert tomllib.loads(text) == {"markers": {"length": 12}}  # the nearest file there is
    assert not own.exists()
    assert not (folder / "reels" / ".shotlog.toml").exists()
    assert "cannot set daemon" in refused("config", "set", "daemon.idle", "5m", "--project", folder)
    assert (folder / ".shotlog.toml").read_text() == text


@pytest.mark.skipif(os.name != "posix", reason="modes and links are POSIX's")
def test_links_and_modes_stay(own: Path, folder: Path) -> None:
    real = folder / "dotfiles.toml"
    real.write_text("[markers]\n")
    real.chmod(0o600)
    own.symlink_to(real)
    config("set", "markers.length", "24")

    assert own.is_symlink()
    assert tomllib.loads(real.read_text()) == {"markers": {"length": 24}}
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_a_place_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOTLOG_CONFIG", "/proc/nowhere/config.toml")

    said = refused("config", "set", "markers.length", "3")
    assert "/proc/nowhere/config.toml" in said
    assert "cannot be written" in said


def test_path_tells_the_file_which_need_not_exist(own: Path, folder: Path) -> None:
    assert config("path").strip() == str(own)
    assert config("path", "--project", folder).strip() == str(folder / ".shotlog.toml")


# --- edit


def editor(folder: Path, change: str) -> str:
    script = folder / "editor.py"
    script.write_text(
        "import pathlib, sys\np = pathlib.Path(sys.argv[1])\nt = p.read_text()\n"
        f"p.write_text({change})"
    )
    return f"{sys.executable} {script}"


def test_edit_opens_the_editor_of_the_user_and_checks_the_file(
    own: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", editor(folder, "t.replace('#length = \"shot\"', 'length = 24')"))
    assert "all settings are right" in config("edit")
    assert facts()["markers.length"]["value"] == 24

    monkeypatch.setenv("VISUAL", editor(folder, "t.replace('length = 24', 'lenght = 24')"))
    said = refused("config", "edit")
    assert "Did you mean markers.length?" in said
    assert f"{own}:" in said


def test_edit_needs_an_editor(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "/no/such/editor")
    assert refused("config", "edit")
    monkeypatch.delenv("EDITOR")
    monkeypatch.setenv("PATH", "/nowhere")
    assert "EDITOR" in refused("config", "edit")
    assert own.is_file()


# --- commands


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "A001.mp4"
    write_video(path, frames(2), Fraction(25))
    return path


def analyzed(film: Path, *args: str | Path) -> tuple[list[Any], dict[str, Any]]:
    """The markers and the log of a film."""
    marked, found = Path("log.otio").absolute(), Path("log.json").absolute()
    result = shotlog("analyze", film, "-o", marked, "--json", found, *args)
    assert result.exit_code == 0, result.output
    shown = json.loads(shotlog("show", marked, "--json").output)
    return shown, json.loads(found.read_text("utf-8"))


def test_findings_and_markers_are_the_same_unless_told_otherwise(own: Path, film: Path) -> None:
    analyzed(film)
    without = Path("log.otio").read_bytes(), Path("log.json").read_bytes()
    config("set", "resolve.keywords", "true")
    own.write_text(own.read_text() + "\n")
    analyzed(film)

    assert (Path("log.otio").read_bytes(), Path("log.json").read_bytes()) == without


def test_markers_are_as_the_settings_of_user_and_project_say(own: Path, film: Path) -> None:
    before, log = analyzed(film)
    own.write_text(
        '[markers]\nlength = 10\nsizes = false\n[markers.colours.plain]\nshot = "pink"\n'
    )
    project = film.parent / ".shotlog.toml"
    project.write_text("[markers]\nlength = 5\n")
    try:
        after, same = analyzed(film)
    finally:
        project.unlink()

    assert {Fraction(m["range"]["duration"]) for m in after} == {Fraction(5, 25)}
    assert {m["colour"] for m in after if m["family"] == "shot"} == {"PINK"}
    assert {m["colour"] for m in before if m["family"] == "shot"} == {"CYAN"}
    assert not any("·" in m["name"] for m in after if m["family"] == "shot")
    assert same["shots"] == log["shots"]


def test_a_flag_wins_over_every_other_source(
    own: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.write_text('[markers]\non = "clips"\n[analysis]\ndevice = "cuda:7"\n')
    monkeypatch.setenv("SHOTLOG_MARKERS_LENGTH", "7")
    on_clips, _ = analyzed(film)
    on_timeline, _ = analyzed(film, "--on", "timeline", "--set", "markers.length=9")

    assert {m["owner"] for m in on_clips if m["family"] == "shot"} == {"A001.mp4"}
    assert {m["owner"] for m in on_timeline} == {None}
    assert {m["range"]["duration"] for m in on_timeline} == {"9/25"}
    own.write_text('[analysis]\nmodels = "local"\n')
    assert "models pull" in refused("analyze", film)
    analyzed(film, "--models", "builtin")


@pytest.mark.parametrize(
    ("flag", "says"),
    [
        ("markers.lenght=3", "Did you mean markers.length?"),
        ("markers.length=long", "a number of frames"),
        ("markers.length", "markers.length=24"),
        ("daemon.idle=3", "not a setting of one run"),
    ],
)
def test_a_wrong_flag_is_named(film: Path, flag: str, says: str) -> None:
    assert says in refused("analyze", film, "--set", flag)


@pytest.mark.parametrize("command", [["analyze", "x.otio"], ["models", "load"], ["cache"]])
def test_a_command_names_a_fault_in_the_settings(own: Path, command: list[str]) -> None:
    own.write_text("[markers]\nlenght = 3\n")

    said = refused(*command)
    assert f"{own}:2" in said
    assert "Did you mean markers.length?" in said


def test_the_cache_is_as_large_as_it_is_set() -> None:
    assert "2.1 GB" in shotlog("cache").output
    config("set", "storage.cache_size", "3MiB")
    assert "3.1 MB" in shotlog("cache").output
