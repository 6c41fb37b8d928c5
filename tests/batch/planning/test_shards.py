"""Division into shards."""

from __future__ import annotations

import random
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from shotlog.batch.manifest import Item
from shotlog.batch.planning import MAX_COST, MAX_ITEMS, divide


def item(number: int, media: tuple[int, ...], cost: float) -> Item:
    return Item(
        path=f"/season/{number}.otio",
        name=f"{number:04}.otio",
        output=f"{number}.marked.otio",
        report=f"{number}.html",
        id=f"{number:032x}",
        kind="timeline",
        media=tuple(sorted(f"{each:032x}" for each in set(media))),
        seconds=Fraction(1),
        cost=cost,
    )


items = st.lists(
    st.tuples(
        st.lists(st.integers(0, 30), max_size=4).map(tuple), st.floats(0, 3000, allow_nan=False)
    ),
    max_size=60,
).map(lambda facts: [item(n, media, cost) for n, (media, cost) in enumerate(facts)])


@given(items)
def test_every_item_is_in_one_shard(given_items: list[Item]) -> None:
    placed = [each.id for shard in divide(given_items) for each in shard]
    assert sorted(placed) == sorted(each.id for each in given_items)


@given(items, st.randoms(use_true_random=False))
def test_the_order_of_the_items_does_not_matter(
    given_items: list[Item], chance: random.Random
) -> None:
    shuffled = list(given_items)
    chance.shuffle(shuffled)
    assert divide(shuffled) == divide(given_items)


@given(items)
def test_the_costliest_shards_come_first(given_items: list[Item]) -> None:
    costs = [sum(each.cost for each in shard) for shard in divide(given_items)]
    assert costs == sorted(costs, reverse=True)


@example([item(0, (0,), MAX_COST + 1), item(1, (0,), 0.0)])
@given(items)
def test_no_shard_of_several_items_is_too_large(given_items: list[Item]) -> None:
    for shard in divide(given_items):
        assert len(shard) <= MAX_ITEMS
        assert len(shard) == 1 or sum(each.cost for each in shard) <= MAX_COST


def test_items_that_share_a_file_are_in_one_shard() -> None:
    given_items = [item(n, (n // 4,), 5.0) for n in range(200)]
    shards = divide(given_items)
    assert len(shards) > 1
    for shard in shards:
        for media in {each.media for each in shard}:
            others = [each for each in given_items if each.media == media]
            assert set(others) <= set(shard)


def test_a_file_that_all_use_does_not_make_one_shard_of_everything() -> None:
    logo = 999
    given_items = [item(n, (logo, n // 5), 60.0) for n in range(100)]
    shards = divide(given_items)
    assert len(shards) >= 4
    # The films beside the logo stay together as far as a shard has room.
    split = [
        m for m in range(20) if sum(any(f"{m:032x}" in i.media for i in s) for s in shards) > 1
    ]
    assert len(split) < len(shards)


def test_a_large_batch_is_divided_quickly_into_many_shards() -> None:
    given_items = [item(n, (n // 3, n % 7 + 50_000), 20.0) for n in range(3000)]
    shards = divide(given_items)
    assert len(shards) >= 3000 / MAX_ITEMS


def test_no_items_give_no_shard() -> None:
    assert divide([]) == []
