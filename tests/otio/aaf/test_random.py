"""Random sequences and markers: frames are exact at every rate, through this writer and back."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.otio.aaf.making import Film, make
from tests.otio.aaf.reading import FORMAT, inspect
from tests.otio.marking import marker

_RATES = [Fraction(24000, 1001), *map(Fraction, (24, 25)), Fraction(30000, 1001),
          *map(Fraction, (30, 48, 50)), Fraction(60000, 1001), Fraction(60)]  # fmt: skip

parts = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from(["clip", "filler", "nest", "fast", "back"])),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12)  # each takes a second
@given(
    rate=st.sampled_from(_RATES),
    start=st.integers(0, 10_000_000),
    drop=st.booleans(),
    items=parts,
    frames=st.dictionaries(st.integers(0, 400), st.integers(1, 90), max_size=8),
)
def test_what_was_made_is_read_and_markers_stand_where_they_were_put(
    rate: Fraction,
    start: int,
    drop: bool,
    items: list[tuple[int, str]],
    frames: dict[int, int],
) -> None:
    def build(film: Film) -> None:
        mob, a = film.sequence(start=start, drop=drop), film.master("a", rate=rate)
        warp = {"fast": Fraction(1, 2), "back": Fraction(-1)}
        inner = film.sequence("inner", usage="SubClip")
        nested = film.track(inner, film.clip(a, 0, 30), film.clip(a, 100, 60))
        made = []
        for length, kind in items:
            if kind in warp:
                source = film.clip(a, 0, length * (2 if kind == "fast" else 1))
                made.append(
                    film.effect("Motion Control", length, source, warp=True, ratio=warp[kind])
                )
            elif kind == "nest":
                made.append(film.clip(inner, 0, length, slot=nested.slot_id))
            else:
                made.append(film.clip(a, 7, length) if kind == "clip" else film.filler(length))
        film.track(mob, *made, film.clip(a, 0, 5))

    with tempfile.TemporaryDirectory() as folder:
        path = make(Path(folder, "cut.aaf"), build, rate)
        found = inspect(path)
        assert (found.rate, found.start_frame) == (rate, start)
        assert found.drop_frame == (drop and rate.denominator == 1001 and round(rate) % 30 == 0)
        begun, speeds = 0, {"fast": 2, "back": -1}
        for length, kind in items:
            shown = [c for c in found.clips if begun <= c.record_in < begun + length]
            assert bool(shown) == (kind != "filler")
            assert all(c.speed == speeds.get(kind, 1) for c in shown)
            assert sum(c.record_out - c.record_in for c in shown) in (0, length)
            assert sum((c.source_out - c.source_in) / abs(c.speed) for c in shown) * rate in (
                0,
                length,
            )
            begun += length
        assert found.duration_frames == begun + 5

        wanted = [
            marker(n, frame=min(at, begun + 4), duration=length, rate=rate)
            for n, (at, length) in enumerate(sorted(frames.items()))
        ]
        # The last frame may be wanted twice: there is a track for each.
        wanted = [m for m in wanted if sum(o.frame == m.frame for o in wanted) <= 2]
        FORMAT.write_markers(path, path, wanted, FORMAT.read(path))
        read = sorted((m.frame, m.duration_frames) for m in inspect(path).markers)
        assert read == sorted((m.frame, m.duration) for m in wanted)
