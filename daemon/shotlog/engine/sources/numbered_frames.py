"""Numbered frames: pictures of a folder that are the frames of a film."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from shotlog.engine.sources.probe_cache import ProbeCache
from shotlog.media.discovery import FileKind, NumberedRun, SearchResult, find_runs
from shotlog.schema import Media, MediaReference, ShotlogError, prevailing_rate

_RATE = Fraction(25)
"""Default frame rate where no film lies beside the pictures; FFmpeg's image2 has the same."""

_SAMPLES = 12
"""Number of pictures of a run whose size is checked; to open all of them would take too long."""


def extract_sequences(
    found: SearchResult, probe_cache: ProbeCache, films: Sequence[Media]
) -> tuple[list[Media], list[str]]:
    """Turn runs of numbered pictures that a search passed over into image sequences.

    A run is film where it has 24 pictures or more, all of one size, and its names are not those
    that cameras give to photographs. Other pictures stay passed over. Pictures have no frame rate:
    it is taken from most of the film beside them, else it is 25 frames per second.

    Args:
        found: The search; runs that become sequences are removed from ``found.skipped``.
        probe_cache: Receives the probed media.
        films: The films beside the pictures.

    Returns:
        The sequences, and for each a warning with the rate that was assumed.
    """
    rate = prevailing_rate(films) or _RATE
    media: list[Media] = []
    warnings: list[str] = []
    taken: set[Path] = set()
    for run in find_runs([path for kind, path in found.skipped if kind is FileKind.PICTURE]):
        sequence = _probed(run, probe_cache, rate) if run.may_be_film else None
        if sequence is None:
            continue
        media.append(sequence)
        taken.update(run.paths)
        warnings.append(
            f"{run.name}: these {len(set(run.paths))} numbered pictures were taken for a film of"
            f" {float(rate):.6g} frames per second, which they do not tell"
        )
    found.skipped[:] = [(kind, path) for kind, path in found.skipped if path not in taken]
    return media, warnings


def _probed(run: NumberedRun, probe_cache: ProbeCache, rate: Fraction) -> Media | None:
    """Return the run as media; None where its pictures are not frames of one film."""
    step = max(1, len(run.paths) // _SAMPLES)
    sizes: set[tuple[int, int]] = set()
    for path in dict.fromkeys((*run.paths[::step], run.paths[-1])):
        try:
            video = probe_cache.get(MediaReference(path=str(path))).video
        except ShotlogError:  # sequences may have damaged or empty pictures
            continue
        if video is None or not video.still:  # such as an animated GIF
            return None
        sizes.add((video.width, video.height))
    if len(sizes) != 1:
        return None
    try:
        return probe_cache.get(run.to_media(rate))
    except ShotlogError:
        return None
