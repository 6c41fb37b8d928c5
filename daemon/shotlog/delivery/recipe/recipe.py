"""Recipes: the stages of a delivery with their settings, in one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from shotlog.plugins import did_you_mean
from shotlog.schema import Model, RecipeUnusable, Seconds

_SUFFIX: Final = ".toml"
_Seconds = Annotated[Seconds, Field(gt=0)]


class HighlightsSettings(Model):
    """The passages of the film that become clips."""

    use: str = "heuristic"
    """The highlighter with its parameters, as for ``shotlog highlights find --backend``."""
    top: Annotated[int, Field(ge=1, le=100)] = 3
    """Largest number of clips."""
    shortest: _Seconds = Fraction(15)
    """Length of the shortest clip, in seconds."""
    longest: _Seconds = Fraction(60)
    """Length of the longest clip, in seconds."""


class ReframeSettings(Model):
    """Crops for another aspect."""

    aspect: Annotated[str, Field(pattern=r"^[1-9]\d{0,3}:[1-9]\d{0,3}$")] = "9:16"
    """Width and height of the picture, such as ``9:16``."""
    use: str = "subject"
    """The reframer with its parameters, as for ``shotlog reframe --backend``."""


class SubtitlesSettings(Model):
    """Subtitles."""

    use: str = "file"
    """The source: ``file``, or ``whisper:model=FOLDER``."""
    file: str = ""
    """The file, on the clock of the timeline; empty for the one of the film's name beside it."""
    language: str = ""
    """Code of the language; empty if it is not known."""
    profile: str = "web"
    """Rules of reading, as for ``shotlog subtitles --profile``."""
    style: str = "plain"
    """The look: ``plain``, ``box``, ``karaoke``, or an .ass file."""
    burn: bool = True
    """True to burn them into the picture; false to write an .srt file beside each clip."""


class RenderSettings(Model):
    """The finished files."""

    use: str = "h264"
    """The encoder with its parameters, as for ``shotlog render --encoder``."""
    size: Annotated[str, Field(pattern=r"^(|[1-9]\d{1,4}x[1-9]\d{1,4})$")] = ""
    """Width and height in pixels, such as ``1080x1920``; empty for that of the film."""
    loudness: Annotated[float, Field(ge=-40, le=-5)] | None = None
    """Loudness in LUFS; left out to keep the mix."""
    peak: Annotated[float, Field(ge=-9, le=0)] = -1.0
    """Highest true peak in dBTP, where the loudness is changed."""
    hdr: Annotated[str, Field(pattern="^(|sdr|keep)$")] = ""
    """``sdr`` or ``keep`` for HDR footage; empty refuses it."""
    extras: tuple[str, ...] = ()
    """Extras with their parameters, as for ``shotlog render --extra``: ``title:text=Part one``."""


class QualitySettings(Model):
    """Quality control of the finished files."""

    profile: str = "web"
    """The checks and their limits: ``web``, ``broadcast``, or a TOML file."""


class UploadSettings(Model):
    """The upload of files that have passed. Each is asked for."""

    to: str
    """The target with its parameters: ``folder:path=/mnt/out``."""
    title: str = "{name}"
    """Title of each file; ``{name}`` stands for its name, ``{number}`` for its number."""
    description: str = ""
    """Description of each file."""
    tags: tuple[str, ...] = ()
    """Key words of each file."""
    privacy: Annotated[str, Field(pattern="^(private|unlisted|public)$")] = "private"
    """The people who may see it."""


class Recipe(Model):
    """The stages of a delivery; one without a table is left out."""

    title: str = ""
    """One line for people."""
    highlights: HighlightsSettings | None = None
    reframe: ReframeSettings | None = None
    subtitles: SubtitlesSettings | None = None
    render: RenderSettings | None = None
    qc: QualitySettings | None = None
    upload: UploadSettings | None = None

    def without(self, stages: Sequence[str]) -> Recipe:
        """Return the recipe without some of its stages."""
        return self.model_copy(update=dict.fromkeys(stages))


STAGES: Final = ("highlights", "reframe", "subtitles", "render", "qc", "upload")
"""Names of the stages, in their order."""


def recipe_names() -> list[str]:
    """Return the names of the recipes that come with Shotlog."""
    found = resources.files(__package__).joinpath("recipes").iterdir()
    return sorted(each.name.removesuffix(_SUFFIX) for each in found if each.name.endswith(_SUFFIX))


