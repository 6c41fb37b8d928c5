"""The error tree: every error has a message, a subject and a hint."""

import sys
from collections.abc import Iterator

import pytest

from shotlog.schema import MediaMissing, ShotlogError


def tree(kind: type[ShotlogError]) -> Iterator[type[ShotlogError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


MODULE = ShotlogError.__module__
ALL = [kind for kind in tree(ShotlogError) if kind.__module__ == MODULE]


@pytest.mark.parametrize("kind", ALL)
def test_every_error_has_a_subject_a_message_and_a_hint(kind: type[ShotlogError]) -> None:
    problem = kind("A001.mov").problem
    assert problem.subject == "A001.mov"
    assert problem.message
    assert not problem.message.endswith(".")
    assert problem.hint.endswith(".")
    assert str(kind("A001.mov")) == f"A001.mov: {problem.message}. {problem.hint}"


def test_codes_are_unique_kebab_case() -> None:
    codes = [kind.code() for kind in ALL]
    assert len(set(codes)) == len(codes)
    assert MediaMissing.code() == "media-missing"


def test_the_tree_in_the_docstring_names_every_class() -> None:
    drawn = sys.modules[MODULE].__doc__
    assert drawn is not None
    assert [kind.__name__ for kind in ALL if kind.__name__ not in drawn] == []
