"""Numbered pictures of a folder that are the frames of a film."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shotlog.engine.sources.location import ProbeCache
from shotlog.media.discovery import FileKind, NumberedRun, SearchResult, find_runs
from shotlog.schema import USUAL_RATES, Media, MediaReference, ShotlogError

_RATE = Fraction(25)
"""Taken where no film beside them tells a rate: FFmpeg's for numbered pictures, and for stills."""

_SAMPLES = 12
"""Pictures of a run whose size is looked at."""


def take_sequences(
    found: SearchResult, shelf: ProbeCache, films: Sequence[Media]
) -> tuple[list[Media], list[str]]:
    """Take the runs of numbered pictures out of what a search passed over that are film.

    Film is a run of a second at least, not numbered as cameras number photographs, whose pictures
    all have one size. All else stays passed over. The rate, which pictures do not tell, is that of
    most of the film beside them, else 25 frames per second.

    Args:
        found: The search; runs that are taken no longer count as passed over.
        shelf: Where media that were probed are put.
        films: The films beside them.

    Returns:
        The sequences, and a warning for each of the rate that was taken.
    """
    rate = _rate(films)
    media: list[Media] = []
    warnings: list[str] = []
    for run in find_runs([path for kind, path in found.skipped if kind is FileKind.PICTURE]):
        sequence = _probed(run, shelf, rate) if run.may_be_film else None
        if sequence is None:
            continue
        media.append(sequence)
        taken = set(run.paths)
        found.skipped[:] = [(kind, path) for kind, path in found.skipped if path not in taken]
        warnings.append(
            f"{run.name}: these {len(taken)} numbered pictures were taken for a film of"
            f" {float(rate):.6g} frames per second, which they do not tell"
        )
    return media, warnings


def _rate(films: Sequence[Media]) -> Fraction:
    """Return the usual rate of most of the film; the first of equals."""
    lengths: dict[Fraction, Fraction] = {}
    for film in films:
        if film.video is not None and not film.video.still:
            rate = film.video.nominal_rate or film.video.rate
            if rate in USUAL_RATES:
                lengths[rate] = lengths.get(rate, Fraction(0)) + (film.duration or Fraction(0))
    return max(lengths, key=lambda rate: lengths[rate], default=_RATE)


def _probed(run: NumberedRun, shelf: ProbeCache, rate: Fraction) -> Media | None:
    """Return the run as media; None where its pictures are not those of one film."""
    step = max(1, len(run.paths) // _SAMPLES)
    sizes: set[tuple[int, int]] = set()
    for path in dict.fromkeys((*run.paths[::step], run.paths[-1])):
        try:
            video = shelf.get(MediaReference(path=str(path))).video
        except ShotlogError:  # a damaged or empty picture is a hole, which sequences may have
            continue
        if video is None or not video.still:  # animations, say
            return None
        sizes.add((video.width, video.height))
    if len(sizes) != 1:
        return None
    try:
        return shelf.get(run.to_media(rate))
    except ShotlogError:
        return None
