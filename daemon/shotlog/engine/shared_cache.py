"""A result cache that shares its evidence with other machines through a folder.

Every piece is a file of its own, under the content id of its media: written beside its place and
renamed, never changed, never locked. The same media and measure give the same piece on every
machine, so it does not matter who wrote it. The own cache is asked first; the folder may vanish and
come back, which costs time and is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path

import numpy as np

from shotlog.engine.cache import DEFAULT_CAP, Cache
from shotlog.engine.packing import checksum, pack_series, unpack_series
from shotlog.files import replace_file
from shotlog.schema import Series, TimeRange, readable

_LAYOUT = 1
"""Version of the files; files of another version are passed over."""
_ENDING = "ending.json"


class SharedCache(Cache):
    """A :class:`Cache` whose pieces are also written to a folder, and read from there.

    Args:
        path: As for :class:`Cache`.
        cap: As for :class:`Cache`; the folder itself is not limited.
        share: The folder.

    Raises:
        CacheError: The cache's own file cannot be opened.
    """

    def __init__(self, path: Path | None, cap: int = DEFAULT_CAP, *, share: Path) -> None:
        super().__init__(path, cap)
        self._share = share
        self._taken: set[Path] = set()
        with self._sharing():
            share.mkdir(parents=True, exist_ok=True)

    def pieces(self, media: str, measure: str) -> list[TimeRange]:
        """Return the ranges that a measure has covered, those that others have shared included."""
        with self._sharing():
            self._take_pieces(media, measure)
        return super().pieces(media, measure)

    def add(self, media: str, measure: str, span: TimeRange, series: Series) -> None:
        """Store a piece, and share it."""
        super().add(media, measure, span, series)
        header = {
            "layout": _LAYOUT, "start": str(span.start), "end": str(span.end),
            "tick": str(series.tick), "width": series.values.shape[1],
            "dtype": series.values.dtype.newbyteorder("<").str,
        }  # fmt: skip
        blob = pack_series(series)
        file = self._folder(media, measure) / f"{_digest(f'{span.start} {span.end}')}.piece"
        self._taken.add(file)
        with self._sharing():
            self._make_folder(file.parent)
            head = json.dumps(header | {"checksum": checksum(blob).hex()})
            replace_file(file, head.encode() + b"\n" + blob)

    def note_ending(self, media: str, finish: Fraction | None, damage: str | None) -> None:
        """Store the real end of a file and its damage, and share both."""
        super().note_ending(media, finish, damage)
        finish, damage = super().ending(media)  # with what was known before
        text = json.dumps({"finish": None if finish is None else str(finish), "damage": damage})
        with self._sharing():
            file = self._folder(media) / _ENDING
            self._make_folder(file.parent)
            replace_file(file, text.encode())

    def ending(self, media: str) -> tuple[Fraction | None, str | None]:
        """Return (end, damage); those that others have shared where this machine knows none."""
        own = super().ending(media)
        if own != (None, None):
            return own
        file = self._folder(media) / _ENDING
        if file in self._taken:
            return own
        with self._sharing():
            try:
                known = json.loads(file.read_bytes())
                finish = None if known["finish"] is None else Fraction(known["finish"])
                super().note_ending(media, finish, known["damage"])
            except FileNotFoundError:
                return own  # asked again: another machine may learn of it meanwhile
            except (ValueError, KeyError, TypeError):
                self._taken.add(file)  # damaged: this machine finds out for itself
        return super().ending(media)

    def _take_pieces(self, media: str, measure: str) -> None:
        try:
            files = sorted(self._folder(media, measure).glob("*.piece"))
        except FileNotFoundError:
            return
        known = super().pieces(media, measure) if files else []
        for file in files:
            if file in self._taken:
                continue
            self._taken.add(file)
            shared = _read(file)
            if shared is not None and shared[0] not in known:
                super().add(media, measure, *shared)

    def _folder(self, media: str, measure: str | None = None) -> Path:
        of_media = self._share / media[:2] / media
        return of_media if measure is None else of_media / _digest(measure)

    def _make_folder(self, folder: Path) -> None:
        """Make a folder below the share, but not the share: it may have vanished from its place."""
        place = self._share
        for part in folder.relative_to(self._share).parts:
            place /= part
            place.mkdir(exist_ok=True)

    @contextmanager
    def _sharing(self) -> Iterator[None]:
        """Go on without the folder where it cannot be used, with one warning."""
        try:
            yield
        except OSError as error:
            words = (
                f"the shared cache {readable(str(self._share))} cannot be used"
                f" ({error.strerror or error}); this machine measures by itself"
            )
            if words not in self.warnings:
                self.warnings.append(words)


def _read(file: Path) -> tuple[TimeRange, Series] | None:
    """Return a piece; None where it is damaged, or of another version."""
    head, _, blob = file.read_bytes().partition(b"\n")
    try:
        facts = json.loads(head)
        if facts["layout"] != _LAYOUT:
            return None
        if checksum(blob).hex() != facts["checksum"]:
            return None
        span = TimeRange.between(Fraction(facts["start"]), Fraction(facts["end"]))
        dtype = np.dtype(str(facts["dtype"]))
        return span, unpack_series(blob, Fraction(facts["tick"]), int(facts["width"]), dtype)
    except (ValueError, KeyError, TypeError):
        return None


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
