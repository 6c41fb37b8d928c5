"""Rules of the house that no linter checks."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for folder in ("daemon", "installer", "otio_adapters", "remote")
    for path in (HOUSE / folder).rglob("*.py")
)
PICKLING = {
    "pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "shelve",
    "marshal",
    "joblib",
    "recv_pyobj",
    "send_pyobj",
}
LONGEST = 800
MODULES = {path.stem for path in (HOUSE / "daemon" / "shotlog").glob("*.py")} - {"__init__"}


def words_of(source: str) -> Iterator[str]:
    """Yield every name that a module imports, calls or uses."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (part for alias in names for part in alias.name.split("."))
            case ast.ImportFrom(module=module, names=names):
                yield from (module or "").split(".")
                yield from (alias.name for alias in names)
            case ast.Attribute(attr=name) | ast.Name(id=name):
                yield name


def test_nothing_is_pickled() -> None:
    found = {path: PICKLING & set(words_of(path.read_text(encoding="utf-8"))) for path in SOURCES}
    assert {path: words for path, words in found.items() if words} == {}


def test_the_search_for_pickles_finds_them() -> None:
    assert "pickle" in set(words_of("import pickle"))
    assert "recv_pyobj" in set(words_of("socket.recv_pyobj()"))


def test_no_module_is_too_long_to_read() -> None:
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES)
    assert lengths[-1] <= LONGEST
    assert lengths[len(lengths) // 2] <= 250


def test_no_module_imports_the_top_face() -> None:
    """``shotlog/__init__.py`` imports from below; a module that imports it back closes a circle."""

    def imports_it(path: Path) -> bool:
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        return any(
            (isinstance(node, ast.Import) and "shotlog" in [alias.name for alias in node.names])
            or (
                isinstance(node, ast.ImportFrom)
                and node.module == "shotlog"
                and not {alias.name for alias in node.names} <= MODULES  # these are below it
            )
            for node in tree
        )

    assert [path.name for path in SOURCES if imports_it(path)] == []


PACKAGES = sorted(
    path.parent
    for folder in ("daemon/shotlog", "installer/shotlog_installer", "otio_adapters/shotlog_otio")
    for path in (HOUSE / folder).rglob("__init__.py")
)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_package_has_a_docstring_and_lists_its_public_names(
    package: Path,
) -> None:
    source = (package / "__init__.py").read_text(encoding="utf-8")
    stub = package / "__init__.pyi"  # of a face that loads its modules lazily
    tree = ast.parse(stub.read_text(encoding="utf-8") if stub.exists() else source)
    root = next(
        HOUSE / name
        for name in ("daemon", "installer", "otio_adapters")
        if HOUSE / name in package.parents
    )
    face = importlib.import_module(".".join(package.relative_to(root).parts))

    given = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        and (node.level or (node.module or "").startswith(face.__name__))
        for alias in node.names
    }
    assert ast.get_docstring(ast.parse(source))
    # What a face imports it gives; a package of one module may define names itself, and "shotlog"
    # and "cli" import inside functions and blocks.
    assert package.name == "cli" or given <= set(face.__all__)
    assert all(getattr(face, name) is not None for name in face.__all__)
    modules = {path.stem for path in package.iterdir()}
    assert not (modules & set(face.__all__)) - {"main"}
