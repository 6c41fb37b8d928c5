"""The group of commands: it says what each does without importing any."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from shotlog.cli.main import COMMANDS, main
from shotlog.paths import HOME_VARIABLE
from shotlog.schema import CONTEXT_COMMANDS

HEAVY = {"av", "cv2", "onnx", "onnxruntime", "scipy", "shotlog.engine", "torch", "transformers"}
_THEN_TELL = """
import sys
from shotlog.cli import main
try:
    main(sys.argv[1:])
finally:
    print(*sys.modules, sep="\\n", file=sys.stderr)
"""


def imported_by(*words: str, home: Path) -> set[str]:
    """The modules of a process in which the command has run."""
    process = subprocess.run(
        [sys.executable, "-c", _THEN_TELL, *words],
        capture_output=True,
        text=True,
        env=os.environ | {HOME_VARIABLE: str(home)},
        check=False,
    )
    return set(process.stderr.splitlines())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert COMMANDS[name] == command.get_short_help_str(limit=1000)


def test_every_command_is_listed() -> None:
    listed = CliRunner().invoke(main, ["--help"]).output
    assert all(f"\n  {name} " in listed for name in COMMANDS)
    assert CliRunner().invoke(main, ["anlyze"]).exit_code == 2


def commands_below(group: click.Group, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command of a group, by the words that are typed for it."""
    ctx = click.Context(group)
    for word in group.list_commands(ctx):
        command = group.get_command(ctx, word)
        assert command is not None
        yield f"{name} {word}".strip(), command
        if isinstance(command, click.Group):
            yield from commands_below(command, f"{name} {word}".strip())


def test_the_commands_that_hints_name_a_context_with_are_those_that_take_one() -> None:
    take = {name for name, one in commands_below(main) if "context" in {p.name for p in one.params}}
    assert take == set(CONTEXT_COMMANDS)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["daemon", "status"]])
def test_who_asks_how_things_are_waits_for_no_decoder_and_no_model(
    words: list[str], tmp_path: Path
) -> None:
    modules = imported_by(*words, home=tmp_path / "home")
    assert "shotlog.cli.main" in modules
    assert not modules & HEAVY


def test_who_asks_for_the_cache_waits_for_no_filter_and_no_model(tmp_path: Path) -> None:
    modules = imported_by("cache", "--cache", str(tmp_path / "c.sqlite"), home=tmp_path / "home")
    assert "shotlog.engine.cache" in modules
    assert not modules & {"onnxruntime", "scipy", "torch", "transformers"}
