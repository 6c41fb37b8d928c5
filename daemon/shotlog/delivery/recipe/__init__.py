"""Recipes of deliveries: stages in a row, each from the store where nothing has changed.

:func:`deliver` runs a :class:`Recipe` on a :class:`DeliveredFilm`; :func:`explain` tells before.
"""

from shotlog.delivery.recipe.contract import DeliveredFilm, FilmClip, FilmClips, Stage
from shotlog.delivery.recipe.findings import keep_findings
from shotlog.delivery.recipe.recipe import STAGES, Recipe, load_recipe, recipe_names
from shotlog.delivery.recipe.running import (
    Delivery,
    PlannedStage,
    StageReport,
    deliver,
    explain,
    stages_of,
)
from shotlog.delivery.recipe.stages import (
    CheckedClips,
    FilmTexts,
    RenderedClips,
    UploadedClips,
)
from shotlog.delivery.recipe.store import StageStore

__all__ = [
    "STAGES",
    "CheckedClips",
    "DeliveredFilm",
    "Delivery",
    "FilmClip",
    "FilmClips",
    "FilmTexts",
    "PlannedStage",
    "Recipe",
    "RenderedClips",
    "Stage",
    "StageReport",
    "StageStore",
    "UploadedClips",
    "deliver",
    "explain",
    "keep_findings",
    "load_recipe",
    "recipe_names",
    "stages_of",
]
