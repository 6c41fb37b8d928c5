"""The menu's entries, their files, and what they run in."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import shotlog_resolve
from shotlog_resolve.actions import ACTIONS, NEED_LOCK
from shotlog_resolve.entries import ENTRIES, Entry
from tests.resolve.pythons import VERSIONS, python
from tests.waiting import PATIENCE_S

PACKAGE = Path(shotlog_resolve.__file__).parent

ODD = ["/Library/Größe 'x' \"y\"/東京", "C:\\Users\\new\\table", "/a\nb", "/\udcff", "x" * 400]


def test_every_entry_has_an_action_and_every_action_an_entry() -> None:
    assert [entry.action for entry in ENTRIES] == list(ACTIONS)
    assert set(ACTIONS) >= NEED_LOCK


def test_files_sort_as_the_entries_do_and_have_names_for_every_system() -> None:
    names = [entry.file_name for entry in ENTRIES]

    assert sorted(names) == names
    assert all(name.endswith(".py") and not set(name) & set('<>:"/\\|?*') for name in names)


@pytest.mark.parametrize("library", ODD)
def test_a_menu_file_is_ascii_and_names_its_library_exactly(library: str) -> None:
    text = Entry(1, "Analyse", "analyse-timeline").menu_file(library)
    (assigned,) = [
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LIBRARY"
    ]

    assert text.isascii()
    assert ast.literal_eval(assigned) == library


def test_a_menu_file_without_its_library_says_so(tmp_path: Path) -> None:
    text = ENTRIES[0].menu_file(str(tmp_path / "gone"))
    command = [sys.executable, "-I", "-S", "-c", text]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)

    assert "Install them again: shotlog resolve install" in told.stdout
    assert told.stderr == ""


def test_an_upgraded_library_is_taken_also_where_modules_stay_loaded(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        (folder / "shotlog_resolve").mkdir(parents=True)
        text = f"def run(action, globals_): print({folder.name!r})"
        (folder / "shotlog_resolve" / "__init__.py").write_text(text)
    script = "\n".join(ENTRIES[0].menu_file(str(folder)) for folder in (old, new))
    command = [sys.executable, "-I", "-S", "-c", script]

    assert subprocess.check_output(command, text=True).split() == ["old", "new"]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_scripts_compile_in_every_python_that_resolve_may_find(version: str) -> None:
    code = (
        "import sys\n"
        "for name in sys.argv[1:]:\n"
        "    with open(name, encoding='utf-8') as file:\n"
        "        compile(file.read(), name, 'exec', dont_inherit=True)\n"
    )
    files = [str(path) for path in PACKAGE.rglob("*.py")]
    command = [python(version), "-W", "error", "-c", code, *files]

    assert files
    subprocess.run(command, check=True, timeout=PATIENCE_S)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_scripts_need_nothing_but_the_standard_library(version: str) -> None:
    # -S: without site-packages, -I: without what this environment says.
    code = "import sys; sys.path.insert(0, sys.argv[1]); import shotlog_resolve"
    command = [python(version), "-B", "-I", "-S", "-W", "error", "-c", code, str(PACKAGE.parent)]

    subprocess.run(command, check=True, timeout=PATIENCE_S)
