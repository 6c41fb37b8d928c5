"""The error tree: every error has a message, a subject and a hint."""

import subprocess
import sys

import pytest

from shotlog.schema import MediaMissing, ShotlogError, all_errors

ALL = [kind for kind in all_errors() if kind.__module__.startswith("shotlog.schema.")]


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
    drawn = sys.modules[ShotlogError.__module__].__doc__
    assert drawn is not None
    assert [kind.__name__ for kind in ALL if kind.__name__ not in drawn] == []


def test_every_class_is_known_before_anything_else_was_imported() -> None:
    program = "from shotlog.schema import all_errors; print(*(e.__name__ for e in all_errors()))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert set(run.stdout.split()) == {kind.__name__ for kind in ALL}
    assert {"DiskFull", "RenderRefused", "TrainingInterrupted"} <= set(run.stdout.split())
