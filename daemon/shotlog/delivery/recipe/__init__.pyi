from .contract import DeliveredFilm, FilmClip, FilmClips, Stage
from .findings import keep_findings
from .recipe import STAGES, Recipe, load_recipe, recipe_names
from .running import (
    Delivery,
    PlannedStage,
    StageReport,
    deliver,
    explain,
    stages_of,
)
from .stages import (
    CheckedClips,
    FilmTexts,
    RenderedClips,
    UploadedClips,
)
from .store import StageStore

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
