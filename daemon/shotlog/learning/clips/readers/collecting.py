"""Collection of labelled clips: labels in our vocabulary, what is left out, clips named twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shotlog.learning.clips.labelled import DataSet, LabelledClip, Part
from shotlog.models.analysis import read_label
from shotlog.schema import UNDEFINED, VOCABULARIES, DataSetUnreadable, Family, TimeRange


@dataclass
class _Collected:
    """A clip under way: names of labels by family, in the vocabulary's order."""

    id: str
    film: str
    part: Part | None
    labels: dict[Family, tuple[str, ...]]


class ClipCollector:
    """Collector of the clips of one data set, for its reader.

    A label may be spelled as in Shotlog or as it is displayed: ``pan_left``, ``Pan Left``.
    ``undefined`` is no class to learn. Several moves of a clip hold together; a clip with several
    sizes or movements has none.

    Args:
        families: Families whose labels are wanted.
    """

    def __init__(self, families: Sequence[Family]) -> None:
        self._families = tuple(families)
        self._clips: dict[tuple[Path, TimeRange | None], _Collected] = {}
        self._ids: set[str] = set()
        self._contested: set[tuple[Path, TimeRange | None]] = set()
        self._skipped: Counter[str] = Counter()
        self._unlabelled: Counter[str] = Counter()

    def skip(self, reason: str) -> None:
        """Count a clip that is left out."""
        self._skipped[reason] += 1

    def add(
        self,
        name: str,
        path: Path,
        texts: Mapping[Family, Iterable[str]],
        *,
        film: str,
        span: TimeRange | None = None,
        part: Part | None = None,
        joins: bool = False,
    ) -> None:
        """Add a clip, or count the reason why it is left out.

        Args:
            name: Its id; a number is added where another clip bears it.
            path: Its media file.
            texts: Its labels by family, as the data set spells them.
            film: Its film.
            span: Its range in media time; None for the whole file.
            part: Its part in the data set's own split.
            joins: True where a clip that comes again adds moves to those that are known; False
                where it tells all its labels each time, so that other labels contradict.
        """
        key = (path, span)
        if key not in self._clips and not path.is_file():
            self.skip("its file is missing")
            return
        found, reasons = self._read(texts)
        if not found:
            self.skip("; ".join(reasons))
            return
        self._unlabelled.update(reasons)
        known = self._clips.get(key)
        if known is None:
            self._clips[key] = _Collected(self._unique(name), film, part, found)
            return
        for family, labels in found.items():
            known.labels[family] = self._merged(
                key, known.labels.get(family), labels, family, joins
            )

    def finish(
        self, name: str, subject: str, *, licence: str = "", warnings: Iterable[str] = ()
    ) -> DataSet:
        """Return the data set.

        Args:
            name: Its name, for the model card.
            subject: Its path, for people.
            licence: Its terms.
            warnings: Sentences of the reader.

        Raises:
            DataSetUnreadable: It has no clip that can be used.
        """
        clips = tuple(self._finished(key) for key in self._clips if key not in self._contested)
        if self._contested:
            self._skipped["its labels contradict each other"] += len(self._contested)
        if not clips:
            told = "; ".join(f"{count} times: {text}" for text, count in self._skipped.items())
            raise DataSetUnreadable(subject, f"no clip of it can be used ({told or 'it is empty'})")
        partly = (f"{count} clips are used without: {text}" for text, count in self._sorted())
        return DataSet(name, clips, self._skipped, licence, (*warnings, *partly))

    def _read(
        self, texts: Mapping[Family, Iterable[str]]
    ) -> tuple[dict[Family, tuple[str, ...]], list[str]]:
        """Return the labels by wanted family, and why families have none."""
        found: dict[Family, tuple[str, ...]] = {}
        reasons: list[str] = []
        for family in self._families:
            given = list(texts.get(family, ()))
            named = {text: read_label(family, text) for text in given}
            names = {name for name in named.values() if name and name != UNDEFINED}
            if names and (family is Family.MOVE or len(names) == 1):
                found[family] = _ordered(family, names)
            elif names:
                reasons.append(f"several labels of {family}")
            elif given:
                reasons.append(f"{family} '{', '.join(given)}' is no class")
            else:
                reasons.append(f"no label of {family}")
        return found, reasons

    def _merged(
        self,
        key: tuple[Path, TimeRange | None],
        old: tuple[str, ...] | None,
        new: tuple[str, ...],
        family: Family,
        joins: bool,
    ) -> tuple[str, ...]:
        if old is None or old == new:
            return new
        if joins and family is Family.MOVE:
            return _ordered(family, {*old, *new})
        self._contested.add(key)
        return old

    def _finished(self, key: tuple[Path, TimeRange | None]) -> LabelledClip:
        path, span = key
        clip = self._clips[key]
        return LabelledClip(clip.id, path, span, clip.labels, clip.film, clip.part)

    def _unique(self, name: str) -> str:
        unique, number = name, 1
        while unique in self._ids:
            number += 1
            unique = f"{name}#{number}"
        self._ids.add(unique)
        return unique

    def _sorted(self) -> list[tuple[str, int]]:
        return self._unlabelled.most_common()


def _ordered(family: Family, names: set[str]) -> tuple[str, ...]:
    return tuple(name for name in VOCABULARIES[family].names if name in names)
