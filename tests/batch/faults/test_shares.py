"""Shares that vanish and come back: it is told, nothing is lost, and work goes on or resumes.

The output folder vanishes at any step in ``test_steps``; here it is the folder of shared evidence.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.batch import (
    BatchEvent,
    BatchResults,
    ItemAdvanced,
    OutputFolder,
    ShardRunner,
    merge_results,
)
from shotlog.paths import CACHE_VARIABLE
from tests.batch.faults import products
from tests.batch.faults.conftest import Undisturbed
from tests.batch.season import Told, never, shard_files


class Vanishing(Told):
    """Renames a folder away as soon as the work on an item has advanced."""

    def __init__(self, share: Path, away: Path) -> None:
        super().__init__()
        self._share, self._away = share, away

    def __call__(self, event: BatchEvent) -> None:
        """Take an event."""
        super().__call__(event)
        if isinstance(event, ItemAdvanced) and event.stage == "Media" and not self._away.exists():
            self._share.rename(self._away)


def measure(out: Path, share: Path, cache: Path, told: Told) -> None:
    """Work off a folder on a node that has measured nothing itself."""
    with ShardRunner(cache=cache, share_cache=share, worker="node") as runner:
        for shard in shard_files(out):
            runner.run(shard, (), told, never)
    merge_results(OutputFolder(out))


def test_evidence_is_shared_until_the_share_vanishes_and_again_when_it_is_back(
    planned: Path, undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CACHE_VARIABLE)
    share, away = tmp_path / "share", tmp_path / "away"
    share.mkdir()
    measure(planned, share, tmp_path / "first.sqlite", Vanishing(share, away))
    assert not share.exists(), "evidence was written to the disk beneath"
    assert products.rows(planned) == products.rows(undisturbed.out)
    warnings = {
        warning
        for item in products.states(planned)
        for warning in BatchResults(planned).log(item, 0).warnings
        if "shared cache" in warning
    }
    assert len(warnings) == 1
    assert warnings.pop().endswith("this machine measures by itself")
    away.rename(share)
    for result in OutputFolder(planned).results.rglob("*.zip"):
        result.unlink()
    OutputFolder(planned).merged.unlink()
    measure(planned, share, tmp_path / "second.sqlite", Told())
    assert list(share.rglob("*.piece"))
    products.assert_equal(planned, undisturbed.out)


def test_damaged_evidence_on_the_share_is_measured_anew(
    planned: Path, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    share = tmp_path / "share"
    measure(planned, share, tmp_path / "first.sqlite", Told())
    pieces = list(share.rglob("*.piece"))
    assert pieces
    for number, piece in enumerate(pieces):
        content = piece.read_bytes()
        piece.write_bytes((content[:-7], b"", content[:-1] + b"\0", b"{}\n")[number % 4])
    for result in OutputFolder(planned).results.rglob("*.zip"):
        result.unlink()
    OutputFolder(planned).merged.unlink()
    measure(planned, share, tmp_path / "second.sqlite", Told())
    products.assert_equal(planned, undisturbed.out)
