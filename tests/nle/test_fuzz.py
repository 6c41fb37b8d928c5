"""Damaged timeline files: each is read, or refused in a sentence.

This is the short form of ``benchmarks/fuzz.py``.

A format is tried with the files that the contract suite makes of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from shotlog.schema import ShotlogError
from shotlog_otio import inspect_file
from shotlog_otio.formats import FORMATS, Format
from tests.nle.cuts.writing import writer_of
from tests.nle.mutation import damaged
from tests.otio.formats.makers import made

FILES = 150


@pytest.mark.parametrize("format_", FORMATS.installed, ids=lambda format_: str(format_.name))
def test_a_damaged_file_is_read_or_refused_in_a_sentence(format_: Format, tmp_path: Path) -> None:
    for seed, path in _damaged(format_, tmp_path):
        try:
            inspect_file(path)
        except ShotlogError:
            continue
        except Exception as error:
            pytest.fail(f"damage {seed} of {path.name}: {error!r}")


def _damaged(format_: Format, folder: Path) -> Iterator[tuple[int, Path]]:
    whole = made(format_, folder, "a", "b", "c")
    file = next(iter(sorted(whole.rglob("*.*")))) if whole.is_dir() else whole
    data = file.read_bytes()
    for seed in range(FILES // writer_of(format_.name).pace):
        file.write_bytes(damaged(data, random.Random(seed)))  # noqa: S311
        yield seed, whole
