"""Findings of stages, kept for people who look for a fault: results, times, drawings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from shotlog.delivery.debugging import keep_reframing
from shotlog.delivery.recipe.contract import DeliveredFilm, FilmClips
from shotlog.delivery.recipe.running import StageReport
from shotlog.delivery.reframe import see_shots
from shotlog.files import output_errors, replace_file
from shotlog.schema import Model, Problem, Reframing


def keep_findings(
    folder: Path,
    film: DeliveredFilm,
    made: Mapping[str, Model],
    reports: Sequence[StageReport],
) -> tuple[Problem, ...]:
    """Write what stages found into a folder, and return what could not be drawn.

    ``STAGE.json`` holds each result, ``timings.json`` the time of each; what is kept of crops is
    told by :func:`~shotlog.delivery.debugging.keep_reframing`.

    Args:
        folder: The folder; made if it is not there.
        film: The film.
        made: The results of the stages.
        reports: Their times.

    Raises:
        OutputNotWritable: The folder cannot be written.
        DiskFull: There is no room for it.
    """
    with output_errors(folder, "Choose another folder for --debug."):
        folder.mkdir(parents=True, exist_ok=True)
        for stage, result in made.items():
            replace_file(folder / f"{stage}.json", result.model_dump_json(indent=1).encode())
        timings = {each.stage: {"seconds": each.seconds, "kept": each.kept} for each in reports}
        replace_file(folder / "timings.json", json.dumps(timings, indent=1).encode())
    reframing, clips = made.get("reframe"), made.get("highlights")
    if not isinstance(reframing, Reframing) or not isinstance(clips, FilmClips):
        return ()
    shots = see_shots(
        film.edit, film.cache, spans=[clip.range for clip in clips.clips],
        progress=film.progress, probe_cache=film.probes,
    )  # fmt: skip
    return keep_reframing(folder, reframing, shots, film.edit.rate).problems
