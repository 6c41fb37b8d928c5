"""Whatever is wrong with a settings file is named with its line, and with what would be right."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shotlog.engine import Cache
from shotlog.schema import SettingInvalid, SettingsError, SettingsUnreadable, SettingUnknown
from shotlog.service.protocol import DEFAULT_KEEP_ALIVE, IDLE_TIMEOUT
from shotlog.settings import Settings, known_keys, load_settings, new_file
from tests.settings.test_loading import project_sets, user_sets


def fault(kind: type[SettingsError] = SettingsError, **where: Any) -> Any:
    with pytest.raises(kind) as caught:
        load_settings(**where)
    return caught.value.problem


@pytest.mark.parametrize(
    ("text", "line", "key", "near"),
    [
        ("[markers]\nlenght = 3\n", 2, "markers.lenght", "markers.length"),
        ("\n# a\n[markrs]\nlength = 3\n", 3, "markrs", "markers"),
        ("length = 3\n", 1, "length", "markers.length"),
        ("[analysis]\nmodels = 'auto'\nkeep_alive = 3\n", 3, "analysis.keep_alive",
         "daemon.keep_alive"),
        ("[markers.colors.resolve]\nshot = 'Red'\n", 1, "markers.colors", "markers.colours"),
        ("[markers.colours.resolv]\nshot = 'Red'\n", 1, "markers.colours.resolv",
         "markers.colours.resolve"),
        ("[markers.colours.resolve]\nmove = 'Red'\nhighlite = 'Red'\n", 3,
         "markers.colours.resolve.highlite", "markers.colours.resolve.highlight"),
        ("[zzz]\n", 1, "zzz", None),
        ("markers = { length = 3, sises = true }\n", 1, "markers.sises", "markers.sizes"),
    ],
)  # fmt: skip
def test_an_unknown_key_is_named_with_its_line_and_the_nearest_one(
    text: str, line: int, key: str, near: str | None
) -> None:
    path = user_sets(text)
    found = fault(SettingUnknown)

    assert found.subject == f"{path}:{line}"
    assert found.message == f"there is no setting {key}"
    assert (f"Did you mean {near}?" in found.hint) == (near is not None)
    assert "newer" in found.hint  # it may come from a newer Shotlog on another machine


@pytest.mark.parametrize(
    ("text", "line", "words", "hint"),
    [
        ("[analysis]\n\nmodels = 'buildin'\n", 3, "analysis.models cannot be \"buildin\"; it takes"
         " 'auto', 'builtin' or 'local'", 'Did you mean "builtin"?'),
        ("[analysis]\ndevice = 'cudda'\n", 2, "'cuda:1'", 'Did you mean "cuda"?'),
        ("[analysis]\ndevice = 'cuda:x'\n", 2, "'cuda:1'", "Did you mean"),
        ("[analysis]\ncuts = 'content:threshold=x'\n", 2, "'adaptive:threshold=4'", "config show"),
        ("[analysis]\ncuts = 'of'\n", 2, "a cut finder", 'Did you mean "off"?'),
        ("[analysis]\ncuts = true\n", 2, "a cut finder", "config show"),
        ("[analysis]\nnames = 3\n", 2, "a list of names", "config show"),
        ("[analysis]\nnames = [1, 2]\n", 2, "a list of names", "config show"),
        ("[markers]\nsizes = 'ture'\n", 2, "true or false", "Did you mean true?"),
        ("[markers]\nsizes = []\n", 2, "true or false", "config show"),
        ("[markers]\nlength = 0\n", 2, "cannot be 0; it takes 'shot', or a number", "config show"),
        ("[markers]\nlength = true\n", 2, "cannot be true", "config show"),
        ("[markers]\nlength = 1.5\n", 2, "cannot be 1.5", "config show"),
        ("[markers]\nlength = 'shots'\n", 2, "cannot be \"shots\"", 'Did you mean "shot"?'),
        ("[markers]\nlength = 2026-11-29\n", 2, 'cannot be "2026-11-29"', "config show"),
        ("[markers]\nmost_highlights = -1\n", 2, "a number from 0", "config show"),
        ("[markers.colours.resolve]\nshot = 'Mintt'\n", 2, "Blue, Cyan", 'Did you mean "Mint"?'),
        ("[markers.colours.plain]\nshot = 'Mint'\n", 2, "Pink, Red", "config show"),
        ("[markers.colours.plain]\nshot = 3\n", 2, "cannot be 3", "config show"),
        ("[markers.colours]\nresolve = 'Red'\n", 2, "a group of settings",
         "[markers.colours.resolve]"),
        ("markers = 3\n", 1, "markers is a group of settings", "[markers]"),
        ("[[markers]]\nlength = 3\n", 1, "markers is a group of settings", "[markers]"),
        ("[resolve]\noccupied = 'Nudg'\n", 2, "'nudge' or 'skip'", 'Did you mean "nudge"?'),
        ("[daemon]\nkeep_alive = '15 days'\n", 2, "a time like '15m'", "config show"),
        ("[daemon]\nkeep_alive = '9000h'\n", 2, "a time like", "config show"),
        ("[daemon]\nkeep_alive = true\n", 2, "a time like", "config show"),
        ("[daemon]\nidle = nan\n", 2, "a time like", "config show"),
        ("[storage]\ncache_size = '2 boxes'\n", 2, "a size like '2GiB'", "config show"),
        ("[storage]\ncache_size = 0\n", 2, "at least 1 MiB", "config show"),
        ("[storage]\ncache_size = inf\n", 2, "a size like", "config show"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_line_and_what_is_possible(
    text: str, line: int, words: str, hint: str
) -> None:
    path = user_sets(text)
    found = fault(SettingInvalid)

    assert found.subject == f"{path}:{line}"
    assert words in found.message
    assert hint in found.hint


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"[markers\n", 1),
        (b"[markers]\n\nlength = \n", 3),
        (b"[markers]\nlength = 3\nlength = 4\n", 3),
        (b"[analysis]\ndevice = cpu\n", 2),
        (b"[analysis]\nnames = ['a',\n", 2),
        (b'[analysis]\n# na\xefve\ndevice = "cpu"\n', 2),
        (b"\x00", 1),
        ("[markers]\nlength = 3\n".encode("utf-16"), 1),
    ],
)
def test_what_is_no_toml_is_named_with_its_line(content: bytes, line: int) -> None:
    path = Path(os.environ["SHOTLOG_CONFIG"])
    path.write_bytes(content)
    found = fault(SettingsUnreadable)

    assert found.subject == f"{path}:{line}"
    assert "no TOML" in found.message
    assert found.hint


def test_files_of_windows_are_read() -> None:
    path = Path(os.environ["SHOTLOG_CONFIG"])
    path.write_bytes(b"\xef\xbb\xbf[markers]\r\n\r\nlength = 3\r\n")

    loaded = load_settings()

    assert loaded.settings.markers.length == 3
    assert loaded.origin(("markers", "length")).place == f"{path}:3"


@pytest.mark.skipif(os.name != "posix", reason="pipes with names are POSIX's")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    Path(os.environ["SHOTLOG_CONFIG"]).mkdir()
    assert "not a file" in fault(SettingsUnreadable).message
    Path(os.environ["SHOTLOG_CONFIG"]).rmdir()
    os.mkfifo(tmp_path / ".shotlog.toml")
    assert "not a file" in fault(SettingsUnreadable, project=tmp_path).message
    (tmp_path / ".shotlog.toml").unlink()
    (tmp_path / ".shotlog.toml").symlink_to("nowhere")
    assert "not a file" in fault(SettingsUnreadable, project=tmp_path).message


def test_a_file_that_cannot_be_read_says_who_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the system's refusal is made here."""
    path = user_sets("[markers]\n")
    opened = Path.read_bytes

    def refused(self: Path) -> bytes:
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self)

    monkeypatch.setattr(Path, "read_bytes", refused)
    found = fault(SettingsUnreadable)

    assert (found.subject, found.message) == (
        str(path), "the settings cannot be read: Permission denied"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        ("SHOTLOG_MARKERS_LENGTH", "long", 'cannot be "long"'),
        ("SHOTLOG_MARKERS_LENGHT", "3", "there is no setting markers.lenght"),
        ("SHOTLOG_MARKERS_COLOURS", "red", "a group of settings"),
        ("SHOTLOG_MARKERS", "red", "a group of settings"),
        ("SHOTLOG_STORAGE_CACHE_SIZE", "", "a size like"),
    ],
)
def test_a_wrong_variable_is_named(
    variable: str, text: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, text)
    found = fault()

    assert found.subject == variable
    assert words in found.message


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"markers.length": "long"}, 'cannot be "long"'),
        ({"markers.lenght": 3}, "there is no setting markers.lenght"),
        ({"": 3}, "there is no setting"),
        ({"markers": 3}, "a group of settings"),
        ({"markers": 3, "markers.length.x": 4}, "markers.length cannot be"),
    ],
)
def test_a_wrong_flag_is_named(flags: dict[str, Any], words: str) -> None:
    found = fault(flags=flags)

    assert found.subject.startswith("--set")
    assert words in found.message


