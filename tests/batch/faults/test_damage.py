"""Results that are damaged are told, and made anew."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from shotlog.batch import BatchResults, ItemEnded, ItemState, Noted, OutputFolder
from shotlog.schema import ResultUnreadable
from tests.batch.faults import products
from tests.batch.faults.conftest import Undisturbed
from tests.batch.faults.own_executor import run_again


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip_in(part: str) -> Callable[[Path], None]:
    """Return a function that flips a byte within a member of a result."""

    def flip(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in archive.namelist() if name.startswith(part))
            member = archive.getinfo(name)
        content = bytearray(path.read_bytes())
        # Behind the member's header of 30 bytes and its name.
        content[member.header_offset + 30 + len(name) + member.compress_size // 2] ^= 0xFF
        path.write_bytes(content)

    return flip


DAMAGES = {
    "truncated": truncate,
    "empty": empty,
    "flipped-record": flip_in("record"),
    "flipped-log": flip_in("logs"),
    "flipped-picture": flip_in("pictures"),
}


def a_result(out: Path) -> Path:
    return min(OutputFolder(out).results.rglob("*.zip"))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_result_is_made_anew_before_it_is_merged(
    damage: str, logged: Path, undisturbed: Undisturbed
) -> None:
    for merged in ("library.sqlite", "index.html", "shots.csv", "shots.parquet"):
        (logged / merged).unlink()
    result = a_result(logged)
    DAMAGES[damage](result)
    told = run_again(OutputFolder(logged))
    assert [event.message for event in told if isinstance(event, Noted)]
    assert [event.item for event in told if isinstance(event, ItemEnded)] == [result.stem]
    products.assert_equal(logged, undisturbed.out)


@pytest.mark.parametrize("damage", ["truncated", "empty"])
def test_a_damaged_result_is_made_anew_after_it_was_merged(
    damage: str, logged: Path, undisturbed: Undisturbed
) -> None:
    result = a_result(logged)
    DAMAGES[damage](result)
    told = run_again(OutputFolder(logged))
    assert [event.item for event in told if isinstance(event, ItemEnded)] == [result.stem]
    products.assert_equal(logged, undisturbed.out)


def test_damage_that_a_reader_finds_is_repaired_as_its_error_says(
    logged: Path, undisturbed: Undisturbed
) -> None:
    result = a_result(logged)
    DAMAGES["flipped-log"](result)
    with pytest.raises(ResultUnreadable, match="damaged") as caught:
        BatchResults(logged).log(result.stem, 0)
    assert "Run shotlog batch again" in caught.value.problem.hint
    run_again(OutputFolder(logged))
    products.assert_equal(logged, undisturbed.out)


def test_a_library_that_is_damaged_is_made_anew(logged: Path, undisturbed: Undisturbed) -> None:
    (logged / "library.sqlite").write_bytes(b"no library at all")
    OutputFolder(logged).merged.unlink()
    run_again(OutputFolder(logged))
    products.assert_equal(logged, undisturbed.out)


def test_a_result_that_a_person_removed_is_made_anew(
    logged: Path, undisturbed: Undisturbed
) -> None:
    a_result(logged).unlink()
    told = run_again(OutputFolder(logged))
    assert [event.state for event in told if isinstance(event, ItemEnded)] == [ItemState.DONE]
    products.assert_equal(logged, undisturbed.out)
