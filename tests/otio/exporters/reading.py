"""Strict readers of the exporters' files, independent of the code that writes them."""

from __future__ import annotations

import re
import shutil
import subprocess
from fractions import Fraction
from typing import NamedTuple

import opentimelineio as otio
import pytest

from shotlog.schema import Edit, counts_drop_frame, nearest_frame

_TC = r"\d\d:\d\d:\d\d[:;]\d\d"
_EVENT = re.compile(rf"(\d{{3,}})  001      V     C        ({_TC}) ({_TC}) ({_TC}) ({_TC})  ")
_MARKER = re.compile(r"([^|]*) \|C:ResolveColor([A-Z][a-z]+) \|M:([^|]*) \|D:([1-9]\d*)")


class MarkerRead(NamedTuple):
    frame: int
    duration: int
    colour: str
    name: str
    note: str


def read_edl(content: bytes, edit: Edit) -> list[MarkerRead]:
    """Every marker of an EDL; its frame comes from the timecode, by OpenTimelineIO's own rules."""
    lines = content.decode("utf-8").split("\n")
    assert lines[0].startswith("TITLE: ")
    assert not re.search(r"[\x00-\x1f\x7f-\x9f|]", lines[0])
    drop = lines[1] == "FCM: DROP FRAME"
    assert drop or lines[1] == "FCM: NON-DROP FRAME"
    assert lines[2] == ""
    assert lines[-1] == ""
    events = [lines[n : n + 3] for n in range(3, len(lines) - 1, 3)]
    read = []
    for number, (head, told, blank) in enumerate(events, start=1):
        event, found = _EVENT.fullmatch(head), _MARKER.fullmatch(told)
        assert event, head
        assert found, told
        assert blank == ""
        assert not _EVENT.match(told)
        assert int(event[1]) == number
        assert (";" in event[2]) == drop
        assert event.group(2, 3) == event.group(4, 5)
        start, end = (_frame(event[n], edit, drop) for n in (2, 3))
        assert end == start + 1
        frame = start - nearest_frame(edit.start, edit.rate)
        read.append(MarkerRead(frame, int(found[4]), found[2], found[3], found[1]))
    return read


def _frame(timecode: str, edit: Edit, drop: bool) -> int:
    expected = edit.drop_frame
    if expected is None:
        expected = counts_drop_frame(edit.start, edit.rate)
    # Drop-frame exists at multiples of 29.97 alone.
    assert drop == (bool(expected) and edit.rate.denominator == 1001 and round(edit.rate) % 30 == 0)
    return int(otio.opentime.from_timecode(timecode, float(edit.rate)).value)


_DUMP = r"""
local function hex(text)
  return (text:gsub(".", function(c) return string.format("%02x", c:byte()) end))
end
local chunk = assert(loadfile()) -- from standard input
setfenv(chunk, {}) -- not one function in reach
local data = chunk()
assert(data.layout == 1)
local rate = data.rate[1] .. "/" .. data.rate[2]
print(table.concat({rate, data.start, data.length, hex(data.timeline), data.identity}, "\t"))
for _, block in ipairs(data.markers) do
  assert(#block <= 1000)
  for _, m in ipairs(block) do
    local texts = {hex(m.colour), hex(m.name), hex(m.note), hex(m.custom_data)}
    print(table.concat({m.frame, m.duration, unpack(texts)}, "\t"))
  end
end
"""

LUAS = ("lua5.1", "luajit")


def lua(name: str = LUAS[0]) -> str:
    """The path of an interpreter; skips the test where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed; on Debian it is the package {name}")
    return found


class LuaData(NamedTuple):
    rate: Fraction
    start: int
    length: int
    timeline: str
    identity: str
    markers: list[MarkerRead]
    custom_data: list[str]


def run_lua_data(content: bytes, interpreter: str = LUAS[0]) -> LuaData:
    """A Lua file of markers, run by Lua itself without any function in its reach."""
    done = subprocess.run(
        [lua(interpreter), "-e", _DUMP], input=content, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    head, *rows = (line.split("\t") for line in done.stdout.decode("ascii").splitlines())
    markers = [MarkerRead(int(r[0]), int(r[1]), *map(_text, r[2:5])) for r in rows]
    rate, start, length, timeline, identity = head
    return LuaData(
        Fraction(rate), int(start), int(length), _text(timeline), identity,
        markers, [_text(r[5]) for r in rows],
    )  # fmt: skip


def read_lua(content: bytes, edit: Edit) -> list[MarkerRead]:
    """Every marker of a Lua file."""
    data = run_lua_data(content)
    assert (data.rate, data.timeline) == (edit.rate, edit.name)
    assert data.start == nearest_frame(edit.start, edit.rate)
    return data.markers


def _text(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-8")