def test_a_fault_is_named_though_another_source_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = user_sets("[markers]\nlength = 'long'\n")
    project_sets(tmp_path, "[markers]\nlength = 3\n")
    monkeypatch.setenv("SHOTLOG_MARKERS_LENGTH", "2")

    assert fault(project=tmp_path).subject == f"{path}:2"


def test_a_file_of_an_older_version_has_the_defaults_of_what_it_does_not_know() -> None:
    user_sets('[analysis]\ndevice = "cpu"\n')

    found = load_settings().settings

    assert found.analysis.device == "cpu"
    assert found.markers == Settings().markers


def test_a_new_file_sets_nothing_and_holds_right_values_of_every_setting() -> None:
    text = new_file()
    user_sets(text)
    assert load_settings().origins == {}

    user_sets("\n".join(line.removeprefix("#") for line in text.splitlines() if line[1:2] != " "))
    loaded = load_settings()

    shown = loaded.settings.model_copy(update={"markers": Settings().markers})
    assert shown == Settings()
    # Colours are shown for one editor, as an example.
    shown_keys = {key for key in known_keys() if key[1] != "colours" or key[2] == "resolve"}
    assert set(loaded.origins) == shown_keys
    assert new_file(project=True).count("\n[") == 0


def test_defaults_are_those_of_the_engine_and_the_daemon() -> None:
    with Cache(None) as cache:
        assert Settings().storage.cache_size == cache.cap
    assert Settings().daemon.keep_alive == DEFAULT_KEEP_ALIVE
    assert Settings().daemon.idle == IDLE_TIMEOUT


def test_settings_survive_the_way_through_json() -> None:
    user_sets('[daemon]\nkeep_alive = "90s"\n[storage]\ncache_size = "1500KiB"\n')
    found = load_settings().settings

    assert Settings.model_validate_json(found.model_dump_json()) == found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="[]\"'=#\n.amrkes lngth0123,{}", max_size=60))
def test_whatever_a_file_holds_gives_settings_or_an_error_with_its_line(text: str) -> None:
    path = user_sets(text)
    try:
        load_settings()
    except SettingsError as error:
        assert error.problem.subject.startswith(f"{path}:")  # noqa: PT017
