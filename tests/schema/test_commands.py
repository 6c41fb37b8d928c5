"""Hints name the daemon that they are about."""

from __future__ import annotations

import pytest

from shotlog.schema import (
    CONTEXT_COMMANDS,
    DaemonAbsent,
    DaemonLost,
    Problem,
    spell_commands,
    use_context,
)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("See: shotlog daemon logs.", "See: shotlog daemon logs --context farm."),
        ("shotlog daemon stop --force", "shotlog daemon stop --context farm --force"),
        ("shotlog jobs show", "shotlog jobs show --context farm"),
        ("shotlog jobs.", "shotlog jobs list --context farm."),
        ("shotlog models load", "shotlog models load --context farm"),
        ("shotlog daemon clients list", "shotlog daemon clients list --context farm"),
        ("'shotlog doctor --deep'", "'shotlog doctor --context farm --deep'"),
        ("shotlog models list, shotlog demo", "shotlog models list, shotlog demo"),
        ("the shotlog daemon is well", "the shotlog daemon is well"),
        ("shotlog daemon startles", "shotlog daemon startles"),
    ],
)
def test_a_command_is_spelled_for_the_context_in_force(written: str, typed: str) -> None:
    assert spell_commands(written) == written
    with use_context("farm"):
        assert spell_commands(written) == typed
        assert spell_commands(typed) == typed, "once is enough"
    assert spell_commands(written) == written


def test_the_default_context_is_not_named() -> None:
    with use_context("default"):
        assert spell_commands("shotlog daemon start") == "shotlog daemon start"


@pytest.mark.parametrize("command", CONTEXT_COMMANDS)
def test_every_command_of_a_context_is_known(command: str) -> None:
    with use_context("farm"):
        assert spell_commands(f"shotlog {command}") == f"shotlog {command} --context farm"


def test_an_error_keeps_the_context_in_which_it_arose() -> None:
    with use_context("farm"):
        own, given = DaemonLost("daemon 7"), DaemonAbsent("farm", hint="shotlog daemon start")
    assert own.problem.hint == (
        "Your jobs are kept; see: shotlog daemon status --context farm,"
        " shotlog jobs list --context farm."
    )
    assert "--context farm" in str(given)


def test_a_hint_of_another_process_takes_the_context_of_its_reader() -> None:
    told = Problem(code="x", message="m", subject="s", hint="See: shotlog daemon logs.")
    with use_context("farm"):
        read = Problem.model_validate_json(told.model_dump_json())
    assert read.hint == "See: shotlog daemon logs --context farm."