def load_recipe(name: str, changes: Sequence[str] = ()) -> Recipe:
    """Return a recipe by its name or from a file, with changes.

    Args:
        name: One of :func:`recipe_names`, or the path of a TOML file.
        changes: Settings in place of the recipe's: ``render.loudness=-16``. A value is read as in
            TOML, or else as text.

    Raises:
        RecipeUnusable: There is no such recipe, stage or setting, a value cannot be, or nothing
            is to be done.
    """
    data = _parse(name)
    for change in changes:
        _change(data, change, name)
    try:
        recipe = Recipe.model_validate(data)
    except ValidationError as error:
        raise _told(name, error) from error
    _check_order(recipe, name)
    return recipe


def _parse(name: str) -> dict[str, Any]:
    if name in recipe_names():
        text = resources.files(__package__).joinpath("recipes", name + _SUFFIX).read_text("utf-8")
    else:
        text = _read(name)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeUnusable(name, f"it is no TOML: {error}") from error


def _read(name: str) -> str:
    path = Path(name)
    if not path.suffix and not path.exists():
        hint = f"Choose one of {', '.join(recipe_names())}, or give a TOML file."
        message = f"there is no such recipe{did_you_mean(name, recipe_names())}"
        raise RecipeUnusable(name, message, hint)
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise RecipeUnusable(name, f"it cannot be read: {reason}") from error


def _change(data: dict[str, Any], change: str, name: str) -> None:
    key, sign, value = change.partition("=")
    stage, dot, setting = key.strip().partition(".")
    if not (sign and dot and setting):
        hint = "Give STAGE.SETTING=VALUE, such as render.loudness=-16."
        raise RecipeUnusable(name, f"'{change}' is no setting with its value", hint)
    table = data.setdefault(stage, {})
    if not isinstance(table, dict):
        raise RecipeUnusable(name, f"'{stage}' is no stage", _stages_hint())
    try:
        table[setting] = tomllib.loads(f"value = {value.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        table[setting] = value.strip()


def _told(name: str, error: ValidationError) -> RecipeUnusable:
    """Return a fault of a recipe in words."""
    fault = error.errors(include_url=False, include_context=False)[0]
    where = [str(part) for part in fault["loc"]]
    stage = where[0] if where else ""
    if stage not in Recipe.model_fields:
        message = f"there is no stage '{stage}'{did_you_mean(stage, STAGES)}"
        return RecipeUnusable(name, message, _stages_hint())
    settings = _settings_of(stage)
    if fault["type"] == "extra_forbidden":
        message = f"[{stage}] has no setting '{where[-1]}'{did_you_mean(where[-1], settings)}"
        return RecipeUnusable(name, message, f"The settings of [{stage}]: {', '.join(settings)}.")
    if fault["type"] == "model_type" or (len(where) == 1 and stage != "title"):
        return RecipeUnusable(name, f"'{stage}' is no table of settings", f"Write [{stage}].")
    message = f"{'.'.join(where)}: {fault['msg'].removeprefix('Value error, ')}"
    return RecipeUnusable(name, message, f"The settings of [{stage}]: {', '.join(settings)}.")


def _settings_of(stage: str) -> list[str]:
    kinds: dict[str, type[Model]] = {
        "highlights": HighlightsSettings,
        "reframe": ReframeSettings,
        "subtitles": SubtitlesSettings,
        "render": RenderSettings,
        "qc": QualitySettings,
        "upload": UploadSettings,
    }
    return list(kinds[stage].model_fields) if stage in kinds else []


def _check_order(recipe: Recipe, name: str) -> None:
    """Check that what a stage takes is made by one before it."""
    if all(getattr(recipe, stage) is None for stage in STAGES):
        raise RecipeUnusable(name, "it has no stage", _stages_hint())
    if recipe.render is None and (recipe.qc or recipe.upload):
        later = "qc" if recipe.qc else "upload"
        raise RecipeUnusable(name, f"[{later}] needs files, and there is no [render]")
    if recipe.highlights and recipe.highlights.shortest > recipe.highlights.longest:
        raise RecipeUnusable(name, "highlights: the shortest clip is longer than the longest")


def _stages_hint() -> str:
    return f"The stages: {', '.join(STAGES)}."
