"""The plan of a batch: options, items, shards and the manifest, as data and as files."""

from shotlog.batch.manifest.files import (
    digest_of,
    encode,
    read_manifest,
    read_shard,
    write,
)
from shotlog.batch.manifest.model import (
    VERSION,
    BatchManifest,
    BatchOptions,
    Item,
    Kind,
    OutputPlace,
    PassedOver,
    Shard,
    ShardEntry,
)

__all__ = [
    "VERSION",
    "BatchManifest",
    "BatchOptions",
    "Item",
    "Kind",
    "OutputPlace",
    "PassedOver",
    "Shard",
    "ShardEntry",
    "digest_of",
    "encode",
    "read_manifest",
    "read_shard",
    "write",
]
