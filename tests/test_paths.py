"""Folders of Shotlog, and messages about those that cannot be used."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import platformdirs
import pytest
from platformdirs.macos import MacOS

from shotlog import paths
from shotlog.paths import (
    CACHE_VARIABLE,
    CONFIG_VARIABLE,
    HANDOVER_VARIABLE,
    HOME_VARIABLE,
    MODELS_VARIABLE,
)
from shotlog.schema import HomeMissing

pwd = pytest.importorskip("pwd")

PATHS: dict[str, Callable[[], Path]] = {
    HOME_VARIABLE: paths.daemon_home,
    CACHE_VARIABLE: paths.cache_file,
    MODELS_VARIABLE: paths.models_folder,
    HANDOVER_VARIABLE: paths.handover_folder,
    CONFIG_VARIABLE: paths.config_file,
}
KINDS = ("STATE_HOME", "CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "VIDEOS_DIR")
XDG = tuple(f"XDG_{kind}" for kind in KINDS)
_STRANGER = 54321

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes and owners are POSIX's")


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user of whom the system knows nothing."""

    def unknown(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in (*PATHS, "HOME", *XDG):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("homeless")
@pytest.mark.parametrize("variable", PATHS)
@pytest.mark.parametrize("home", [None, "", "relative"])
def test_without_a_home_the_error_names_the_variable_that_would_do(
    variable: str, home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if home is not None:
        monkeypatch.setenv("HOME", home)
    with pytest.raises(HomeMissing, match=f"Set {variable} to a") as caught:
        PATHS[variable]()
    assert caught.value.problem.subject == variable


@pytest.mark.usefixtures("homeless")
@pytest.mark.parametrize("variable", PATHS)
def test_a_path_given_by_variable_needs_no_home(
    variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, "here")
    assert PATHS[variable]() == tmp_path / "here"


@pytest.mark.usefixtures("homeless")
def test_media_of_bundles_lies_beside_the_cache_that_is_named_where_no_home_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(HomeMissing, match=CACHE_VARIABLE):
        paths.bundles_folder()
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "evidence.sqlite"))
    assert paths.bundles_folder() == tmp_path / "evidence.sqlite.bundles"


def test_files_are_handed_over_in_the_users_folder_of_films(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(HANDOVER_VARIABLE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_VIDEOS_DIR", str(tmp_path / "Films"))
    assert paths.handover_folder() == tmp_path / "Films" / "Shotlog"
    monkeypatch.delenv("XDG_VIDEOS_DIR")
    on_mac = partial(getattr, MacOS("shotlog"), "user_videos_path")
    monkeypatch.setattr(platformdirs, "user_videos_path", on_mac)
    assert paths.handover_folder() == tmp_path / "Movies" / "Shotlog"


def test_an_empty_variable_counts_as_not_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv(HOME_VARIABLE, "")
    assert paths.daemon_home() == tmp_path / "shotlog"


def shut(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Lets this user, also root, into none of these folders."""
    really = os.access

    def access(path: Path, mode: int) -> bool:
        return path not in folders and really(path, mode)

    monkeypatch.setattr(os, "access", access)


def test_a_folder_of_another_user_is_to_be_given_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    owner = pwd.getpwuid(os.getuid()).pw_name
    ours = tmp_path / "it's" / "shotlog"
    ours.mkdir(parents=True)
    shut(monkeypatch, ours)
    monkeypatch.setattr(os, "geteuid", lambda: _STRANGER)
    told = paths.check_access(ours / "default" / "lock", HOME_VARIABLE)
    assert told is not None
    assert told.words == f"{ours} belongs to {owner}"
    assert f"""sudo chown -R $(id -u) '{tmp_path}/it'"'"'s/shotlog'""" in told.remedy
    assert told.remedy.endswith("or name another folder in SHOTLOG_HOME.")


def test_no_hint_is_to_take_the_home_of_another_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """``HOME=/root`` in a container that runs as another user."""
    shut(monkeypatch, tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: _STRANGER)
    told = paths.check_access(tmp_path / ".cache" / "app" / "evidence.sqlite", CACHE_VARIABLE)
    assert told is not None
    assert told.path == tmp_path
    assert told.remedy == "Name a file of your own in SHOTLOG_CACHE."


def test_the_hint_for_root_is_to_act_as_the_owner(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    folder = tmp_path / "shotlog"
    folder.mkdir()
    if os.getuid() == 0:
        os.chown(folder, _STRANGER, -1)
    told = paths.check_owner(folder, HOME_VARIABLE)
    assert told is not None
    assert told.remedy.startswith(f"Run the command as {told.owner}, or name another folder")


def test_a_mode_that_keeps_its_owner_out_is_to_be_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shut(monkeypatch, tmp_path)
    told = paths.check_access(tmp_path / "new", MODELS_VARIABLE)
    assert told is not None
    assert f"Run: chmod u+rwx {tmp_path}; or name another folder" in told.remedy


def test_a_usable_path_has_no_access_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file", tmp_path / "new" / "deep" / "file"):
        assert paths.check_access(path, CACHE_VARIABLE) is None


@pytest.mark.parametrize("code", [errno.ENOTDIR, errno.EEXIST])
def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path, code: int) -> None:
    (tmp_path / "file").touch()
    told = paths.explain_os_error(
        OSError(code, "?"), tmp_path / "file" / "a" / "b", HOME_VARIABLE, "hint"
    )
    assert told == (
        f"{tmp_path / 'file'} is not a folder",
        "Name another folder in SHOTLOG_HOME.",
    )


def test_a_shared_folder_may_be_read_where_it_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    really = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK and really(path, mode))
    assert paths.check_access(tmp_path, MODELS_VARIABLE, writing=False) is None
    assert paths.check_access(tmp_path, MODELS_VARIABLE) is not None


def test_an_error_elsewhere_keeps_its_own_hint(tmp_path: Path) -> None:
    full = OSError(28, "No space left on device")
    assert paths.explain_os_error(full, tmp_path, HOME_VARIABLE, "Free some room.") == (
        "No space left on device",
        "Free some room.",
    )
    assert paths.explain_access(tmp_path / "film.mov") is None
