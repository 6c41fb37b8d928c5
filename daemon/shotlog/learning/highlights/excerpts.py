"""Excerpts in a film, found by their sound.

The loudness of an excerpt, ten times a second, is compared with every stretch of the film by the
normalised cross-correlation: gain and offset do not matter, and a re-encoding hardly.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from scipy.signal import correlate

from shotlog.analyzers.clock import Numbers, columns_of
from shotlog.analyzers.sound import HOP, LoudnessMeasure
from shotlog.schema import SOUND_RATE, Claim, Edit, EditAnalyzer, EditView, Family, Tier

PER_SECOND: Final = SOUND_RATE / HOP
"""Rows of loudness in a second."""
_FOUND: Final = 0.9
"""Correlation from which an excerpt is found. Of excerpts of 20 to 40 s of the two labelled long
films, re-encoded, 4 dB softer and compressed, the right place has 0.97 to 1.00; in the other film
the best place has 0.74 at 20 s, and 0.40 from 30 s on."""
_SHORTEST: Final = 20
"""Seconds of the shortest excerpt that is looked for."""
_LEAST_POWER: Final = 1e-9
"""Least variance, in squared dB, of a stretch that can be compared: silence is like everything."""


class LoudnessReader(EditAnalyzer):
    """Reads the loudness of the sound clips of the edit that an engine analyses; it claims nothing.

    Attributes:
        found: By the clip's id, (n,) LUFS, :data:`PER_SECOND` a second; a clip without sound is not
            in it.
    """

    family = Family.HIGHLIGHT
    name = "builtin.excerpts"
    tier = Tier.BUILTIN
    version = "1"
    measures = (LoudnessMeasure(),)

    def __init__(self) -> None:
        self.found: dict[str, Numbers] = {}

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Read the loudness; return no claim."""
        for heard in view.sound:
            series = heard.series.get(LoudnessMeasure.name)
            if series is None or not len(series):
                continue
            (loudness,) = columns_of(LoudnessMeasure, series, ("loudness",))
            rows = np.rint(series.first * float(series.tick) * PER_SECOND)
            # The last row of a file is incomplete; as silence it would be like no other.
            wanted = np.arange(int(heard.clip.source.duration * SOUND_RATE / HOP))
            self.found[heard.clip.id] = np.interp(wanted, rows, loudness)
        return []


def sound_of(edit: Edit) -> Edit:
    """Return an edit of the sound of all clips alone, so that no picture is decoded."""
    return edit.model_copy(update={"clips": (), "sound": edit.clips})


def find_excerpt(film: Numbers, excerpt: Numbers) -> Fraction | None:
    """Return the second of a film at which an excerpt begins; None where it is not found.

    Args:
        film: (n,) loudness, :data:`PER_SECOND` a second.
        excerpt: (m,) the same of the excerpt.
    """
    length = len(excerpt)
    if length > len(film) or length < _SHORTEST * PER_SECOND:
        return None
    centred = excerpt - excerpt.mean()
    shared = correlate(film - film.mean(), centred, mode="valid", method="fft")
    likeness = shared / np.sqrt(_powers(film, length) * max(centred @ centred, _LEAST_POWER))
    best = int(likeness.argmax())
    return Fraction(best * HOP, SOUND_RATE) if likeness[best] >= _FOUND else None


def _powers(film: Numbers, length: int) -> Numbers:
    """Return the summed squared distances from their mean, of every stretch of a length."""
    centred = film - film.mean()
    sums, squares = (np.cumsum(np.append(0.0, values)) for values in (centred, centred**2))
    total, squared = sums[length:] - sums[:-length], squares[length:] - squares[:-length]
    return np.asarray(np.maximum(squared - total**2 / length, _LEAST_POWER * length))
