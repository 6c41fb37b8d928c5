"""Recipes: what they may hold, and what is told of those that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.delivery.recipe import STAGES, load_recipe, recipe_names, stages_of
from shotlog.schema import RecipeUnusable


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_that_comes_along_can_be_run(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.title
    assert [stage.name for stage in stages_of(recipe)] == [
        stage for stage in STAGES if getattr(recipe, stage) is not None
    ]


def test_no_recipe_that_comes_along_uploads() -> None:
    assert all(load_recipe(name).upload is None for name in recipe_names())


def test_a_stage_without_a_table_is_left_out(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, "[reframe]\naspect = '1:1'\n"))
    assert [stage.name for stage in stages_of(recipe)] == ["reframe"]


def test_settings_can_be_changed_and_stages_left_out() -> None:
    recipe = load_recipe("shorts", ["render.loudness=-16", "reframe.use=speaker:hold=2"])
    assert recipe.render is not None
    assert recipe.reframe is not None
    assert (recipe.render.loudness, recipe.reframe.use) == (-16, "speaker:hold=2")
    assert [stage.name for stage in stages_of(recipe.without(["qc", "highlights"]))] == [
        "reframe",
        "render",
    ]


def written(folder: Path, text: str) -> str:
    path = folder / "own.toml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[redner]\n", "there is no stage 'redner'; did you mean 'render'?"),
        ("[render]\nloudnes = -14\n", "has no setting 'loudnes'; did you mean 'loudness'?"),
        ("[render]\nloudness = 3\n", "render.loudness: Input should be less than or equal to -5"),
        ("[render]\nsize = 'large'\n", "render.size"),
        ("[reframe]\naspect = 'wide'\n", "reframe.aspect"),
        ("[highlights]\ntop = 'many'\n", "highlights.top"),
        ("[highlights]\nshortest = 60\nlongest = 15\n", "the shortest clip is longer"),
        ("render = 5\n", "'render' is no table of settings"),
        ("[qc]\n", r"\[qc\] needs files, and there is no \[render\]"),
        ("[upload]\n", "upload.to"),
        ("title = 'nothing'\n", "it has no stage"),
        ("", "it has no stage"),
        ("[render\n", "it is no TOML"),
    ],
)
def test_a_recipe_that_cannot_be_used_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(RecipeUnusable, match=told):
        load_recipe(written(tmp_path, text))


@pytest.mark.parametrize(
    ("name", "told"),
    [("shrots", "did you mean 'shorts'"), ("absent.toml", "it cannot be read")],
)
def test_an_unknown_recipe_is_told(name: str, told: str) -> None:
    with pytest.raises(RecipeUnusable, match=told):
        load_recipe(name)


def test_a_recipe_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes("title = 'Größe'".encode("cp1252"))
    with pytest.raises(RecipeUnusable, match="it is not UTF-8"):
        load_recipe(str(path))


@pytest.mark.parametrize("change", ["render", "render.loudness", "=3", "render.=3"])
def test_a_change_that_is_none_is_told(change: str) -> None:
    with pytest.raises(RecipeUnusable, match="is no setting with its value"):
        load_recipe("shorts", [change])
