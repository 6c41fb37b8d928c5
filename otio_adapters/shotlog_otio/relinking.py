"""Places to which the media of a timeline have moved, as the user tells them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shotlog.schema import SettingInvalid


@dataclass(frozen=True)
class Relinks:
    r"""A map of the beginnings of paths: ``E:\Media`` to ``/mnt/media``.

    Attributes:
        pairs: The former and the present beginnings, in the order in which they are tried.
    """

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Relinks:
        """Return the map that some texts ``OLD=NEW`` describe.

        Raises:
            SettingInvalid: A text has no ``=``, or nothing before it.
        """
        pairs = []
        for text in texts:
            old, sign, new = text.partition("=")
            if not old or not sign:
                raise SettingInvalid(
                    text, "this is no map of paths", r"Write it as OLD=NEW: 'E:\Media=/mnt/media'."
                )
            pairs.append((old, new))
        return cls(tuple(pairs))

    def apply(self, paths: Iterable[str]) -> list[str]:
        """Return paths with those to which they have moved before them, each once."""
        given = list(paths)
        moved = [m for path in given for old, new in self.pairs if (m := _moved(path, old, new))]
        return list(dict.fromkeys([*moved, *given]))


NO_RELINKS = Relinks()
"""The map that moves nothing."""


def _moved(path: str, old: str, new: str) -> str | None:
    """Return a path under its new beginning; None where it does not begin with the old one."""
    windows = "\\" in old or old[1:2] == ":"
    # Windows takes both slashes and ignores letter case.
    asked, begin = (_unified(text) if windows else text for text in (path, old))
    begin = begin.rstrip("/")
    if not asked.startswith(begin) or asked[len(begin) : len(begin) + 1] not in ("", "/"):
        return None
    rest = path[len(begin) :]
    if windows and "\\" not in new:
        rest = rest.replace("\\", "/")
    return new.rstrip("/\\") + rest


def _unified(path: str) -> str:
    return path.replace("\\", "/").lower()
