"""A timeline with crops in it, whatever its format."""

from __future__ import annotations

from typing import NamedTuple


class PatchedCrops(NamedTuple):
    """The content of a timeline with crops.

    Attributes:
        content: The content of the file.
        written: Ids of clips whose crop was written.
        kept: Ids of clips whose key frames an editor has changed; they are kept.
        foreign: Names of clips that have a Transform of the editor's own.
        left: A sentence for each clip that cannot have key frames in this format.
    """

    content: bytes
    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
