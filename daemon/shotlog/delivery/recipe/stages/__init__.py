"""The stages of a delivery, one module each."""

from shotlog.delivery.recipe.stages.highlights import HighlightsStage
from shotlog.delivery.recipe.stages.qc import CheckedClips, QualityStage
from shotlog.delivery.recipe.stages.reframe import ReframeStage
from shotlog.delivery.recipe.stages.render import RenderedClip, RenderedClips, RenderStage
from shotlog.delivery.recipe.stages.subtitles import FilmTexts, SubtitlesStage
from shotlog.delivery.recipe.stages.upload import UploadedClip, UploadedClips, UploadStage

__all__ = [
    "CheckedClips",
    "FilmTexts",
    "HighlightsStage",
    "QualityStage",
    "ReframeStage",
    "RenderStage",
    "RenderedClip",
    "RenderedClips",
    "SubtitlesStage",
    "UploadStage",
    "UploadedClip",
    "UploadedClips",
]
