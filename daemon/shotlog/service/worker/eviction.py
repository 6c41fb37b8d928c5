"""Head-room on a device, and the choice of the models to evict for another."""

from __future__ import annotations

from collections.abc import Sequence

GIB = 1024**3


def reserved_bytes(total: int) -> int:
    """Return the bytes of a device that are reserved for the editing program.

    Args:
        total: Size of the device's memory in bytes.
    """
    return max(total // 10, GIB)


def select_victims(sizes: Sequence[int], required: int) -> list[int] | None:
    """Select the models to evict, in LRU order and only as many as needed.

    Args:
        sizes: Bytes of each idle model, the least recently used first.
        required: Bytes that must become free.

    Returns:
        Indices into ``sizes``: the shortest prefix that frees enough, without those of its members
        that are not needed for it. None where all models together do not free enough.
    """
    freed, victims = 0, []
    for index, size in enumerate(sizes):
        if freed >= required:
            break
        freed += size
        victims.append(index)
    if freed < required:
        return None
    # A large model at the end of the prefix may make small ones before it unnecessary: spare the
    # most recently used of those first.
    for index in reversed(victims.copy()):
        if freed - sizes[index] >= required:
            freed -= sizes[index]
            victims.remove(index)
    return victims
