"""However a command prints, every stream can take it and no name commands the terminal."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text

import shotlog.cli
from shotlog.cli.output import (
    SafeLine,
    StageBars,
    Stream,
    guarded_streams,
    json_text,
    lines,
    print_json,
    say,
    terminal,
    to_encodable,
)

EVIL = "a\x1b[31m\u202e[/b] 日 é\nb"
"""A clip's name with colour, markup, an override of the direction, and two lines."""

ENCODINGS = ["utf-8", "cp1252", "cp850", "cp437", "latin-1", "ascii", "utf-16"]
_OUTLETS = {
    r"\bConsole\(": "terminal()",
    r"(?<!Line\.)\bText\(|\bText\.": "Line()",
    r"\bclick\.echo\(|\bclick\.secho\(": "say() or print_json()",
    r"(?<![\w.])print\(": "say()",
    r"sys\.std(out|err)\.write": "say()",
    r"\bProgress\(|\bSpinnerColumn\(": "progress()",
    r"\.status\(\s*f?\"": "waiting()",
}


@contextmanager
def printed(encoding: str) -> Iterator[io.BytesIO]:
    """What is printed meanwhile, as a pipe of that encoding gets it."""
    raw = io.BytesIO()
    before, sys.stdout = sys.stdout, io.TextIOWrapper(raw, encoding=encoding, errors="strict")
    try:
        with guarded_streams():
            yield raw
    finally:
        sys.stdout.detach()
        sys.stdout = before


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_name_is_shown_in_every_encoding_and_commands_nothing(encoding: str) -> None:
    with printed(encoding) as raw:
        table = Table("name", "mark", title=SafeLine(EVIL))
        table.add_row(EVIL, SafeLine(EVIL))
        table.add_row(lines(EVIL, SafeLine("MS → CS · ✓", "green")), Text(EVIL))
        terminal().print(table)
        terminal().print(EVIL, SafeLine(EVIL))
        say(EVIL)
    told = raw.getvalue().decode(encoding)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told)
    assert told.splitlines()[-1].startswith(r"a\x1b[31m\u202e[/b] ")
    assert told.splitlines()[-1].endswith(r"\nb")


def test_what_an_encoding_lacks_is_spelled_in_letters_that_it_has() -> None:
    assert to_encodable("MS → CS · ✓ 日 é", "cp1252") == r"MS -> CS · v \u65e5 é"
    assert to_encodable("MS → CS · ✓ 日 é 🎬", "ascii") == r"MS -> CS - v \u65e5 \xe9 \U0001f3ac"
    assert to_encodable("MS → CS", "utf-8") == "MS → CS"


def test_rows_stay_in_line_where_letters_are_spelled() -> None:
    with printed("ascii") as raw:
        table = Table("name", "mark")
        table.add_row("日本", SafeLine("✓"))
        table.add_row(SafeLine("日本"), "y")
        table.add_row("short", SafeLine("x"))
        terminal().print(table)
    rows = [row for row in raw.getvalue().decode("ascii").splitlines() if row]
    assert len({len(row) for row in rows}) == 1
    assert sum(r"\u65e5\u672c" in row for row in rows) == 2


def test_bars_are_drawn_in_ascii_where_nothing_else_is_there() -> None:
    with printed("ascii") as raw, StageBars(terminal()).stage("[/b]", 2, "frames") as bar:
        bar.advance(2)
    assert raw.getvalue().isascii()
    assert b"[/b]      ------" in raw.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_is_valid_in_every_encoding(encoding: str) -> None:
    value = {"name": EVIL + "\udcff\x9b👍"}
    with printed(encoding) as raw:
        print_json(value)
    assert json.loads(raw.getvalue().decode(encoding)) == value
    assert ("日" in raw.getvalue().decode(encoding)) is (encoding == "utf-8")


def test_json_for_a_file_is_utf_8_whatever_a_path_holds() -> None:
    assert json.loads(json_text({"path": "caf\udce9"}).encode()) == {"path": "caf\udce9"}


def test_no_command_prints_past_the_terminal() -> None:
    folder = Path(shotlog.cli.__file__).parent
    past = [
        f"{module.name}: {found[0]} instead of {right}"
        for module in folder.glob("*.py")
        if module.name not in ("terminal.py", "streams.py")
        for way, right in _OUTLETS.items()
        if (found := re.search(way, module.read_text(encoding="utf-8")))
    ]
    assert past == []


class _Broken(io.StringIO):
    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, text: str) -> int:
        raise self._error


def test_a_reader_that_has_gone_stops_nothing() -> None:
    stream = Stream(_Broken(BrokenPipeError(32, "Broken pipe")))
    assert stream.write("a row") == 5
    assert stream.gone
    assert stream.failure is None


def test_a_full_disk_stops_nothing_and_is_told_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(sys, "stdout", _Broken(full))
    done = False

    def work() -> None:
        nonlocal done
        with guarded_streams():
            say("a row")
            done = True

    with pytest.raises(SystemExit, match="1"):
        work()
    assert done
    assert "standard output: it cannot be written (No space left on device)" in (
        capsys.readouterr().err
    )


def test_a_process_without_streams_prints_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with guarded_streams():
        say("nobody hears this")
        say("nor this", stderr=True)
        assert not terminal().is_terminal
        with pytest.raises(OSError, match=os.strerror(9)):
            sys.stdout.fileno()
