"""Removal of what a manifest lists, and of nothing else."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from shotlog_installer import files
from shotlog_installer.errors import explain
from shotlog_installer.manifest import Manifest, Record


@dataclass
class Removal:
    """Result of a removal.

    Attributes:
        removed: Number of files, links and trees that are gone.
        kept: Files that the user changed, which stay.
        returned: Files of the user's that have their names again.
        filled: Folders of ours that stay, because there is something of others in them.
    """

    removed: int = 0
    kept: list[Path] = field(default_factory=list)
    returned: list[Path] = field(default_factory=list)
    filled: list[Path] = field(default_factory=list)


def remove(manifest: Manifest, part: str | None = None) -> Removal:
    """Remove what a part of an installation made; all of it without a part.

    The list itself goes with the last part. It can be called again after an interruption.

    Raises:
        InstallError: Something cannot be removed; it stays in the list.
    """
    done = Removal()
    try:
        for record in [each for each in manifest.of(part) if each.kind != "folder"]:
            _remove_one(record, done)
            manifest.records.remove(record)
    finally:  # what is gone and still listed after a kill does no harm
        manifest.save()
    for record in reversed([each for each in manifest.of(part) if each.kind == "folder"]):
        path = Path(record.path)
        if record.part == "installer":  # they hold the list
            continue
        if _remove_folder(path):
            manifest.records.remove(record)
        else:
            done.filled.append(path)
    manifest.save()
    if all(each.kind == "folder" for each in manifest.records):
        _remove_list(manifest)
    return done


def remove_stale(manifest: Manifest, part: str, current: set[Path]) -> list[Path]:
    """Remove files of an earlier version that this one no longer has.

    Returns:
        Files that the user changed, which stay.
    """
    done = Removal()
    stale = [each for each in manifest.of(part) if each.kind == "file"]
    for record in [each for each in stale if Path(each.path) not in current]:
        _remove_one(record, done)
        manifest.records.remove(record)
    manifest.save()
    return done.kept


def _remove_one(record: Record, done: Removal) -> None:
    path = Path(record.path)
    try:
        match record.kind:
            case "tree":
                if path.is_dir():
                    shutil.rmtree(path)
                    done.removed += 1
            case "link":
                with suppress(OSError):
                    if record.is_ours(str(path.readlink())):
                        path.unlink()
                        done.removed += 1
            case _:
                _remove_file(path, record, done)
    except OSError as error:
        raise explain(error) from error


def _remove_file(path: Path, record: Record, done: Removal) -> None:
    files.part_of(path).unlink(missing_ok=True)
    _remove_compiled(path)
    found = files.file_digest(path)
    if found is not None and not record.is_ours(found):
        done.kept.append(path)
        return
    if found is not None:
        path.unlink()
        done.removed += 1
    if record.kept and Path(record.kept).exists():
        Path(record.kept).replace(path)
        done.returned.append(path)


def _remove_compiled(path: Path) -> None:
    """Remove what Resolve's Python has compiled of a module."""
    if path.suffix != ".py":
        return
    folder = path.parent / "__pycache__"
    for compiled in folder.glob(f"{path.stem}.*.pyc*") if folder.is_dir() else ():
        compiled.unlink(missing_ok=True)
    _remove_folder(folder)


def _remove_folder(folder: Path) -> bool:
    """Remove a folder if it is empty; return True if it is gone."""
    with suppress(OSError):
        folder.rmdir()
    return not folder.exists()


def _remove_list(manifest: Manifest) -> None:
    """Remove the list, and the folders that were made for it."""
    for path in (manifest.path, files.part_of(manifest.path)):
        path.unlink(missing_ok=True)
    ours = [manifest.path.parent, manifest.path.parent.parent]  # installer/ in shotlog/
    made = [Path(each.path) for each in manifest.records if each.kind == "folder"]
    for folder in sorted({*ours, *made}, key=lambda each: len(each.parts), reverse=True):
        _remove_folder(folder)
