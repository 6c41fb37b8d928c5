"""Outputs that are written beside their places, and notes by which those that changed are known."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from shotlog.batch.store.layout import OutputFolder
from shotlog.files import output_errors, replace_file
from shotlog.schema import OutputNotWritable, readable
from shotlog_otio import timeline_identity

_HINT = "Move it elsewhere, or give another folder with --out; then run again."


class WrittenOutputs:
    """The notes of an output folder.

    A note holds the identities of the contents of ours that may lie in the place of an output: the
    one that was written and, while it is being replaced, the one before. A file with any other
    content is an editor's, or another program's, and stays.

    Args:
        folder: The output folder.
    """

    def __init__(self, folder: OutputFolder) -> None:
        self._folder = folder

    @contextmanager
    def replacing(self, relative: str) -> Iterator[Path]:
        """Yield the path of a draft that a block writes, which then replaces an output.

        The draft has the name of the output, in a folder of its own; further files that the block
        makes beside it become outputs beside the output. The note is written before the draft takes
        its place: a process may end at any moment, and nodes may write the same output at once.

        Args:
            relative: Path of the output within the folder.

        Raises:
            OutputNotWritable: An editor has changed the output, another program has written it, it
                is a link, or it cannot be written.
            DiskFull: There is no room.
        """
        path = self._folder.path_of(relative)
        drafts = self._folder.drafts / secrets.token_hex(8)
        with output_errors(path):
            self._check(relative)
            self._folder.make_parent(drafts / path.name)
        try:
            yield drafts / path.name
            with output_errors(path):
                made = sorted(drafts.iterdir())
            for draft in made:
                place = relative if draft.name == path.name else _beside(relative, draft.name)
                with output_errors(self._folder.path_of(place)):
                    self._put(draft, place)
        finally:
            with suppress(OSError):
                shutil.rmtree(drafts)

    def path_of(self, relative: str) -> Path:
        """Return the path of an output."""
        return self._folder.path_of(relative)

    def is_there(self, relative: str) -> bool:
        """Return True where a file is in the place of an output; a look at its folder alone."""
        return os.path.lexists(self._folder.path_of(relative))

    def lies_beside(self, relative: str, source: Path) -> bool:
        """Return True for an output in the folder of its source, where relative paths hold."""
        return self._folder.path_of(relative).parent == source.parent

    def exists(self, relative: str) -> bool:
        """Return True where an output of ours is there, as it was written or changed since."""
        return self._folder.path_of(relative).exists() and bool(self._known(relative))

    def _put(self, draft: Path, relative: str) -> None:
        """Note the content of a draft, and rename the draft to its place."""
        path, note = self._folder.path_of(relative), self._note(relative)
        before, identity = self._check(relative), timeline_identity(draft)
        self._folder.make_parent(note)
        self._folder.make_parent(path)
        self._write_note(note, relative, {identity, before})
        if draft.is_dir() and path.exists():  # a bundle: a folder is replaced in two steps
            path.rename(draft.with_name(f"{draft.name}.before"))
        draft.replace(path)
        if self._known(relative) != {identity}:  # or another node has written its own meanwhile
            self._write_note(note, relative, {identity})

    def _write_note(self, note: Path, relative: str, identities: Collection[str | None]) -> None:
        fields = {"path": readable(relative), "identities": sorted(filter(None, identities))}
        replace_file(note, json.dumps(fields).encode())

    def _check(self, relative: str) -> str | None:
        """Return the identity of the output that is there; None where none is.

        Raises:
            OutputNotWritable: What is there is not ours.
            OSError: It cannot be read.
        """
        path = self._folder.path_of(relative)
        if path.is_symlink():
            raise OutputNotWritable(str(path), "a link lies in the place of an output", _HINT)
        if not path.exists():
            return None
        # After the look at the file: its note is always written before it.
        known = self._known(relative)
        if not known:
            message = "this was not written by a batch, and is not written over"
            raise OutputNotWritable(str(path), message, _HINT)
        identity = timeline_identity(path)
        if identity not in known:
            message = "this was changed since Shotlog wrote it, and is not written over"
            raise OutputNotWritable(str(path), message, _HINT)
        return identity

    def _note(self, relative: str) -> Path:
        # A digest: names may be of any length and hold any bytes.
        name = blake2b(repr(relative).encode(), digest_size=16).hexdigest()
        return self._folder.written / name[:2] / f"{name}.json"

    def _known(self, relative: str) -> frozenset[str]:
        """Return the identities that are ours; none where the note is damaged: nobody knows."""
        with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            return frozenset(json.loads(self._note(relative).read_bytes())["identities"])
        return frozenset()


def _beside(relative: str, name: str) -> str:
    return f"{relative.rpartition('/')[0]}/{name}".removeprefix("/")
