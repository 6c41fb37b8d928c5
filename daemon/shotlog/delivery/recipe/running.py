"""The stages of a recipe in a row, each from the store where nothing has changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from shotlog.delivery.recipe.contract import DeliveredFilm, FilmClips, Stage
from shotlog.delivery.recipe.recipe import Recipe
from shotlog.delivery.recipe.stages import (
    HighlightsStage,
    QualityStage,
    ReframeStage,
    RenderStage,
    SubtitlesStage,
    UploadStage,
)
from shotlog.delivery.recipe.store import StageStore
from shotlog.files import make_folder
from shotlog.schema import Model

_FIRST = "highlights"


class StageReport(Model):
    """A stage that was run, or that was kept."""

    stage: str
    """Its name."""
    kept: bool
    """True where its result was kept from an earlier run."""
    seconds: float
    """Seconds that it took."""


class Delivery(Model):
    """The results of all stages of a recipe."""

    film: str
    """Name of the film."""
    reports: tuple[StageReport, ...]
    """The stages that were run, in order."""
    results: dict[str, Any]
    """Results by stage, as JSON."""


class PlannedStage(Model):
    """A stage, before it runs."""

    stage: str
    """Its name."""
    told: str
    """What it would do."""
    kept: bool
    """True where its result is kept; False also where that depends on a stage that is not."""


def stages_of(recipe: Recipe) -> list[Stage[Any]]:
    """Return the stages of a recipe, in their order.

    Raises:
        PluginError: A backend is unknown, or was chosen wrongly.
    """
    stages: list[Stage[Any]] = []
    if recipe.highlights is not None:
        stages.append(HighlightsStage(recipe.highlights))
    narrow = False
    if recipe.reframe is not None:
        reframing = ReframeStage(recipe.reframe)
        narrow = reframing.aspect <= 1
        stages.append(reframing)
    if recipe.subtitles is not None:
        stages.append(SubtitlesStage(recipe.subtitles, narrow))
    if recipe.render is not None:
        stages.append(RenderStage(recipe.render, recipe.subtitles))
    if recipe.qc is not None:
        stages.append(QualityStage(recipe.qc))
    if recipe.upload is not None:
        profile = recipe.qc.profile if recipe.qc else "web"
        stages.append(UploadStage(recipe.upload, profile))
    return stages


def explain(film: DeliveredFilm, recipe: Recipe, store: StageStore) -> list[PlannedStage]:
    """Return what each stage would do; nothing is decoded.

    Raises:
        ShotlogError: A stage cannot be run as the recipe asks.
    """
    made: dict[str, Model] = {} if recipe.highlights else {_FIRST: FilmClips.whole(film)}
    planned = []
    for stage in stages_of(recipe):
        kept = None
        if all(name in made for name in stage.takes if _is_in(recipe, name)):
            kept = store.read(stage.name, stage.key(film, made), stage.artifact)
            kept = kept if kept is not None and stage.usable(film, kept) else None
        if kept is not None:
            made[stage.name] = kept
        told = stage.explain(film)
        planned.append(PlannedStage(stage=stage.name, told=told, kept=kept is not None))
    return planned


def deliver(
    film: DeliveredFilm,
    recipe: Recipe,
    store: StageStore,
    *,
    watch: Callable[[str, Model, StageReport], None] = lambda stage, result, report: None,
) -> tuple[Delivery, dict[str, Model]]:
    """Run the stages of a recipe, each with the results of those before.

    Args:
        film: The film.
        recipe: The recipe.
        store: Keeps the results of stages.
        watch: Gets each result as soon as it is there.

    Returns:
        What was done, and the results by stage.

    Raises:
        OutputNotWritable: The folder of the finished files cannot be made.
        ShotlogError: A stage cannot be run at all; what was finished is kept.
        Stopped: On Ctrl-C.
    """
    make_folder(film.output, parents=True)  # before the long work
    made: dict[str, Model] = {} if recipe.highlights else {_FIRST: FilmClips.whole(film)}
    reports = []
    for stage in stages_of(recipe):
        begun = time.monotonic()
        key = stage.key(film, made)
        result = store.read(stage.name, key, stage.artifact)
        kept = result is not None and stage.usable(film, result)
        if result is None or not kept:
            result = stage.run(film, made)
            store.keep(stage.name, key, result)
        made[stage.name] = result
        report = StageReport(stage=stage.name, kept=kept, seconds=time.monotonic() - begun)
        reports.append(report)
        watch(stage.name, result, report)
    results = {name: result.model_dump(mode="json") for name, result in made.items()}
    return Delivery(film=film.name, reports=tuple(reports), results=results), made


def _is_in(recipe: Recipe, stage: str) -> bool:
    return stage == _FIRST or getattr(recipe, stage) is not None
