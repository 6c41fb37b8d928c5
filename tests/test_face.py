"""``import shotlog`` gives a program the whole client, and imports nothing else."""

from __future__ import annotations

import subprocess
import sys
import typing
from collections.abc import Iterator
from inspect import getmembers, isfunction

import pytest

import shotlog
from shotlog import Client


def named_in(hint: object) -> Iterator[type]:
    """Yield every class of ours in an annotation."""
    if isinstance(hint, type) and hint.__module__.startswith("shotlog."):
        yield hint
    for inner in typing.get_args(hint):
        yield from named_in(inner)


def test_the_names_are_sorted_and_each_can_be_imported() -> None:
    assert shotlog.__all__ == sorted(shotlog.__all__)
    for name in shotlog.__all__:
        assert getattr(shotlog, name) is not None


def test_every_class_that_a_method_of_the_client_takes_or_gives_can_be_imported() -> None:
    methods = dict(getmembers(Client, lambda is_: isfunction(is_) and is_.__name__[0] != "_"))
    hints = [hint for each in methods.values() for hint in typing.get_type_hints(each).values()]
    named = {found for hint in hints for found in named_in(hint)}

    # Among them: submit takes Edit, AnalysisOptions and Priority, and gives JobInfo.
    assert {"submit", "watch", "status"} <= methods.keys()
    assert {kind.__name__ for kind in named} <= set(shotlog.__all__)
    assert all(getattr(shotlog, kind.__name__) is kind for kind in named)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="NoSuchName"):
        _ = shotlog.NoSuchName


def test_to_import_the_package_imports_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import shotlog; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert done.stdout.split() == ["shotlog"]
