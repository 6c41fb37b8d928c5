"""Whatever an editor does to the markers of a timeline, exactly that is collected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shotlog.schema import MOVES, SIZES, UNDEFINED
from tests.corrections.cuts import (
    LENGTH,
    PIECES,
    OtioEditor,
    collect,
    mark,
    told,
    write_cut,
    write_films,
)

Row = tuple[Any, ...]
Moves = tuple[str, ...]

_SIZES = [name for name in SIZES.names if name != UNDEFINED]
_MOVES = [name for name in MOVES.names if name != UNDEFINED]
_SIGNS = st.sampled_from([" · ", " / ", ", ", " - "])


@dataclass(frozen=True)
class Written:
    """A marker as it was written: its labels, and the film frames of the shot and of the move."""

    name: str
    film: str
    shot: tuple[int, int]
    move_end: int
    size: str | None
    moves: Moves
    tells_size: bool = True


WRITTEN = (
    Written("MS · static", "a", (0, 48), 48, "MS", ("static",)),
    Written("CS · static", "b", (10, 58), 34, "CS", ("static",)),
    Written("pan_left", "b", (34, 58), 58, None, ("pan_left",), tells_size=False),
    Written("tilt_up", "a", (100, 148), 148, None, ("tilt_up",)),
    Written("FS", "b", (120, 168), 168, "FS", ()),
)


@dataclass(frozen=True)
class Edit:
    """The changes of an editor to one marker."""

    delete: bool = False
    labels: tuple[str | None, Moves] | None = None
    sign: str = " · "
    by: int = 0
    recolour: bool = False

    def name(self) -> str | None:
        """Return the new name; None where it stays."""
        if self.labels is None:
            return None
        size, moves = self.labels
        return self.sign.join(filter(None, (size, "+".join(moves)))) or "look at this"


LABELS = st.tuples(
    st.none() | st.sampled_from(_SIZES),
    st.lists(st.sampled_from(_MOVES), max_size=2, unique=True).map(tuple),
)
EDITS = st.just(Edit(delete=True)) | st.builds(
    Edit,
    labels=st.none() | LABELS,
    sign=_SIGNS,
    by=st.just(0) | st.integers(1, 20),
    recolour=st.booleans(),
)


@dataclass(frozen=True)
class Added:
    """A marker that an editor adds: the number of its clip, its first frame there, its length."""

    clip: int
    first: int
    length: int
    label: str


# Away from the frames of our markers: one that stands there may be ours without its tag.
ADDED = st.builds(
    Added,
    clip=st.integers(0, 3),
    first=st.integers(30, 38),
    length=st.integers(2, 8),
    label=st.sampled_from(_SIZES),
)


def expected(written: Written, edit: Edit) -> list[Row]:
    """Return what is to be collected of one marker."""
    start, end = written.shot
    size, moves = (written.size, written.moves) if edit.labels is None else edit.labels
    rows: list[Row] = []
    if written.tells_size:
        before, now = tuple(filter(None, [written.size])), tuple(filter(None, [size]))
        rows += _row(written.film, "size", edit, before, now, (start, end), end)
    place = (start, written.move_end)
    return rows + _row(written.film, "move", edit, written.moves, moves, place, end)


def _row(
    film: str, family: str, edit: Edit, before: Moves, now: Moves, place: tuple[int, int], end: int
) -> list[Row]:
    if edit.delete:
        return [(film, *place, family, "deleted", "")] if before else []
    if not before and not now:
        return []
    first, last = place[0] + edit.by, place[1]
    kind = "recoloured" if edit.recolour else "kept"
    kind = "moved" if edit.by else kind
    kind = "renamed" if set(before) != set(now) else kind
    return [(film, first, min(last, end), family, kind, "+".join(now))]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_films(tmp_path_factory.mktemp("made") / "films")


@pytest.fixture
def cut(films: Path, tmp_path: Path) -> tuple[Path, str]:
    """A marked cut, and its text before any edit."""
    path = write_cut(tmp_path / "cut.otio", films)
    mark(path)
    return path, path.read_text()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.tuples(*[EDITS] * len(WRITTEN)),
    added=st.lists(ADDED, max_size=3, unique_by=lambda each: (each.clip, each.first)),
)
def test_any_edits_are_told_and_nothing_else(
    edits: tuple[Edit, ...], added: list[Added], cut: tuple[Path, str]
) -> None:
    path, text = cut
    path.write_text(text)
    editor = OtioEditor(path)
    # Names first and last: two markers may bear one name after the edits.
    for number, written in enumerate(WRITTEN):
        editor.change(written.name, to=f"marker {number}")
    rows: list[Row] = []
    for number, (written, edit) in enumerate(zip(WRITTEN, edits, strict=True)):
        if edit.delete:
            editor.delete(f"marker {number}")
        else:
            editor.change(
                f"marker {number}", to=edit.name() or written.name, by=edit.by,
                colour="PINK" if edit.recolour else None,
            )  # fmt: skip
        rows += expected(written, edit)
    if all(edit.delete for edit in edits):
        rows = []  # cleared: nobody has looked at a label
    for each in added:
        film, first = PIECES[each.clip]
        start = first + each.first
        editor.add(each.label, each.clip * LENGTH + each.first, each.length)
        rows.append((film, start, start + each.length, "size", "added", each.label))
    assert told(collect(path)) == sorted(rows)
