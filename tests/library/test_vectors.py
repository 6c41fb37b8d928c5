"""Search by words: the nearest vectors exactly, whatever the vectors are like."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import apsw
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from shotlog.library import Library, Query, Vector, merge, parse_query
from shotlog.library.vectors import Scanned, encode, nearest, rounding, to_unit
from shotlog.schema import LibraryError, LibraryUnreadable
from tests.library.logs import MODEL, random_vectors, search, shot, timeline, to_units

SIZE = 32
LARGE = 21_000  # more than are compared without a coarse scan
PER_TIMELINE = 3000


def like_clip(count: int, seed: int) -> Vector:
    """Return vectors that share a direction with large dimensions, many of them alike."""
    rng = np.random.default_rng(seed)
    shared = rng.standard_normal(SIZE) / 4
    shared[3] = 2
    scenes = rng.standard_normal((count // 50 + 1, SIZE)).repeat(50, axis=0)[:count]
    drawn = shared + 0.2 * scenes + 0.05 * rng.standard_normal((count, SIZE))
    drawn[7::97] = drawn[0]  # the same frames, used again and again
    return to_units(drawn)


@pytest.fixture(scope="module")
def stored() -> Vector:
    return like_clip(LARGE, 3)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, stored: Vector) -> Path:
    place = tmp_path_factory.mktemp("vectors") / "library.sqlite"
    shots = [shot(n, 1, size="CS" if n % 10 == 0 else "MS", moves=()) for n in range(PER_TIMELINE)]
    merge(
        place,
        (
            timeline(
                f"{number:03d}",
                shots,
                vectors=dict(enumerate(stored[number * PER_TIMELINE :][:PER_TIMELINE])),
            )
            for number in range(LARGE // PER_TIMELINE)
        ),
    )
    return place


def expected(stored: Vector, query: Vector, allowed: NDArray[np.bool_]) -> NDArray[np.float64]:
    similarities: NDArray[np.float64] = stored.astype(np.float64) @ query.astype(np.float64)
    return np.sort(similarities[allowed])[::-1]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("condition", ["", "MS and ", "CS and ", 'timeline:"002" and '])
def test_the_nearest_are_those_of_a_comparison_with_all(
    path: Path, stored: Vector, condition: str, seed: int
) -> None:
    query = random_vectors(1, SIZE, seed)[0] if seed else stored[5]
    rows = np.arange(LARGE)
    allowed = {
        "": rows >= 0,
        "MS and ": rows % 10 != 0,
        "CS and ": rows % 10 == 0,
        'timeline:"002" and ': rows // PER_TIMELINE == 2,
    }[condition]

    found = search(path, f'{condition}text:"x"', limit=250, vector=query)

    assert found.total == np.count_nonzero(allowed)
    told = np.array([hit.similarity for hit in found.hits])
    np.testing.assert_allclose(told, expected(stored, query, allowed)[:250], atol=1e-6)
    exact = stored.astype(np.float64) @ query.astype(np.float64)
    np.testing.assert_allclose([exact[hit.row - 1] for hit in found.hits], told, atol=1e-6)
    assert all(allowed[hit.row - 1] for hit in found.hits)


def test_equal_vectors_come_in_timeline_order(path: Path, stored: Vector) -> None:
    found = search(path, 'text:"x"', limit=300, vector=stored[0])
    equal = [hit.row for hit in found.hits if hit.similarity == found.hits[0].similarity]

    assert equal == [1, *range(8, LARGE + 1, 97)]


def test_pages_join_without_gap_or_overlap(path: Path) -> None:
    query = random_vectors(1, SIZE, 9)[0]
    with Library.open(path) as library:
        asked = parse_query('MS and text:"x"')
        pages = [
            library.find(asked, limit=40, offset=40 * n, text_vector=(MODEL, query)).hits
            for n in range(5)
        ]
        whole = library.find(asked, limit=200, text_vector=(MODEL, query)).hits
        every = library.find(asked, limit=None, text_vector=(MODEL, query)).hits
        none = library.find(asked, limit=0, text_vector=(MODEL, query))
    assert (none.hits, none.total) == ((), LARGE * 9 // 10)
    assert sum(pages, ()) == whole == every[:200]
    assert len(every) == LARGE * 9 // 10


def test_another_order_keeps_the_similarities(path: Path, stored: Vector) -> None:
    with Library.open(path) as library:
        found = library.find(
            Query(None, "x"), limit=5, offset=2, order="timeline", text_vector=(MODEL, stored[2])
        )
    assert [hit.row for hit in found.hits] == [3, 4, 5, 6, 7]
    told = np.array([hit.similarity for hit in found.hits])
    np.testing.assert_allclose(told, stored[2:7] @ stored[2], atol=1e-6)


def test_shots_without_a_vector_of_the_model_are_not_found(tmp_path: Path) -> None:
    path, two = tmp_path / "library.sqlite", random_vectors(2, 8)
    merge(
        path,
        [
            timeline("a", [shot(0), shot(2), shot(4)], vectors={1: two[0]}),
            timeline("b", [shot(0)], vectors={0: two[1]}, model="other"),
            timeline("c", [shot(0)]),
        ],
    )
    merge(path, [timeline("d", [shot(0)], vectors={0: two[1]}, model="aaa")])

    hits = search(path, 'text:"x"', vector=two[0]).hits
    assert [(hit.item, float(hit.start)) for hit in hits] == [("a", 2.0)]
    with Library.open(path) as library:
        assert library.models == ("aaa", MODEL, "other")
        found = library.find(Query(None, "x"), text_vector=("other", two[1]))
    assert [hit.item for hit in found.hits] == ["b"]
    assert found.hits[0].similarity == pytest.approx(1)


def test_a_description_without_its_model_says_what_to_fetch(path: Path, tmp_path: Path) -> None:
    unit = random_vectors(1, SIZE)[0]
    with Library.open(path) as library:
        for given, said in (
            (None, f"shotlog models pull {MODEL}"),
            (("siglip", unit), f"It has those of: {MODEL}"),
            ((MODEL, unit[:5]), f"{SIZE} numbers"),
            ((MODEL, unit * float("inf")), f"{SIZE} numbers"),
        ):
            with pytest.raises(LibraryError, match=said):
                library.find(Query(None, "x"), text_vector=given)
        with pytest.raises(LibraryError, match="nothing to be similar to"):
            library.find(Query(), order="similarity")
    bare = tmp_path / "bare.sqlite"
    merge(bare, [timeline("a", [shot(0)])])
    with Library.open(bare) as library, pytest.raises(LibraryError, match="shotlog models list"):
        library.find(Query(None, "x"))


def test_half_a_code_is_damage(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "library.sqlite"
    shutil.copyfile(path, copy)
    with closing(apsw.Connection(str(copy))) as db:
        db.execute("UPDATE code SET codes = x'0011' WHERE rowid = (SELECT max(rowid) FROM code)")
    with pytest.raises(LibraryUnreadable, match="damaged"):
        search(copy, 'text:"x"', limit=5, vector=random_vectors(1, SIZE)[0])


# --- the coarse scan


def units(count: int, size: int) -> st.SearchStrategy[Vector]:
    """Return vectors of length 1 with whatever numbers, large dimensions among them."""
    numbers = st.floats(-1, 1, width=32) | st.sampled_from([0.0, 1.0, -1.0, 1e-20])
    drawn = arrays.arrays(np.float32, (count, size), elements=numbers)
    return drawn.map(
        lambda some: np.array(
            [unit if (unit := to_unit(one)) is not None else np.eye(size)[0] for one in some],
            np.float32,
        )
    )


@given(st.integers(1, 12).flatmap(lambda size: st.tuples(units(6, size), units(1, size))))
def test_a_bound_is_never_below_the_similarity(drawn: tuple[Vector, Vector]) -> None:
    stored, (query,) = drawn
    _, centre, step, error, codes = encode(np.arange(len(stored)), stored)
    coarse = query @ centre + codes.astype(np.float32) @ (query * step)
    bounds = coarse + error + np.float32(rounding(len(query)))

    assert np.all(bounds >= stored.astype(np.float64) @ query.astype(np.float64))


@settings(max_examples=200)
@given(
    arrays.arrays(np.float64, st.integers(0, 40), elements=st.integers(0, 5).map(lambda n: n / 5)),
    st.integers(1, 12),
    st.data(),
)
def test_any_bounds_lead_to_the_nearest(
    similarities: NDArray[np.float64], wanted: int, data: st.DataObject
) -> None:
    slack = data.draw(
        arrays.arrays(np.float64, len(similarities), elements=st.sampled_from([0, 0.1, 0.5]))
    )
    passes = data.draw(arrays.arrays(np.bool_, len(similarities)))
    rows = np.arange(len(similarities), dtype=np.int64)

    def rescore(some: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        kept = some[passes[some]]
        return kept, similarities[kept]

    bounds = np.nextafter((similarities + slack).astype(np.float32), np.float32(2))
    found, told = nearest(Scanned(rows, bounds), wanted, rescore, first=2)

    best = sorted(rows[passes], key=lambda row: (-similarities[row], row))[:wanted]
    assert found.tolist() == best
    assert told.tolist() == similarities[best].tolist()
