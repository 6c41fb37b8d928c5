"""The output folder of a batch: where its files lie."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from shotlog.files import output_errors
from shotlog.paths import BATCH_FOLDER
from shotlog.schema import ManifestUnreadable, OutputNotWritable


class OutputFolder:
    """The files of one output folder; nodes may reach it by different paths.

    Args:
        root: The folder.

    Attributes:
        root: The folder, absolute.
        hidden: Folder of the plan and the results within it.
        manifest: The plan.
        shards: Folder of the shards.
        results: Folder of the results, by the first two digits of their names.
        attempts: Folder with a note for each item that is being worked on.
        written: Folder with a note for each output: what was written there.
        library: The library of all shots.
        index: The page of all timelines.
        table: The shots as CSV.
        parquet: The shots as Parquet.
        drafts: Folder of outputs that are being written.
        pictures: Folder of the pictures of the page.
        merged: Note of the results that library and page hold.
        lock: Lock of the batch that is at work, where the file system has locks.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.hidden = self.root / BATCH_FOLDER
        self.manifest = self.hidden / "manifest.json"
        self.shards = self.hidden / "shards"
        self.results = self.hidden / "results"
        self.attempts = self.hidden / "attempts"
        self.written = self.hidden / "written"
        self.drafts = self.hidden / "drafts"
        self.pictures = self.hidden / "pictures"
        self.merged = self.hidden / "merged.json"
        self.lock = self.hidden / "lock"
        self.library = self.root / "library.sqlite"
        self.index = self.root / "index.html"
        self.table = self.root / "shots.csv"
        self.parquet = self.root / "shots.parquet"

    @classmethod
    def of_shard(cls, shard: Path) -> OutputFolder:
        """Return the output folder that a shard lies in, by whatever path it was named.

        Raises:
            ManifestUnreadable: It does not lie in an output folder.
        """
        path = Path(os.path.abspath(shard))  # noqa: PTH100  # links are named by their own names
        folder = cls(path.parents[min(2, len(path.parents) - 1)])
        if folder.shards != path.parent:
            message = "it does not lie in the output folder of a batch"
            hint = f"Name it where it was planned, in {BATCH_FOLDER}/shards of the output folder."
            raise ManifestUnreadable(str(shard), message, hint)
        return folder

    def make(self) -> None:
        """Make the folder and what it holds.

        Raises:
            OutputNotWritable: It cannot be made.
            DiskFull: There is no room.
        """
        if self.root.exists() and not self.root.is_dir():
            hint = "Name a folder with --out."
            raise OutputNotWritable(str(self.root), "this is no folder", hint)
        with output_errors(self.root):
            for folder in (self.shards, self.results, self.attempts, self.written):
                folder.mkdir(parents=True, exist_ok=True)

    def unmake(self) -> None:
        """Remove what :meth:`make` has made, if nothing was put into it."""
        with suppress(OSError):
            self.lock.unlink(missing_ok=True)
            for folder in (self.shards, self.results, self.attempts, self.written):
                folder.rmdir()
            self.hidden.rmdir()
            self.root.rmdir()

    def make_parent(self, path: Path) -> None:
        """Make the folder of a file below the output folder, but never that folder itself.

        Where a share has vanished, its files would otherwise be made on the disk beneath.

        Raises:
            OSError: The output folder is not there, or the folder cannot be made.
        """
        above = self.hidden if self.hidden in path.parents else self.root
        for part in path.parent.relative_to(above).parts:
            above /= part
            try:
                above.mkdir()
            except FileExistsError:
                if not above.is_dir():
                    raise

    def path_of(self, relative: str) -> Path:
        """Return the path of an output that a plan names."""
        return self.root / relative
