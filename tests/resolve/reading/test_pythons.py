"""The scripts run in every Python that an editor may run them with."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import shotlog_resolve.host
from tests.resolve.double import ProjectSpec
from tests.resolve.pythons import VERSIONS, play, python
from tests.resolve.reading.scenes import exact, open_double, read, three
from tests.waiting import PATIENCE_S

PACKAGE = Path(shotlog_resolve.host.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
NEWER = {"contextvars", "dataclasses", "graphlib", "tomllib", "zoneinfo"}
"""Modules that came after 3.6, by docs.python.org/3/whatsnew, 3.7 to 3.11."""

MENU = """
import json
from shotlog_resolve.edit import read_edit
from shotlog_resolve.host import connect

edit = read_edit(connect(globals()), "timeline")
with open(RESULT, "w") as file:
    json.dump(edit.plain, file)
"""


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_the_standard_library_of_3_6_alone(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"), feature_version=(3, 6))
    names = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    names += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    roots = {name.split(".")[0] for name in names}

    assert roots <= (sys.stdlib_module_names - NEWER) | {"shotlog_resolve"}
    assert "__future__" not in roots


@pytest.mark.parametrize("version", VERSIONS)
def test_every_module_compiles(version: str) -> None:
    code = (
        "import sys\n"
        "for path in sys.argv[1:]:\n"
        "    with open(path, encoding='utf-8') as file: compile(file.read(), path, 'exec')\n"
    )
    subprocess.run([python(version), "-B", "-c", code, *map(str, MODULES)], check=True)


@pytest.mark.parametrize("resolve", ["18.5", "21.1"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_timeline_is_read_the_same(version: str, resolve: str, tmp_path: Path) -> None:
    script, result = tmp_path / "menu.py", tmp_path / "edit.json"
    script.write_text(MENU, "utf-8")
    spec = ProjectSpec("Film")
    three(spec, spec.timeline("Cut 1"))
    ran = play(
        version, spec, script, tmp_path, double={"version": resolve}, path=[PACKAGE.parent],
        globals={"RESULT": str(result)},
    )  # fmt: skip
    here = read(open_double(three, resolve))

    assert ran["error"] is None
    assert (ran["violations"], ran["edits"]) == ([], [])
    assert ran["before"] == ran["after"]
    assert json.loads(result.read_text("utf-8")) == here.plain
    assert len(exact(here).clips) == 3


@pytest.mark.parametrize("version", VERSIONS)
def test_the_bridge_is_spoken_with(version: str) -> None:
    code = (
        "import sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from shotlog_resolve.bridge import Bridge\n"
        "with Bridge(sys.argv[2:], print) as bridge:\n"
        "    print(bridge.request('models')['type'])\n"
    )
    told = subprocess.run(
        [python(version), "-B", "-c", code, str(PACKAGE.parent), sys.executable, "-m", "shotlog"],
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip

    assert (told.stdout, told.stderr) == ("models\n", "")
