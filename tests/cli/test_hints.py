"""What a hint tells the user to type, can be typed."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click

import shotlog
import shotlog_otio
from shotlog.cli import main
from shotlog.cli.main import COMMANDS
from shotlog.schema import CacheError

_FOLDERS = [Path(str(package.__file__)).parent for package in (shotlog, shotlog_otio)]
_OPTIONS = re.compile(r"--[a-z]+(?:-[a-z]+)*(?: --[a-z]+(?:-[a-z]+)*)+")


@cache
def texts() -> tuple[str, ...]:
    """Every text that may name a command or an option, and is not a docstring."""
    return tuple(_texts())


def _texts() -> Iterator[str]:
    sources = (p.read_text(encoding="utf-8") for f in _FOLDERS for p in f.rglob("*.py"))
    # Others hold neither a command nor an option; to parse them all takes 2 s.
    for tree in (ast.parse(source) for source in sources if "shotlog " in source or "--" in source):
        documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if id(node) not in documents and isinstance(node, ast.Constant):
                yield from [node.value] if isinstance(node.value, str) else []


def commands() -> set[str]:
    """What follows ``shotlog`` in these texts, so far as it is a command: ``daemon restart``."""
    found = set()
    for text in texts():
        for words in re.findall(r"shotlog ([a-z]+(?: [a-z]+)?(?: --[a-z-]+)*)", text):
            first, *more = words.split(" ")
            if first in COMMANDS:
                found.add(" ".join([first, *more]))
    return found


def resolved(words: str) -> tuple[click.Command, list[str]]:
    """The command that words name, and the options behind it."""
    command: click.Command = main
    context = click.Context(main)
    rest = words.split(" ")
    while rest and isinstance(command, click.Group):
        inner = command.get_command(context, rest[0])
        if inner is None:
            break
        command, rest = inner, rest[1:]
    return command, [word for word in rest if word.startswith("--")]


def test_a_command_that_a_text_names_has_the_options_that_it_names() -> None:
    named = {words: resolved(words) for words in commands()}
    assert "daemon start --reset" in named
    unknown = {words: set(options) - known_options(of) for words, (of, options) in named.items()}
    assert {words: options for words, options in unknown.items() if options} == {}


def known_options(command: click.Command) -> set[str]:
    named = (name for option in command.params for name in (*option.opts, *option.secondary_opts))
    return {*named, "--help"}


def test_options_that_a_text_names_together_can_be_given_together() -> None:
    together = {found for text in texts() for found in _OPTIONS.findall(text)}
    assert "--in-process --no-cache" in together
    analyze = main.get_command(click.Context(main), "analyze")
    assert analyze is not None
    for options in (options for options in together if "--in-process" in options):
        context = analyze.make_context("analyze", ["cut.otio", *shlex.split(options)])
        assert context.params["in_process"]


def test_a_run_without_the_cache_is_always_told_with_what_makes_it_possible() -> None:
    """``--no-cache`` alone is refused: the daemon keeps results in a cache of its own."""
    told = {text for text in texts() if "--no-cache" in text} - {"--no-cache"}  # the option itself
    assert [text for text in told if "--in-process --no-cache" not in text] == []
    assert "--in-process --no-cache" in CacheError("x").problem.hint
