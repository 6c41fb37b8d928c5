"""Lua files run against the double, with and without what the free Resolve 21.1 takes away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.resolve.double import Double, ProjectSpec, Violation
from tests.resolve.lua_host import INTERPRETERS, run_line, run_lua

lua = pytest.mark.parametrize("lua", INTERPRETERS)

ADDS = """
local timeline = resolve:GetProjectManager():GetCurrentProject():GetCurrentTimeline()
local items = timeline:GetItemListInTrack("video", 1) or {}
for _, item in ipairs(items) do
  local frame = item:GetStart() - timeline:GetStartFrame()
  local added = timeline:AddMarker(frame, "Blue", "größer", 'a "quote"\\nline', 2, "ours")
  print(item:GetName(), frame, added)
end
for frame, marker in pairs(timeline:GetMarkers()) do
  print(frame, marker.color, marker.duration, marker.customData)
end
print(type(timeline), tostring(timeline), timeline.Nothing)
"""


def film() -> ProjectSpec:
    spec = ProjectSpec("Film")
    media = spec.media("/films/möwe.mov", frames=500)
    cut = spec.timeline("Cut 1")
    cut.clip(media, length=48)
    return spec


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "it's [a] file.lua"
    file.write_text(text, encoding="utf-8")
    return file


@lua
def test_a_lua_file_reads_and_marks_a_timeline(lua: str, tmp_path: Path) -> None:
    double = Double(film())
    run = run_lua(double, written(tmp_path, ADDS), lua)

    assert run.error is None
    assert run.printed == [
        "möwe.mov\t0\ttrue",
        "0\tBlue\t2\tours",
        "userdata\tTimeline (of Resolve)\tnil",
    ]
    marker = double.timeline().markers[0]
    assert (marker.name, marker.note) == ("größer", 'a "quote"\nline')
    assert double.violations == []


@lua
@pytest.mark.parametrize(
    "name", ["io", "os", "require", "package", "debug", "ffi", "loadfile", "jit", "newproxy"]
)
def test_a_closed_console_lacks(lua: str, name: str) -> None:  # 4.1, 12
    run = run_line(Double(film(), version="21.1", edition="free"), f"print({name} == nil)", lua)
    assert run.printed == ["true"]


@lua
def test_a_closed_console_has_what_the_console_route_needs(lua: str, tmp_path: Path) -> None:  # 12
    double = Double(film(), version="21.1", edition="free")
    data = written(tmp_path, 'return { {frame = 3, name = "Close-up"} }')
    line = (
        f"local told = dofile([==[{data}]==]); print(told[1].frame); "
        'print(bmd.readstring(bmd.writestring({a = {1, "x"}})).a[2], loadstring("return 7")())'
    )
    run = run_line(double, line, lua)

    assert run.error is None
    assert run.printed == ["3", "x\t7"]


@lua
def test_a_menu_file_of_the_free_21_1_is_muted(lua: str, tmp_path: Path) -> None:  # 4.1
    double = Double(film(), version="21.1", edition="free")
    run = run_lua(double, written(tmp_path, "print('lost') assert(io == nil)"), lua)

    assert (run.printed, run.error) == ([], None)


@lua
def test_an_open_menu_keeps_its_libraries(lua: str, tmp_path: Path) -> None:  # 4.1
    run = run_lua(Double(film()), written(tmp_path, "print(type(io.open)) io.write('own')"), lua)
    assert (run.printed, run.output) == (["function"], "own")


@lua
def test_a_lua_file_exports_a_timeline(lua: str, tmp_path: Path) -> None:
    place = tmp_path / "out.otio"
    line = (
        "local t = resolve:GetProjectManager():GetCurrentProject():GetCurrentTimeline() "
        f"print(t:Export([[{place}]], resolve.EXPORT_OTIO, resolve.EXPORT_NONE)) "
        f"print(t:Export([[{place}]], 'EXPORT_OTIO'))"
    )
    run = run_line(Double(film(), version="21.1", edition="free"), line, lua)

    assert run.printed == ["true", "false"]
    assert '"Timeline.1"' in place.read_text(encoding="utf-8")


@lua
def test_a_hidden_call_of_a_missing_method_is_recorded(lua: str) -> None:  # rule 1
    double = Double(film(), version="18.5")
    run = run_line(double, "print((pcall(function() resolve:IsStudio() end)))", lua)

    assert run.printed == ["false"]
    assert double.violations == ["Resolve.IsStudio was called, which 18.5 does not have"]


@lua
def test_an_error_is_told_with_its_line(lua: str) -> None:
    run = run_line(Double(film()), "\nlocal x = nil\nx.y = 1", lua)
    assert "console:3:" in (run.error or "")


@lua
def test_a_call_with_a_dot_is_a_violation(lua: str) -> None:
    with pytest.raises(Violation):
        run_line(Double(film()), "pcall(function() resolve.GetVersion() end)", lua)


@lua
def test_deleting_by_colour_ends_the_file(lua: str) -> None:  # rule 8
    line = (
        "local t = resolve:GetProjectManager():GetCurrentProject():GetCurrentTimeline() "
        "pcall(function() t:DeleteMarkersByColor('Blue') end)"
    )
    with pytest.raises(Violation):
        run_line(Double(film()), line, lua)


@lua
def test_a_file_that_does_not_end_is_stopped(lua: str) -> None:
    run = run_line(Double(film()), "while true do end", lua, timeout=0.5)
    assert run.error == "the Lua file took too long"
