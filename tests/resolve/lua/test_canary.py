"""The menu entry in Lua that says why entries in Python may be missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.resolve.double import Double, ProjectSpec
from tests.resolve.lua.console import SCRIPTS
from tests.resolve.lua_host import INTERPRETERS, run_lua

NAME = "00 Shotlog check.lua"

each = pytest.mark.parametrize("lua", INTERPRETERS)


def said(
    tmp_path: Path,
    lua: str,
    version: str,
    edition: str,
    *,
    sandbox: str = "closed",
    before: str = "",
) -> str:
    """What it prints; where the menu mutes it, a line in the Console shows the same."""
    double = Double(ProjectSpec("Film"), version=version, edition=edition)
    double.application.fusion.ui = None  # type: ignore[assignment] # it is played for Python alone
    text = (SCRIPTS / NAME).read_text(encoding="utf-8").replace("@HANDOVER@", "/films/Shotlog")
    file = tmp_path / NAME
    file.write_text(before + text, encoding="utf-8")
    run = run_lua(double, file, lua, sandbox)
    assert run.error is None
    double.check()
    assert double.session.upsells == 0
    return "\n".join(run.printed)


def test_it_comes_first_in_the_menu() -> None:
    assert NAME < "01 Analyse timeline.py"


@each
def test_the_free_edition_since_21_1_is_told_of_both_other_ways(tmp_path: Path, lua: str) -> None:
    told = said(tmp_path, lua, "21.1", "free")

    assert "DaVinci Resolve 21.1" in told
    assert "(free)" in told
    assert "runs no Python scripts since 21.1" in told
    assert "Timelines > Import > Timeline Markers from EDL" in told
    assert "dofile([[/films/Shotlog/shotlog.lua]])" in told
    assert "shotlog watch" in told


@each
def test_studio_since_21_1_brings_its_own_python(tmp_path: Path, lua: str) -> None:
    told = said(tmp_path, lua, "21.1", "studio", sandbox="open")

    assert "DaVinci Resolve Studio 21.1" in told
    assert "brings its own Python since 21.1" in told
    assert "python.org" not in told


@each
@pytest.mark.parametrize("version", ["18.5", "19.1", "20.3", "21.0.4"])
@pytest.mark.parametrize("edition", ["free", "studio"])
def test_before_21_1_python_is_looked_for_on_the_system(
    tmp_path: Path, lua: str, version: str, edition: str
) -> None:
    told = said(tmp_path, lua, version, edition, sandbox="open")

    assert "has found no Python" in told
    assert "Homebrew, pyenv, conda and uv are not found" in told
    assert "64 bit" in told
    assert "the packages python3" in told


@each
@pytest.mark.parametrize(
    ("constant", "own", "other"),
    [
        ("FuPLATFORM_MAC", "/usr/local/bin/python3", "registry"),
        ("FuPLATFORM_WINDOWS", "registry", "Homebrew"),
        ("FuPLATFORM_LINUX", "libpython3", "Homebrew"),
    ],
)
def test_a_known_system_gets_its_own_advice(
    tmp_path: Path, lua: str, constant: str, own: str, other: str
) -> None:
    told = said(tmp_path, lua, "20.3", "studio", sandbox="open", before=f"{constant} = true\n")

    assert own in told
    assert other not in told


WINDOWS = """
local ended, window
local made = {__index = function(_, kind)
  return function(_, fields) fields.kind = kind return fields end
end}
fusion = {UIManager = setmetatable({}, made)}
bmd.UIDispatcher = function()
  return {
    AddWindow = function(_, fields)
      local each = {__index = function(on, id) on[id] = {} return on[id] end}
      window = {On = setmetatable({}, each)}
      window.Show = function() print("shown: " .. fields[1][1].PlainText) end
      window.Hide = function() print("hidden") end
      return window
    end,
    RunLoop = function() window.On.Close.Clicked() assert(ended) end,
    ExitLoop = function() ended = true end,
  }
end
"""
"""UIManager as its Lua examples use it, with a user who closes the window at once."""


@each
@pytest.mark.parametrize(
    ("version", "edition", "windows"),
    [("18.5", "free", 1), ("19.1", "free", 0), ("21.1", "free", 0), ("21.1", "studio", 1)],
)
def test_a_window_shows_the_same_where_the_edition_has_windows(
    tmp_path: Path, lua: str, version: str, edition: str, windows: int
) -> None:
    told = said(tmp_path, lua, version, edition, sandbox="open", before=WINDOWS)

    assert (told.count("shown: DaVinci Resolve"), told.count("hidden")) == (windows, windows)


@each
def test_where_the_menu_mutes_it_nothing_fails(tmp_path: Path, lua: str) -> None:
    assert said(tmp_path, lua, "21.1", "free", sandbox="muted") == ""
