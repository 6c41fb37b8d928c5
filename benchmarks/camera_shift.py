"""Measure how well the shift of the camera explains pictures, by the blur before it is found.

    python -m benchmarks.camera_shift --data DIR

DIR is the folder with ``video/camera``. Of each film 30 pairs of pictures of 128 pixels, a fifth of
a second apart, are compared once the second is shifted back. The less of the picture differs, the
better: the median difference, in grey levels.
"""

from __future__ import annotations

import argparse
from itertools import islice, pairwise
from pathlib import Path
from statistics import fmean

import av
import numpy as np

from shotlog.analyzers import shrink
from shotlog.delivery.reframe.evidence import compare_shifted, find_shift
from shotlog.schema import Pixels

_PAIRS = 30
_SIDE = 128
_BLURS = (0.0, 0.5, 1.0, 1.5, 2.0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    films = sorted((parser.parse_args().data / "video/camera").iterdir())
    pairs = [found for path in films if (found := list(pairwise(_pictures(path))))]
    print(f"{len(pairs)} films; blur: median difference, and where no shift is tried too")
    still = [[_left(*pair, (0.0, 0.0)) for pair in film] for film in pairs]
    print(f"no shift: {_mean(still):.2f}")
    for blur in _BLURS:
        moved = [[_left(*pair, find_shift(*pair, blur)) for pair in film] for film in pairs]
        both = [list(map(min, a, b)) for a, b in zip(still, moved, strict=True)]
        print(f"blur {blur}: {_mean(moved):.2f}  {_mean(both):.2f}")


def _pictures(path: Path) -> list[Pixels]:
    with av.open(path) as film:
        stream = film.streams.video[0]
        step = max(1, round((stream.average_rate or 25) / 5))
        frames = islice(film.decode(stream), 0, (_PAIRS + 1) * step, step)
        pictures = (np.asarray(frame.to_ndarray(format="gray"), np.uint8) for frame in frames)
        return [shrink(picture, _SIDE) for picture in pictures]


def _left(before: Pixels, after: Pixels, shift: tuple[float, float]) -> float:
    return float(np.median(compare_shifted(before, after, *shift)))


def _mean(films: list[list[float]]) -> float:
    """Return the mean over films of the mean over their pairs."""
    return fmean(fmean(film) for film in films)


if __name__ == "__main__":
    main()
