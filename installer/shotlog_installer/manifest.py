"""The list of everything that an installation made, so that exactly that can be removed.

Each file is listed before it is written, so that an interruption leaves nothing unknown. A file
that no longer has the content that was written is the user's: never overwritten, never removed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from shotlog_installer import files
from shotlog_installer.errors import InstallError, explain

LAYOUT = 1

Kind = Literal["folder", "file", "link", "tree"]


@dataclass
class Record:
    """Something that an installation made.

    Attributes:
        path: Its absolute path.
        kind: A ``folder`` is removed when it is empty, a ``tree`` with all that is in it.
        part: Part of the installation that it belongs to: ``scripts``, ``environment``.
        sha256: Digest of a file, target of a link; None until it was written.
        coming: The same of what is about to be written over it; several after interruptions.
        kept: Where a file of the user's lies that had this path before; it returns on removal.
    """

    path: str
    kind: Kind
    part: str
    sha256: str | None = None
    coming: list[str] = field(default_factory=list)
    kept: str | None = None

    def is_ours(self, found: str | None) -> bool:
        """Return True if a digest is that of something which we wrote."""
        return found is not None and found in (self.sha256, *self.coming)


@dataclass
class Manifest:
    """The list of an installation, in a file that is saved with every change.

    Attributes:
        path: The file.
        records: What was made, in its order.
        facts: What else later runs need, such as the version; texts by name.
    """

    path: Path
    records: list[Record] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """Read a list; without the file it is empty.

        Raises:
            InstallError: The file cannot be read, or is of a newer version.
        """
        try:
            content = json.loads(path.read_text("utf-8"))
            if content["layout"] > LAYOUT:
                raise InstallError(
                    path,
                    "a newer version of Shotlog wrote this list of installed files",
                    "Use the installer of that version, or a newer one.",
                )
            records = [Record(**each) for each in content["made"]]
            for each in records:
                each.coming = list(each.coming)
                Path(each.path)
            return cls(path, records, dict(content["facts"]))
        except FileNotFoundError:
            return cls(path)
        except OSError as error:
            raise explain(error, path) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InstallError(
                path,
                "this list of installed files is damaged",
                f"Move it away and install again, which makes a new one: {path}",
            ) from error

    def reload(self) -> None:
        """Read the list again, after another process has changed it."""
        there = Manifest.load(self.path)
        self.records, self.facts = there.records, there.facts

    def save(self) -> None:
        """Write the list.

        Raises:
            InstallError: It cannot be written.
        """
        content = {
            "layout": LAYOUT,
            "facts": self.facts,
            "made": [asdict(record) for record in self.records],
        }
        try:
            self._list_folders([self.path.parent], "installer")
            self.path.parent.mkdir(parents=True, exist_ok=True)
            files.write(self.path, json.dumps(content, indent=1).encode() + b"\n", durable=True)
        except OSError as error:
            raise explain(error, self.path) from error

    def of(self, part: str | None = None) -> Iterator[Record]:
        """Yield the records of a part; of all parts without one."""
        yield from (each for each in self.records if part in (None, each.part))

    def find(self, path: Path) -> Record | None:
        """Return the record of a path, or None."""
        return next((each for each in self.records if each.path == str(path)), None)

    def make_folders(self, folders: Iterable[Path], part: str) -> None:
        """Make folders with their parents, and list those that were not there.

        Raises:
            OSError: One cannot be made.
        """
        self._make_folders(folders, part)
        self.save()

    def own_tree(self, folder: Path, part: str) -> None:
        """List a folder that is ours with all that is or will be in it.

        Raises:
            OSError: Its parents cannot be made.
        """
        self._make_folders([folder.parent], part)
        if self.find(folder) is None:
            self.records.append(Record(str(folder), "tree", part))
        self.save()

    def write(self, contents: Mapping[Path, bytes], part: str) -> list[Path]:
        """Write files, with their folders.

        Returns:
            The new names of files of the user's that had their names before.

        Raises:
            OSError: One cannot be written.
        """
        self._make_folders(dict.fromkeys(path.parent for path in contents), part)
        wanted = {path: self._expect(path, part, content) for path, content in contents.items()}
        self.save()
        put_aside = [
            aside
            for path, record in wanted.items()
            if (aside := self._write_one(path, record, contents[path])) is not None
        ]
        self.save()
        return put_aside

    def link(self, path: Path, target: Path, part: str) -> bool:
        """Make a link, unless something of another lies there.

        Returns:
            True if the link is ours now.

        Raises:
            OSError: It cannot be made.
        """
        record = self.find(path)
        there = _link_target(path)
        if (there is not None or path.exists()) and not (record and record.is_ours(there)):
            return there == str(target)
        self._make_folders([path.parent], part)
        if record is None:
            record = Record(str(path), "link", part)
            self.records.append(record)
        record.coming.append(str(target))
        self.save()
        if there != str(target):
            path.unlink(missing_ok=True)
            path.symlink_to(target)
        record.sha256, record.coming = str(target), []
        self.save()
        return True

    def _expect(self, path: Path, part: str, content: bytes) -> Record:
        record = self.find(path)
        if record is None:
            record = Record(str(path), "file", part)
            self.records.append(record)
        record.coming.append(files.digest(content))
        return record

    def _write_one(self, path: Path, record: Record, content: bytes) -> Path | None:
        found = files.file_digest(path)
        put_aside = None
        if found is not None and not record.is_ours(found):
            put_aside = _free_name(path)
            path.replace(put_aside)
            if record.sha256 is None:  # it was here before us, so it returns when we go
                record.kept = str(put_aside)
                self.save()
        wanted = files.digest(content)
        if found != wanted:
            files.write(path, content)
        record.sha256, record.coming = wanted, []
        return put_aside

    def _make_folders(self, folders: Iterable[Path], part: str) -> None:
        folders = list(folders)
        if self._list_folders(folders, part):
            self.save()
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)

    def _list_folders(self, folders: Iterable[Path], part: str) -> bool:
        """List the folders that are not there yet; return True if there are any."""
        missing = [
            each
            for folder in folders
            for each in reversed((folder, *folder.parents))
            if not each.exists()
        ]
        for each in missing:
            if self.find(each) is None:
                self.records.append(Record(str(each), "folder", part))
        return bool(missing)


def _link_target(path: Path) -> str | None:
    try:
        return str(path.readlink())
    except OSError:
        return None


def _free_name(path: Path) -> Path:
    """Return a name for a file of the user's; Resolve lists no scripts with such a suffix."""
    number = 1
    while True:
        name = path.with_name(f"{path.name}.yours{number if number > 1 else ''}")
        with suppress(OSError):
            if not name.exists():
                return name
        number += 1
