"""How the daemon is to run is said once, and holds until something else is said."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.schema import DaemonRefused, NotAllowed, SettingUnknown
from shotlog.service.daemon import (
    DaemonOptions,
    load_options,
    parse_arguments,
    resolve_options,
    save_options,
    to_argv,
)
from shotlog.service.runtime import DaemonPaths

SEVERAL = DaemonOptions(
    idle=60, roots=(Path("/films"), Path("/more films")), exposed=True, polite=False
)

OPTIONS = st.builds(
    DaemonOptions,
    idle=st.floats(0, 1e6),
    keep_alive=st.floats(-1, 1e6),
    roots=st.lists(st.sampled_from(["/a", "/b c", "/ü"]).map(Path), max_size=3).map(tuple),
    listen=st.sampled_from(["127.0.0.1", "0.0.0.0"]),  # noqa: S104 - nothing listens there
    exposed=st.booleans(),
    polite=st.booleans(),
)


def test_options_hold_until_they_are_given_anew_or_forgotten(places: DaemonPaths) -> None:
    assert load_options(places) == DaemonOptions()
    places.make()
    save_options(places, SEVERAL)

    assert load_options(places) == SEVERAL
    assert resolve_options(places, {}) == SEVERAL
    assert resolve_options(places, {"idle": 5, "polite": True}) == SEVERAL.model_copy(
        update={"idle": 5, "polite": True}
    )
    assert resolve_options(places, {"polite": False}, reset=True) == DaemonOptions(polite=False)
    assert stat.S_IMODE(places.options.stat().st_mode) == 0o600


def test_options_that_no_start_was_given_are_those_of_the_settings(places: DaemonPaths) -> None:
    places.make()
    settings = Path(os.environ["SHOTLOG_CONFIG"])
    settings.write_text('[daemon]\nkeep_alive = "5m"\nidle = 0\n')
    assert load_options(places) == DaemonOptions(keep_alive=300, idle=0)

    save_options(places, resolve_options(places, {"keep_alive": 900.0}))
    assert load_options(places) == DaemonOptions(keep_alive=900, idle=0)
    settings.write_text('[daemon]\nkeep_alive = "5m"\nidle = "2h"\n')
    assert load_options(places) == DaemonOptions(keep_alive=900, idle=7200)
    assert resolve_options(places, {}, reset=True) == DaemonOptions(keep_alive=300, idle=7200)
    settings.unlink()
    assert load_options(places) == DaemonOptions()


def test_a_daemon_does_not_start_with_settings_that_have_a_fault(places: DaemonPaths) -> None:
    settings = Path(os.environ["SHOTLOG_CONFIG"])
    settings.write_text("[daemon]\nkeep_alve = 3\n")

    with pytest.raises(SettingUnknown, match=r"config\.toml:2.*daemon\.keep_alive"):
        resolve_options(places, {})


@given(OPTIONS)
def test_options_survive_the_way_through_the_command_line(options: DaemonOptions) -> None:
    _, values = parse_arguments(list(to_argv(options.non_defaults())))

    assert DaemonOptions.model_validate(values) == options


@pytest.mark.parametrize("content", ["", "[]", "{", '{"roots": 1}', '{"shared_roots": ["/a"]}'])
def test_options_that_cannot_be_read_are_not_guessed(places: DaemonPaths, content: str) -> None:
    places.make()
    places.options.write_text(content)
    places.options.chmod(0o600)

    with pytest.raises(DaemonRefused, match=r"options\.json.*--reset"):
        resolve_options(places, {"idle": 5})
    assert resolve_options(places, {"idle": 5}, reset=True) == DaemonOptions(idle=5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("idle", value) for value in ("nan", "inf", "1e12", "-1")),
        *(("keep_alive", value) for value in ("nan", "inf", "1e12", "-2")),
    ],
)
def test_a_time_that_nobody_can_wait_for_is_refused_in_words(
    places: DaemonPaths, name: str, value: str
) -> None:
    """Kept, it could not be read again: JSON has no NaN."""
    with pytest.raises(DaemonRefused, match=f"--{name.replace('_', '-')}: .* is invalid: "):
        resolve_options(places, {name: float(value)})


def test_options_that_others_may_write_are_not_trusted(places: DaemonPaths) -> None:
    places.make()
    save_options(places, SEVERAL)
    places.options.chmod(0o666)

    with pytest.raises(NotAllowed, match="other users may write"):
        load_options(places)
