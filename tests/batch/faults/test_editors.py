"""What an editor has put into the output folder stays as it is, whatever goes wrong around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.batch import ItemState, OutputFolder
from shotlog.batch.store import ResultStore, WrittenOutputs
from shotlog.schema import OutputNotWritable
from tests.batch.faults import products
from tests.batch.faults.conftest import Undisturbed
from tests.batch.faults.own_executor import run_again

MARKED = "ep1/cut.marked.otio"
REPORT = "ep1/cut.html"
FOREIGN = b"a file that somebody else has put there"


def edit(path: Path) -> bytes:
    """Change an output as an editing program does when it saves."""
    path.write_bytes(path.read_bytes().replace(b'"cut"', b'"my cut"'))
    return path.read_bytes()


def records(out: Path) -> list[str]:
    """Return what the results of a folder say of problems."""
    store = ResultStore(OutputFolder(out))
    return [
        problem.message for item in products.states(out) for problem in store.record(item).problems
    ]


def test_an_edited_output_is_kept_when_its_result_must_be_made_anew(
    logged: Path, undisturbed: Undisturbed
) -> None:
    edited = edit(logged / MARKED)
    for result in OutputFolder(logged).results.rglob("*.zip"):
        result.unlink()
    run_again(OutputFolder(logged))
    assert (logged / MARKED).read_bytes() == edited
    assert records(logged) == ["this was changed since Shotlog wrote it, and is not written over"]
    assert products.rows(logged) == products.rows(undisturbed.out)


@pytest.mark.parametrize("name", [MARKED, REPORT])
def test_a_foreign_file_in_the_place_of_an_output_is_kept_and_costs_no_item(
    name: str, planned: Path, undisturbed: Undisturbed
) -> None:
    (planned / "ep1").mkdir()
    (planned / name).write_bytes(FOREIGN)
    run_again(OutputFolder(planned))
    assert (planned / name).read_bytes() == FOREIGN
    assert set(products.states(planned).values()) == {ItemState.DONE}
    assert records(planned) == ["this was not written by a batch, and is not written over"]
    assert products.rows(planned) == products.rows(undisturbed.out)


def test_an_output_that_was_edited_after_a_write_had_failed_is_kept(logged: Path) -> None:
    written = WrittenOutputs(OutputFolder(logged))
    with pytest.raises(OSError, match="full"), written.replacing(MARKED):
        raise OSError("the disk is full")
    edited = edit(logged / MARKED)
    with pytest.raises(OutputNotWritable, match="changed"), written.replacing(MARKED):
        raise AssertionError("the block must not be entered")
    assert (logged / MARKED).read_bytes() == edited


def test_a_file_that_came_after_a_write_had_failed_is_kept(planned: Path) -> None:
    written = WrittenOutputs(OutputFolder(planned))
    with pytest.raises(OSError, match="gone"), written.replacing(MARKED):
        raise OSError("its media have gone")
    (planned / MARKED).parent.mkdir(exist_ok=True)
    (planned / MARKED).write_bytes(FOREIGN)
    foreign = pytest.raises(OutputNotWritable, match="not written by a batch")
    with foreign, written.replacing(MARKED):
        raise AssertionError("the block must not be entered")
