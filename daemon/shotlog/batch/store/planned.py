"""The plan of an output folder, with all its items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shotlog.batch.manifest import BatchManifest, Item, Shard, read_manifest, read_shard
from shotlog.batch.store.layout import OutputFolder
from shotlog.batch.store.results import Record
from shotlog.schema import ManifestUnreadable


@dataclass(frozen=True)
class BatchPlan:
    """A plan that was read.

    Attributes:
        manifest: The manifest.
        shards: Its shards, in its order.
    """

    manifest: BatchManifest
    shards: tuple[Shard, ...]

    @cached_property
    def items(self) -> dict[str, Item]:
        """All items, by id, in the order of the shards."""
        return {item.id: item for shard in self.shards for item in shard.items}

    def supersedes(self, record: Record) -> bool:
        """Return True for a result that is not planned, of a file below the planned inputs."""
        if record.item.id in self.items:
            return False
        path = Path(record.item.path)
        roots = [Path(root) for root in self.manifest.roots]
        return any(root == path or root in path.parents for root in roots)


def read_plan(folder: OutputFolder) -> BatchPlan:
    """Read manifest and shards.

    Raises:
        ManifestUnreadable: One of them is not there, damaged, or changed; or they do not belong
            together.
        ManifestTooNew: A newer Shotlog wrote them.
    """
    manifest = read_manifest(folder.manifest)
    shards = []
    for entry in manifest.shards:
        path = folder.shards / entry.file
        shard = read_shard(path)
        if shard.digest != entry.digest:
            raise ManifestUnreadable(str(path), "it belongs to another plan than the manifest")
        shards.append(shard)
    return BatchPlan(manifest, tuple(shards))
