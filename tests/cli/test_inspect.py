"""``shotlog inspect`` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from shotlog.cli import main
from tests.otio.timelines import clip, saved, timeline, track


def inspect(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["inspect", *map(str, args)])


def test_the_table_names_every_clip_and_what_was_not_understood(tmp_path: Path) -> None:
    path = saved(tmp_path, timeline(track(clip("first"), clip("title", media=None))))

    result = inspect(path)

    assert result.exit_code == 0
    assert "first" in result.output
    assert "! title: the timeline names no media for it" in result.output
    assert "2 clip(s)" in result.output


def test_json_is_one_object(tmp_path: Path) -> None:
    path = saved(tmp_path, timeline(track(clip("first"))))

    found = json.loads(inspect(path, "--json").output)

    assert found["clips"][0]["name"] == "first"
    assert set(found) >= {"rate", "start_frame", "drop_frame", "markers", "problems"}


def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    junk = tmp_path / "a.otio"
    junk.write_bytes(b"\0" * 99)

    result = inspect(junk)

    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_a_wrong_map_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, timeline(track(clip("first"))))

    result = inspect(path, "--map", "nonsense")

    assert result.exit_code == 1
    assert "nonsense: this is no map of paths" in result.output


def test_the_maps_of_a_project_are_used(tmp_path: Path) -> None:
    path = saved(tmp_path, timeline(track(clip("first", media="/old/a.mov"))))
    (tmp_path / ".shotlog.toml").write_text('[media]\nrelinks = ["nonsense"]\n')

    assert "this is no map of paths" in inspect(path).output
