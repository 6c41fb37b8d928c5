"""Manifests and shards as files: written whole, read with every doubt told."""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from shotlog.batch.manifest.model import VERSION, BatchManifest, Shard
from shotlog.files import output_errors, replace_file
from shotlog.schema import ManifestTooNew, ManifestUnreadable, describe_faults

_File = TypeVar("_File", BatchManifest, Shard)


def read_manifest(path: Path) -> BatchManifest:
    """Read a manifest.

    Raises:
        ManifestUnreadable: It is not there, truncated, damaged, or was changed by hand.
        ManifestTooNew: A newer Shotlog wrote it.
    """
    return _read(path, BatchManifest)


def read_shard(path: Path) -> Shard:
    """Read a shard; errors as for :func:`read_manifest`."""
    return _read(path, Shard)


def encode(content: BatchManifest | Shard) -> bytes:
    """Return a manifest or a shard as the bytes of its file, with its digest."""
    sealed = content.model_copy(update={"digest": digest_of(content)})
    return (json.dumps(sealed.model_dump(mode="json"), indent=1, sort_keys=True) + "\n").encode()


def digest_of(content: BatchManifest | Shard) -> str:
    """Return the digest of all fields of a manifest or a shard but its digest."""
    fields = content.model_dump(mode="json", exclude={"digest"})
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def write(path: Path, content: bytes) -> None:
    """Write a file of a plan, whole or not at all; leave it alone where it is the same.

    Raises:
        OutputNotWritable: It cannot be written.
        DiskFull: There is no room.
    """
    with output_errors(path):
        if path.is_file() and path.read_bytes() == content:
            return  # the same plan again: nodes that read it at this moment see no change
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)


def _read(path: Path, kind: type[_File]) -> _File:
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"it cannot be read: {error.strerror or error}"
        raise ManifestUnreadable(str(path), message) from error
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = "it is empty" if not content.strip() else "it is truncated or damaged"
        raise ManifestUnreadable(str(path), message) from error
    version = fields.get("version") if isinstance(fields, dict) else None
    if isinstance(version, int) and version > VERSION:
        message = f"it has version {version}, and this Shotlog knows versions up to {VERSION}"
        raise ManifestTooNew(str(path), message)
    try:
        found = kind.model_validate(fields)
    except ValidationError as error:
        faults = describe_faults(error, "file")
        raise ManifestUnreadable(str(path), f"it is damaged: {faults}") from error
    if found.digest != digest_of(found):
        raise ManifestUnreadable(str(path), "it was changed after Shotlog had written it")
    return found
