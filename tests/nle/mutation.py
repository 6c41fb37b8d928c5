"""Damage done to timeline files, as disks, mail gateways, editors and attackers do it."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_WORD = re.compile(rb"[A-Za-z][A-Za-z0-9_.:-]*")

EXTREMES = (
    b"0", b"-1", b"1", b"9223372036854775807", b"-9223372036854775808", b"18446744073709551616",
    b"1e308", b"NaN", b"Infinity", b"1/0", b"99999999999999999999999999", b"0.0000001", b"", b"x",
    b"00:00:00:00", b"99:99:99:99", b"2147483648", b"1001", b"24000/1001s",
)  # fmt: skip
"""Numbers and times at the edge of what programs hold, and beyond it."""


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _span(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + chance.choice((1, 5, 50, 500)))


def _remove(data: bytes, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 2, 40)) + data[end:]


def _exchange(data: bytes, chance: random.Random) -> bytes:
    (a, b), (c, d) = sorted((_span(data, chance), _span(data, chance)))
    return data if b > c else data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _number(data: bytes, chance: random.Random) -> bytes:
    return _replaced(data, _NUMBER, chance, EXTREMES)


def _word(data: bytes, chance: random.Random) -> bytes:
    words = list(dict.fromkeys(_WORD.findall(data)))
    return _replaced(data, _WORD, chance, words)


def _replaced(
    data: bytes, pattern: re.Pattern[bytes], chance: random.Random, values: Sequence[bytes]
) -> bytes:
    found = list(pattern.finditer(data))
    if not found or not values:
        return _flip(data, chance)
    chosen = chance.sample(found, min(len(found), chance.choice((1, 1, 1, 3))))
    for match in sorted(chosen, key=lambda m: -m.start()):
        data = data[: match.start()] + chance.choice(values) + data[match.end() :]
    return data


def _ends(data: bytes, chance: random.Random) -> bytes:
    return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"", b"\n\n", b"\0\n")))


def _encoded(data: bytes, chance: random.Random) -> bytes:
    codec = chance.choice(("utf-16", "utf-8-sig", "utf-32", "utf-16-be"))
    return data.decode("latin-1").encode(codec)


KINDS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut, _flip, _remove, _repeat, _exchange, _number, _number, _number, _word, _ends, _encoded,
)  # fmt: skip


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return a damaged copy of a file; of a zip file, in half of the cases, of what is in it."""
    if data.startswith(b"PK") and chance.random() < 0.5:
        return _inside(data, chance)
    for _ in range(chance.choice((1, 1, 2, 4))):
        if data:
            data = chance.choice(KINDS)(data, chance)
    return data


def _inside(data: bytes, chance: random.Random) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info, damaged(old.read(info), chance))
    return out.getvalue()
