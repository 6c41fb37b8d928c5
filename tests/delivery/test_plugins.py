"""One contract for the plugins of all stages of delivery, whichever group they are of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from itertools import islice
from typing import Any

import pytest
from click.testing import CliRunner

from shotlog.cli.main import main
from shotlog.plugins import ConfigurablePlugin, PluginKind
from shotlog.schema import PluginError, ShotlogError

PREFIX = "shotlog.delivery."
GROUPS = sorted(group for group in entry_points().groups if group.startswith(PREFIX))
LISTED_BY = {
    "encode": ("render", "--encoder", "list"),
    "qc": ("qc", "--list", "--profile", "broadcast"),
    "reframe": ("reframe", "--backend", "list"),
    "subtitles": ("subtitles", "--source", "list"),
    "upload": ("upload", "--to", "list"),
}
"""The command that lists the plugins of a stage."""
TEXTS = """
import json
from importlib.metadata import entry_points
from shotlog.plugins import ConfigurablePlugin, PluginKind
groups = sorted(g for g in entry_points().groups if g.startswith("shotlog.delivery."))
found = [each for g in groups for each in PluginKind(g, ConfigurablePlugin, "").load()]
print(json.dumps([[each.text, each.model_dump_json()] for each in found]))
"""
"""A program that prints all plugins, with their parameters."""


def kind(group: str) -> PluginKind[ConfigurablePlugin]:
    return PluginKind(group, ConfigurablePlugin, "plugin")


def load(group: str) -> list[ConfigurablePlugin]:
    return kind(group).load()


def choose(text: str, group: str) -> ConfigurablePlugin:
    return kind(group).choose(text)


EVERY = [(group, plugin) for group in GROUPS for plugin in load(group)]
each_group = pytest.mark.parametrize("group", GROUPS)
each = pytest.mark.parametrize(
    ("group", "plugin"),
    EVERY,
    ids=[f"{group.removeprefix(PREFIX)}-{plugin.name}" for group, plugin in EVERY],
)


def changed(plugin: ConfigurablePlugin) -> Iterator[ConfigurablePlugin]:
    """Yield the plugin with each parameter changed, where another value is found."""
    described = type(plugin).model_json_schema()["properties"]
    for name in type(plugin).model_fields:
        value = getattr(plugin, name)
        candidates = described[name].get("enum") or others(value)
        variants = (with_(plugin, name, other) for other in candidates)
        yield from islice((variant for variant in variants if variant is not None), 1)


def others(value: object) -> tuple[object, ...]:
    """Return values beside one."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int | float):
        return (value + 1, value - 1, value / 2)
    return ("broadcast", "1", "1/2", "A1:Anna,A2:Ben")


def with_(plugin: ConfigurablePlugin, name: str, value: object) -> ConfigurablePlugin | None:
    """Return the plugin with another value of a parameter; None where it is not allowed."""
    try:
        made = type(plugin).model_validate({name: value})
    except (ValueError, ShotlogError):
        return None
    return made if made != plugin else None


@each_group
def test_a_stage_has_at_least_two_backends(group: str) -> None:
    assert len(load(group)) >= 2


@each
def test_it_tells_in_a_line_what_it_is_for(group: str, plugin: ConfigurablePlugin) -> None:
    assert plugin.summary
    assert "\n" not in plugin.summary
    assert plugin.name in entry_points(group=group).names


@each
def test_its_text_chooses_it_again_with_any_parameter(
    group: str, plugin: ConfigurablePlugin
) -> None:
    assert choose(plugin.name, group) == plugin
    variants = list(changed(plugin))
    assert variants
    for variant in variants:
        assert variant.text.startswith(f"{plugin.name}:")
        assert choose(variant.text, group) == variant


@each
def test_it_comes_back_from_json_and_differs_from_itself_with_another_parameter(
    group: str, plugin: ConfigurablePlugin
) -> None:
    made: Any = type(plugin)
    variants = list(changed(plugin))
    for one in (plugin, *variants):
        assert made.model_validate_json(one.model_dump_json()) == one
    texts = [one.text for one in (plugin, *variants)]
    assert len(set(texts)) == len(texts)


@each
def test_a_wrong_parameter_and_a_misspelt_name_are_told(
    group: str, plugin: ConfigurablePlugin
) -> None:
    with pytest.raises(PluginError, match="it has no parameter 'no_such_thing'") as caught:
        choose(f"{plugin.name}:no-such-thing=1", group)
    assert "Its parameters and their defaults" in caught.value.problem.hint
    with pytest.raises(PluginError, match="there is no such"):
        choose(f"{plugin.name}x", group)


@each
def test_its_parameters_cannot_be_changed_once_it_is_made(
    group: str, plugin: ConfigurablePlugin
) -> None:
    for name in type(plugin).model_fields:
        with pytest.raises(ValueError, match="frozen"):
            setattr(plugin, name, None)


@pytest.mark.parametrize("stage", LISTED_BY)
def test_the_command_of_the_stage_lists_its_backends(stage: str) -> None:
    result = CliRunner().invoke(main, LISTED_BY[stage])
    assert result.exit_code == 0, result.output
    for plugin in load(f"{PREFIX}{stage}"):
        assert plugin.name in result.output


def test_another_process_gives_plugins_the_same_texts() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    run = subprocess.run(
        [sys.executable, "-c", TEXTS], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == [[one.text, one.model_dump_json()] for _, one in EVERY]
