"""AAF files that are damaged, or made to do harm: a sentence, and no wait."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any

import pytest

from shotlog.schema import ShotlogError, TimelineError, TimelineUnreadable
from tests.otio.aaf.making import Film, make, write_named
from tests.otio.aaf.reading import FORMAT, inspect


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The content of a file that is in order."""
    path = tmp_path_factory.mktemp("aaf") / "cut.aaf"
    write_named(path, ["a", "b"])
    return path.read_bytes()


def read(path: Path) -> str:
    """The outcome of reading a file: the sentence that it is refused with, or nothing."""
    try:
        inspect(path)
    except ShotlogError as error:
        message: str = error.problem.message
    else:
        message = ""
    return message


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [(0, "the file is empty"), (100, "damaged or cut off"), (512, "damaged or cut off"),
     (20000, "damaged or cut off")],
)  # fmt: skip
def test_a_file_that_is_cut_off_says_so(
    tmp_path: Path, sound: bytes, kept: int, sentence: str
) -> None:
    path = tmp_path / "cut.aaf"
    path.write_bytes(sound[:kept])
    with pytest.raises(TimelineUnreadable, match=sentence):
        FORMAT.read(path)


def test_another_kind_of_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cut.aaf"
    path.write_bytes(b"<xmeml/>" * 100)
    with pytest.raises(TimelineUnreadable, match="no AAF"):
        FORMAT.read(path)


def test_a_chain_of_tables_without_end_is_not_followed(tmp_path: Path, sound: bytes) -> None:
    raw = bytearray(sound)
    first, count = 5, 0xFFFFFFF0
    struct.pack_into("<II", raw, 68, first, count)
    # A table of tables that names itself as the next one.
    struct.pack_into("<I", raw, (first + 2) * 4096 - 4, first)
    path = tmp_path / "cut.aaf"
    path.write_bytes(raw)
    assert "damaged" in read(path)


def test_sequences_that_show_each_other_are_refused(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        one, two = film.sequence("one"), film.sequence("two", usage="LowerLevel")
        slot = film.track(one, film.filler(10))
        inner = film.track(two, film.clip(one, 0, 10, slot=slot.slot_id))
        slot.segment = film.run(film.clip(two, 0, 10, slot=inner.slot_id))

    with pytest.raises(TimelineUnreadable, match="shows itself"):
        inspect(make(tmp_path / "ring.aaf", build))


def test_nests_that_multiply_are_refused(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        shown, slot = film.master("a"), 1
        for level in range(12):
            mob = film.sequence(f"level {level}", usage="LowerLevel" if level < 11 else "TopLevel")
            clips = (film.clip(shown, 0, 10, slot=slot) for _ in range(10))
            shown, slot = mob, film.track(mob, *clips).slot_id

    with pytest.raises(TimelineUnreadable, match="more than 100000 clips"):
        inspect(make(tmp_path / "bomb.aaf", build))


def test_effects_in_effects_without_end_are_refused(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        inner: Any = film.clip(film.master("a"), 0, 10)
        for _ in range(110):
            inner = film.effect("Resize", 10, inner)
        film.track(film.sequence(), inner)

    with pytest.raises(TimelineUnreadable, match="nested too deeply"):
        inspect(make(tmp_path / "deep.aaf", build))


@pytest.mark.parametrize("length", [2**62, -5])
def test_one_impossible_length_costs_its_track_alone(tmp_path: Path, length: int) -> None:
    def build(film: Film) -> None:
        mob = film.sequence()
        film.track(mob, film.clip(film.master("a"), 0, 10), number=1)
        bad = film.track(mob, film.clip(film.master("b"), 0, 10), number=2)
        bad.segment["Components"].value[0].length = length

    found = inspect(make(tmp_path / "cut.aaf", build))
    assert [c.name for c in found.clips] == ["a"]
    assert "one of its tracks cannot be read" in found.problems[0].message


@pytest.mark.parametrize("rate", ["0/1", "-24/1", "2000000000/1"])
def test_an_impossible_rate_costs_its_track_alone(tmp_path: Path, rate: str) -> None:
    def build(film: Film) -> None:
        mob = film.sequence()
        film.track(mob, film.clip(film.master("a"), 0, 10))
        wave = film.clip(film.master("w", kind="sound"), 0, 10, kind="sound")
        film.track(mob, wave, kind="sound")["EditRate"].value = rate

    found = inspect(make(tmp_path / "cut.aaf", build))
    assert ([c.name for c in found.clips], found.sound) == (["a"], ())
    assert "units a second" in found.problems[0].message


def test_an_impossible_start_costs_its_clip_alone(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        a = film.master("a")
        film.track(film.sequence(), film.clip(a, 2**62, 10), film.clip(a, 5, 10))

    found = inspect(make(tmp_path / "cut.aaf", build))
    assert [(c.record_in, c.source_in * 24) for c in found.clips] == [(0, 0), (10, 5)]
    assert [(p.index, "out of all bounds" in p.message) for p in found.problems] == [(0, True)]


def test_mutated_files_are_read_or_refused_in_time(tmp_path: Path, sound: bytes) -> None:
    chance = random.Random(12)  # noqa: S311 (the same files every time)
    path = tmp_path / "cut.aaf"
    outcomes = set()
    for _ in range(150):
        raw = bytearray(sound)
        for _ in range(chance.choice((1, 4, 40))):
            at = chance.randrange(24, len(raw) - 4)
            raw[at : at + 4] = chance.choice(
                (b"\0\0\0\0", b"\xff\xff\xff\xff", chance.randbytes(4))
            )
        path.write_bytes(raw[: chance.choice((len(raw), chance.randrange(len(raw))))])
        outcomes.add(bool(read(path)))
    assert outcomes == {True, False}


def test_a_folder_is_no_aaf(tmp_path: Path) -> None:
    (tmp_path / "cut.aaf").mkdir()
    with pytest.raises(TimelineError):
        FORMAT.read(tmp_path / "cut.aaf")
