"""The pages of ``docs/nle``: one for every way in and out, with commands and links that work."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import TypeVar

import click
import pytest

from shotlog.cli import main
from shotlog.settings import load_settings
from shotlog_otio.dialects import DIALECTS, Dialect, named_dialect
from shotlog_otio.exporters import EXPORTERS, Exporter
from shotlog_otio.formats import FORMATS, Format

HOUSE = Path(__file__).parents[2]
NLE = HOUSE / "docs" / "nle"
INDEX = NLE / "README.md"
PAGES = sorted(NLE.glob("*.md"))
PROGRAMS = [page for page in PAGES if page != INDEX]
LINKING = [*PAGES, *sorted((HOUSE / "docs").glob("*.md")), HOUSE / "README.md"]

PAGE_OF_DIALECT = {
    "blender": "blender.md",
    "finalcut": "finalcut.md",
    "hiero": "hiero.md",
    "kdenlive": "kdenlive.md",
    "plain": INDEX.name,
    "premiere": "premiere.md",
    "resolve": "resolve.md",
    "xstudio": "xstudio.md",
}
PAGE_OF_FORMAT = {
    "aaf": "avid.md",
    "edl": "resolve.md",
    "fcp7": "premiere.md",
    "fcpxml": "finalcut.md",
    "fcpxmld": "finalcut.md",
    "kdenlive": "kdenlive.md",
    "mlt": "shotcut.md",
    "openshot": "openshot.md",
    "otio": INDEX.name,
    "otiod": INDEX.name,
    "otioz": INDEX.name,
    "xges": "pitivi.md",
}
SECTIONS = [
    "Export", "Run", "Import", "What is kept", "What is read", "Limits",
    "What is verified, and what is not",
]  # fmt: skip
LONGEST = 90
"""Lines of a screen and a half, at 60 a screen."""

_FENCED = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")


_Plugin = TypeVar("_Plugin", Dialect, Exporter, Format)


def ours(loaded: Iterable[_Plugin]) -> list[_Plugin]:
    """Return those that Shotlog brings; others document themselves."""
    return [item for item in loaded if type(item).__module__.startswith("shotlog_otio.")]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def unfenced(page: Path) -> str:
    # A command within a sentence may be broken by a line end.
    return " ".join(_FENCED.sub("", text_of(page)).split())


def commands_in(page: Path) -> Iterator[list[str]]:
    """Yield the words after ``shotlog`` of every command on a page."""
    blocks = _FENCED.findall(text_of(page))
    lines = chain.from_iterable(block.splitlines() for block in blocks)
    for written in chain(lines, _INLINE.findall(unfenced(page))):
        if written.startswith("shotlog "):
            yield shlex.split(written, comments=True)[1:]


COMMANDS = [
    pytest.param(words, id=f"{page.stem}:{' '.join(words)}")
    for page in PAGES
    for words in commands_in(page)
]


def command_named(name: str) -> click.Command:
    context = click.Context(main, info_name="shotlog")
    found = main.get_command(context, name)
    assert found is not None, f"there is no command {name}"
    return found


def options_of(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from (*parameter.opts, *parameter.secondary_opts)


def anchors_in(page: Path) -> set[str]:
    """Return the anchors that GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", text_of(page)), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("dialect", ours(DIALECTS.installed), ids=lambda item: str(item.name))
def test_every_dialect_has_a_page(dialect: Dialect) -> None:
    page = NLE / PAGE_OF_DIALECT[dialect.name]
    if dialect.name != "plain":  # the one that is taken where no other is known
        assert f"--dialect {dialect.name}" in text_of(page)


@pytest.mark.parametrize("format_", ours(FORMATS.installed), ids=lambda item: str(item.name))
def test_every_format_has_a_page_that_names_its_suffix(format_: Format) -> None:
    text = text_of(NLE / PAGE_OF_FORMAT[format_.name])
    assert any(re.search(rf"{re.escape(suffix)}\b", text) for suffix in format_.suffixes)


def test_every_kind_of_markers_for_a_program_is_on_a_page() -> None:
    # Those in OpenTimelineIO's colours are tables, lists and chapters, for no editing program.
    kinds = {exporter.name for exporter in ours(EXPORTERS.installed) if exporter.palette != "otio"}
    told = set(re.findall(r"--to ([\w-]+)", " ".join(map(text_of, PAGES))))
    # An EDL is written by analyze itself.
    assert kinds - told <= {"resolve-edl"}


@pytest.mark.parametrize("page", PROGRAMS, ids=lambda page: str(page.stem))
def test_a_page_has_its_sections_and_is_short(page: Path) -> None:
    lines = text_of(page).splitlines()
    assert [line[3:] for line in lines if line.startswith("## ")] == SECTIONS
    assert len(lines) <= LONGEST


def test_the_index_lists_every_page_and_no_other() -> None:
    rows = [line for line in text_of(INDEX).splitlines() if line.startswith("| [")]
    assert sorted(link for row in rows for link in _LINK.findall(row)) == [
        page.name for page in PROGRAMS
    ]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_on_a_page_can_be_typed(words: list[str]) -> None:
    name, *arguments = words
    command = command_named(name)
    if not arguments:  # its name alone, in a sentence
        return
    context = command.make_context(name, arguments)

    if dialect := context.params.get("dialect"):
        assert named_dialect(dialect)
    given = dict(pair.split("=", 1) for pair in _after("--set", arguments))
    assert load_settings(flags=given)


def _after(option: str, arguments: list[str]) -> Iterator[str]:
    return (value for key, value in pairwise(arguments) if key == option)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_an_option_on_a_page_exists(page: Path) -> None:
    known = {
        option
        for name in ("analyze", "export", "inspect")
        for option in options_of(command_named(name))
    }
    told = {
        word
        for code in _INLINE.findall(unfenced(page))
        if code.startswith("-")
        for word in code.split()
        if word.startswith("-")
    }
    assert told <= known


@pytest.mark.parametrize("page", LINKING, ids=lambda page: str(page.relative_to(HOUSE)))
def test_a_link_between_pages_leads_somewhere(page: Path) -> None:
    lost = []
    for link in _LINK.findall(_FENCED.sub("", text_of(page))):
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = (page.parent / path).resolve() if path else page
        known = target.exists() and (not anchor or anchor in anchors_in(target))
        if not known:
            lost.append(link)
    assert lost == []
