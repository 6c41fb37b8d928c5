"""The paths that a client of the server may read and write."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shotlog.schema import ClipRange, Edit, MediaReference, ShotlogError, readable
from shotlog.service.daemon import load_options
from shotlog.service.runtime import DaemonPaths
from shotlog.service.security import paths_outside

_OUTSIDE = "this is outside the folders that this server may read"

_NAMED = 5
"""Largest number of paths that a text names."""


class PathRefused(ShotlogError):
    """A path that this server may not read or write."""

    message = "this path may not be used"
    hint = "Give an absolute path within the folders that this server was started for."


@dataclass(frozen=True)
class Access:
    """The folders that a client may use.

    Links are resolved in folders and paths alike: a link within a folder may lead out of it, and a
    path may climb out by ``..``.

    Attributes:
        roots: Folders that may be read; empty allows every path, as for the daemon.
        writable: Folders that may be written to, and read; empty allows no writing.
    """

    roots: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()

    @classmethod
    def of(cls, roots: Sequence[Path], writable: Sequence[Path], context: str) -> Access:
        """Return the access for the options of a command.

        Args:
            roots: Folders to read; empty takes the roots of the daemon.
            writable: Folders to write to.
            context: Name of the daemon.

        Raises:
            PathRefused: There is no such folder.
            DaemonError: The options of the daemon cannot be read.
        """
        for option, folders in (("--root", roots), ("--allow-write", writable)):
            for folder in folders:
                if not folder.is_dir():
                    hint = f"Name a folder with {option}."
                    raise PathRefused(str(folder), "there is no folder of this name", hint)
        own = roots or load_options(DaemonPaths(context)).roots
        return cls(_absolute(own), _absolute(writable))

    def check_readable(self, path: str) -> Path:
        """Return the path of a file or folder that may be read; it need not exist.

        Raises:
            PathRefused: It may not be read.
        """
        found = _absolute_path(path)
        if self.roots and not _is_inside(found, (*self.roots, *self.writable)):
            raise PathRefused(path, _OUTSIDE, self._more)
        return found

    def check_writable(self, path: str) -> Path:
        """Return the path of a file that may be written, if none is there.

        Raises:
            PathRefused: It may not be written.
        """
        found = _absolute_path(path)
        if not self.writable:
            message = "this server may not write"
            hint = "Its user allows it with: shotlog mcp --allow-write FOLDER."
            raise PathRefused(path, message, hint)
        if not _is_inside(found, self.writable):
            message = "this is outside the folders that this server may write to"
            hint = f"It may write to: {name_paths(self.writable)}."
            raise PathRefused(path, message, hint)
        return found

    def restrict(self, edit: Edit) -> Edit:
        """Return an edit in which clips of media that may not be read have a problem instead.

        So they cost no other clip, and nothing of them is looked at.
        """
        roots = (*self.roots, *self.writable) if self.roots else ()
        outside = frozenset(paths_outside(roots, edit))
        if not outside:
            return edit

        def refused(clip: ClipRange) -> ClipRange:
            media = clip.media
            if media is None or outside.isdisjoint(paths_of(media)):
                return clip
            problem = PathRefused(media.path, _OUTSIDE, self._more).problem
            told = problem.model_copy(update={"clip": clip.id})
            return clip.model_copy(update={"media": None, "problem": told})

        clips, sound = tuple(map(refused, edit.clips)), tuple(map(refused, edit.sound))
        return edit.model_copy(update={"clips": clips, "sound": sound})

    @property
    def _more(self) -> str:
        """Advice on a path that may not be read."""
        return f"It may read: {name_paths(self.roots)}. To allow more: shotlog mcp --root FOLDER."


def paths_of(media: MediaReference) -> tuple[str, ...]:
    """Return the path of media, and of numbered pictures their pattern."""
    return (media.path,) if media.sequence is None else (media.path, media.sequence.pattern)


def _absolute(folders: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(folder.absolute() for folder in folders)


def _absolute_path(path: str) -> Path:
    found = Path(path)
    # A relative path would start from the folder in which the client happened to start the server.
    if "\0" in path or not found.is_absolute():
        raise PathRefused(path.replace("\0", "\\0") or "(no path)", "this is no absolute path")
    return found


def _is_inside(path: Path, folders: Sequence[Path]) -> bool:
    real = Path(_real_path(path))
    return any(real.is_relative_to(_real_path(folder)) for folder in folders)


def _real_path(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))


def name_paths(paths: Sequence[Path | str]) -> str:
    """Return the first of some paths, for people."""
    more = f" and {len(paths) - _NAMED} more" if paths[_NAMED:] else ""
    return ", ".join(readable(str(path)) for path in paths[:_NAMED]) + more
