"""The media of events: the files that their names may stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from shotlog_otio.edl.events import NO_REEL
from shotlog_otio.lookup import is_file
from shotlog_otio.references import ClipMedia, MediaFinder, generated
from shotlog_otio.relinking import Relinks

GENERATED = {"BL": "black", "BLACK": "black", "BARS": "colour bars"}
"""Reels of what no tape holds: black, and the bars of a generator."""


class EdlMedia:
    """Finder of the media of one list.

    A list has no paths, but names: the source file, the clip, the reel. The media lie beside the
    list, often with a suffix that the name does not have.

    Args:
        path: The list.
        relinks: The places to which media have moved.
        reels: The real reels, by the shortened ones.
    """

    def __init__(self, path: Path, relinks: Relinks, reels: Mapping[str, str]) -> None:
        self._finder = MediaFinder.beside(path, relinks)
        self._folder = path.absolute().parent
        self._reels = reels

    def of_event(self, label: str, *, file: str, name: str, reel: str) -> ClipMedia:
        """Return the media of an event.

        Args:
            label: Name of the clip, for errors.
            file: The source file that a comment gives; may be empty.
            name: The clip's name that a comment gives; may be empty.
            reel: The reel.
        """
        kind = GENERATED.get(reel.upper())
        if kind is not None:
            return generated(label, kind)
        real = self._reels.get(reel, reel)
        names = [text for text in (file, name, real if reel.upper() not in NO_REEL else "") if text]
        written = next(iter(names), None)
        found = next(self._present(names), None)
        if found is None or found == written:
            return self._finder.clip_media(label, written)
        media = self._finder.clip_media(label, found)
        # The name in the list is what people know.
        return ClipMedia(media.reference, None, media.problem, media.warnings, written)

    def _present(self, names: Sequence[str]) -> Iterator[str]:
        """Yield the names and files that are on this machine, the surest first."""
        for name in names:
            if any(map(is_file, self._finder.files.absolute_paths(self._finder.paths(name)))):
                yield name
            similar = self._stems.get(name.casefold(), [])
            if len(similar) == 1:
                yield similar[0]

    @cached_property
    def _stems(self) -> Mapping[str, list[str]]:
        stems: dict[str, list[str]] = {}
        with suppress(OSError, ValueError):
            for entry in self._folder.iterdir():
                if entry.suffix.lower() not in ("", ".edl") and not entry.name.startswith("."):
                    stems.setdefault(entry.stem.casefold(), []).append(str(entry))
        return stems
