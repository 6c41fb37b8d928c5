"""Which value holds: flags before environment before project before user before default."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from shotlog.schema import MarkerFamily, SettingInvalid
from shotlog.settings import LoadedSettings, Settings, load_settings

SOURCES = ("flag", "environment", "project", "user")
LENGTHS = dict(zip(SOURCES, (1, 2, 3, 4), strict=True))


def user_sets(text: str) -> Path:
    path = Path(os.environ["SHOTLOG_CONFIG"])
    path.write_text(text, encoding="utf-8")
    return path


def project_sets(folder: Path, text: str) -> Path:
    path = folder / ".shotlog.toml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded_from(
    sources: tuple[str, ...], folder: Path, patch: pytest.MonkeyPatch
) -> LoadedSettings:
    if "environment" in sources:
        patch.setenv("SHOTLOG_MARKERS_LENGTH", "2")
    if "project" in sources:
        project_sets(folder, "[markers]\nlength = 3\n")
    if "user" in sources:
        user_sets("[markers]\nlength = 4\n")
    flags: Mapping[str, object] = {"markers.length": 1} if "flag" in sources else {}
    return load_settings(folder, flags)


@pytest.mark.parametrize(
    "sources",
    [some for count in range(5) for some in itertools.combinations(SOURCES, count)],
    ids=lambda some: "+".join(some) or "none",
)
def test_the_first_source_that_sets_a_value_wins(
    sources: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = loaded_from(sources, tmp_path, monkeypatch)

    winner = sources[0] if sources else "default"
    assert loaded.settings.markers.length == (LENGTHS[winner] if sources else "shot")
    assert loaded.origin(("markers", "length")).kind == winner


def test_without_any_source_all_is_as_the_defaults_say() -> None:
    assert load_settings().settings == Settings()


def test_sources_add_up_setting_by_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user_sets('[markers]\nsizes = false\n[markers.colours.resolve]\nshot = "Mint"\nmove = "Red"\n')
    project_sets(tmp_path, '[markers.colours.resolve]\nshot = "Blue"\n')
    monkeypatch.setenv("SHOTLOG_ANALYSIS_DISABLED", "true")

    loaded = load_settings(tmp_path, {"analysis.device": "cpu"})

    markers = loaded.settings.markers
    assert (markers.sizes, markers.moves) == (False, True)
    assert markers.colour("resolve", MarkerFamily.SHOT) == "Blue"
    assert markers.colour("resolve", MarkerFamily.MOVE) == "Red"
    assert markers.colour("resolve", MarkerFamily.PROBLEM) is None
    assert (loaded.settings.analysis.disabled, loaded.settings.analysis.device) == (True, "cpu")


def test_every_origin_is_named_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = user_sets("# mine\n\n[markers]\nsizes = false  # no sizes\n\nmoves = false\n")
    theirs = project_sets(tmp_path, '[markers]\ncolours = { resolve = { shot = "Red" } }\n')
    monkeypatch.setenv("SHOTLOG_DAEMON_KEEP_ALIVE", "2h")

    loaded = load_settings(tmp_path, {"markers.on": "clips"})

    assert {".".join(key): tuple(origin) for key, origin in loaded.origins.items()} == {
        "markers.sizes": ("user", f"{own}:4"),
        "markers.moves": ("user", f"{own}:6"),
        "markers.colours.resolve.shot": ("project", f"{theirs}:2"),
        "daemon.keep_alive": ("environment", "SHOTLOG_DAEMON_KEEP_ALIVE"),
        "markers.on": ("flag", "--set markers.on"),
    }
    assert loaded.origin(("markers", "length")) == ("default", "")


@pytest.mark.parametrize("start", ["reels/1/cut.otio", "reels/1", "reels/1/not there.otio", "."])
def test_the_project_of_a_timeline_is_the_nearest_file_in_a_folder_above(
    start: str, tmp_path: Path
) -> None:
    (tmp_path / "reels" / "1").mkdir(parents=True)
    (tmp_path / "reels" / "1" / "cut.otio").touch()
    path = project_sets(tmp_path, "[markers]\nlength = 7\n")

    loaded = load_settings(tmp_path / start)

    assert (loaded.project, loaded.settings.markers.length) == (path, 7)


def test_of_two_projects_one_in_the_other_the_inner_one_holds_alone(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    project_sets(tmp_path, "[markers]\nlength = 7\nsizes = false\n")
    project_sets(inner, "[markers]\nlength = 8\n")

    markers = load_settings(inner / "cut.otio").settings.markers

    assert (markers.length, markers.sizes) == (8, True)


def test_a_project_is_found_from_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_sets(tmp_path, "[markers]\nlength = 7\n")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")

    assert load_settings(Path("cut.otio")).settings.markers.length == 7


@pytest.mark.parametrize("section", ["daemon", "remote", "storage"])
def test_a_project_does_not_set_what_belongs_to_the_machine(section: str, tmp_path: Path) -> None:
    key = {
        "daemon": 'idle = "5m"',
        "remote": "offline = false",
        "storage": 'cache_size = "1GiB"',
    }[section]
    path = project_sets(tmp_path, f"[markers]\n[{section}]\n{key}\n")

    with pytest.raises(SettingInvalid) as caught:
        load_settings(tmp_path)

    assert caught.value.problem.subject == f"{path}:2"
    assert os.environ["SHOTLOG_CONFIG"] in caught.value.problem.hint


@pytest.mark.parametrize(
    ("variable", "text", "found"),
    [
        ("SHOTLOG_ANALYSIS_NAMES", "a, b", ("analysis.names", ["a", "b"])),
        ("SHOTLOG_ANALYSIS_NAMES", '["a", "b"]', ("analysis.names", ["a", "b"])),
        ("SHOTLOG_DAEMON_KEEP_ALIVE", "5", ("daemon.keep_alive", "5m")),
        ("SHOTLOG_DAEMON_IDLE", "forever", ("daemon.idle", "0")),
        ("SHOTLOG_STORAGE_CACHE_SIZE", "500MiB", ("storage.cache_size", "500MiB")),
        ("SHOTLOG_MARKERS_SIZES", "false", ("markers.sizes", False)),
        ("SHOTLOG_MARKERS_MOST_HIGHLIGHTS", "0", ("markers.most_highlights", 0)),
        ("shotlog_markers_on", "clips", ("markers.on", "clips")),
    ],
)
def test_variables_set_what_files_can(
    variable: str, text: str, found: tuple[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, text)
    section, _, name = found[0].partition(".")

    assert load_settings().settings.model_dump(mode="json")[section][name] == found[1]


def test_colours_can_be_a_variable_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOTLOG_MARKERS_COLOURS", '{"resolve": {"shot": "mint"}}')

    assert load_settings().settings.markers.colour("resolve", MarkerFamily.SHOT) == "Mint"


def test_variables_for_folders_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "CACHE", "MODELS", "PROVIDERS", "CONTEXT", "IN_PROCESS", "TEST_DATA"):
        monkeypatch.setenv(f"SHOTLOG_{name}", "/somewhere")
    monkeypatch.setenv("SHOTLOG_CONFIG", "/nowhere/config.toml")

    assert load_settings().settings == Settings()


def test_a_user_without_a_home_has_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    pwd = pytest.importorskip("pwd")

    def unknown(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in ("SHOTLOG_CONFIG", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)

    loaded = load_settings()

    assert (loaded.settings, loaded.user) == (Settings(), None)


def test_the_users_file_is_where_the_system_keeps_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOTLOG_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))

    user = load_settings().user

    assert user is not None
    assert user.is_relative_to(tmp_path)
    assert user.parts[-2:] == ("shotlog", "config.toml")
