"""Clip colours and keywords come and go, and what the editor set stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shotlog_resolve.edit import Edit, read_edit
from shotlog_resolve.host import Host, connect
from shotlog_resolve.journal import Journal
from shotlog_resolve.labels import add_keywords, clear_colours, clear_keywords, colour_clips
from tests.resolve.double import Double, ProjectSpec


class Scene:
    """Three clips of two media, the second of the editor's own colour, and a title."""

    def __init__(self, folder: Path) -> None:
        spec = ProjectSpec("Film", rate=24)
        beach = spec.media("/films/beach.mov", frames=240, metadata={"Keywords": "sea, sand"})
        town = spec.media("/films/town.mov", frames=240)
        cut = spec.timeline("Cut", rate=24)
        self.items = [
            cut.clip(beach, length=48),
            cut.clip(town, length=48, color="Pink"),
            cut.clip(beach, length=48, source=100),
            cut.title(length=48),
        ]
        self.media = [beach, town]
        self.double = Double(spec)
        self.host: Host = connect(self.double.globals())
        self.edit: Edit = read_edit(self.host, "timeline")
        self.identity = self.host.identity()
        self.file = str(folder / "journal.jsonl")

    @property
    def journal(self) -> Journal:
        return Journal(self.file, print)

    def found(self, *sizes: str) -> dict[str, Any]:
        clips = self.edit.plain["clips"]
        return {
            "clips": [
                {"id": clip["id"], "shots": [{"size": size, "move": "pan_left+shake", "moves": []}]}
                for clip, size in zip(clips, sizes, strict=True)
            ]
        }

    @property
    def colours(self) -> list[str]:
        return [self.double.item(item).color for item in self.items]

    @property
    def keywords(self) -> list[str]:
        return [self.double.media(media).metadata.get("Keywords", "") for media in self.media]

    def every_item(self) -> list[Any]:
        return list(self.host.timeline.GetItemListInTrack("video", 1))


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_clips_get_the_colour_of_their_size_unless_they_have_one(scene: Scene) -> None:
    counts = colour_clips(scene.edit, scene.found("CS", "MS", "LS"), scene.identity, scene.journal)

    assert scene.colours == ["Yellow", "Pink", "Navy", ""]
    assert counts == (2, 1)


def test_a_colour_of_ours_follows_the_size_and_one_that_the_editor_gave_stays(scene: Scene) -> None:
    colour_clips(scene.edit, scene.found("CS", "MS", "LS"), scene.identity, scene.journal)
    scene.double.item(scene.items[2]).color = "Lime"
    colour_clips(scene.edit, scene.found("MS", "MS", "MS"), scene.identity, scene.journal)

    assert scene.colours == ["Green", "Pink", "Lime", ""]


def test_an_undefined_size_gives_no_colour(scene: Scene) -> None:
    found = scene.found("undefined", "MS", "LS")

    assert colour_clips(scene.edit, found, scene.identity, scene.journal) == (1, 1)
    assert scene.colours[0] == ""


def test_our_colours_are_taken_back_and_no_others(scene: Scene) -> None:
    colour_clips(scene.edit, scene.found("CS", "MS", "LS"), scene.identity, scene.journal)
    scene.double.item(scene.items[2]).color = "Lime"

    assert clear_colours(scene.every_item(), scene.identity, scene.journal) == 1
    assert scene.colours == ["", "Pink", "Lime", ""]
    assert clear_colours(scene.every_item(), scene.identity, scene.journal) == 0


def test_media_get_the_sizes_and_moves_of_all_their_clips_as_keywords(scene: Scene) -> None:
    found = scene.found("CS", "MS", "LS")
    counts = add_keywords(scene.edit, found, scene.identity, scene.journal)

    assert counts == (2, 0)
    assert scene.keywords == [
        "sea, sand, shotlog:CS, shotlog:LS, shotlog:pan_left, shotlog:shake",
        "shotlog:MS, shotlog:pan_left, shotlog:shake",
    ]


def test_what_is_no_shot_gives_its_kind_as_a_keyword(scene: Scene) -> None:
    found = scene.found("undefined", "MS", "LS")
    found["clips"][0]["shots"][0].update(kind="black", move="undefined", moves=[])
    add_keywords(scene.edit, found, scene.identity, scene.journal)

    assert "shotlog:black" in scene.keywords[0]


def test_our_keywords_are_taken_back_and_no_others(scene: Scene) -> None:
    add_keywords(scene.edit, scene.found("CS", "MS", "LS"), scene.identity, scene.journal)

    assert clear_keywords(scene.every_item(), scene.identity, scene.journal) == 2
    assert scene.keywords == ["sea, sand", ""]


def test_keywords_that_were_never_ours_are_not_taken(scene: Scene) -> None:
    scene.double.media(scene.media[1]).metadata["Keywords"] = "shotlog:typed by hand"

    assert clear_keywords(scene.every_item(), scene.identity, scene.journal) == 0
    assert scene.keywords[1] == "shotlog:typed by hand"
