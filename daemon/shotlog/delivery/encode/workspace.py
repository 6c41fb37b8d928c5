"""The folder beside a file in which it is made, so that it appears whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shotlog.files import move_into_place, output_errors


@contextmanager
def open_workspace(output: Path) -> Iterator[Path]:
    """Yield the path of a draft, in a folder of its own, that replaces a file when the block ends.

    After an error or Ctrl-C the old file is unchanged, and the folder is gone. A process that is
    killed leaves it behind, hidden; the next render of the same file removes it.

    Args:
        output: The file.

    Raises:
        OutputNotWritable: The file cannot be written.
        DiskFull: There is no room for it.
    """
    # Not the name itself, which may have the maximum length already.
    name = hashlib.blake2b(os.fsencode(output.name), digest_size=8).hexdigest()
    folder = output.with_name(f".shotlog-{name}.part")
    with output_errors(output):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            draft = folder / f"draft{output.suffix}"
            yield draft
            move_into_place(draft, output)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
