"""The clips of a timeline's audio tracks are read as its sound."""

from __future__ import annotations

from pathlib import Path

from tests.otio.timelines import clip, frames_of, gap, read, stack, timeline, track


def test_the_clips_of_audio_tracks_are_the_sound(tmp_path: Path) -> None:
    edit = read(
        tmp_path,
        timeline(
            track(clip("v", (0, 20))),
            track(gap(5), clip("talk", (10, 15), media="/media/talk.wav"), kind="Audio"),
            track(clip("music", (0, 20), media="/media/music.mp3"), kind="Audio"),
        ),
    )
    assert [(c.id, c.name, *frames_of(c)) for c in edit.sound] == [
        ("A2/0", "music", 0, 20, 0, 20),
        ("A1/1", "talk", 5, 20, 10, 25),
    ]
    assert edit.sound[0].media is not None
    assert edit.sound[0].media.path == "/media/music.mp3"
    assert [c.name for c in edit.clips] == ["v"]


def test_a_muted_track_and_a_muted_clip_are_not_enabled(tmp_path: Path) -> None:
    muted = track(clip("a"), kind="Audio", enabled=False)
    edit = read(
        tmp_path, timeline(track(clip("v")), muted, track(clip("b", enabled=False), kind="Audio"))
    )
    assert [(c.name, c.enabled) for c in edit.sound] == [("a", False), ("b", False)]


def test_the_sound_of_a_nest_is_that_of_its_audio_tracks(tmp_path: Path) -> None:
    nest = stack(track(clip("v", (0, 20))), track(clip("s", (0, 20)), kind="Audio"), source=(5, 10))
    edit = read(tmp_path, timeline(track(nest), track(nest.clone(), kind="Audio")))
    assert [(c.id, *frames_of(c)) for c in edit.sound] == [("A1/0/A1/0", 0, 10, 5, 15)]
    assert edit.sound[0].name == "s"


def test_a_timeline_without_audio_tracks_has_no_sound(tmp_path: Path) -> None:
    edit = read(tmp_path, timeline(track(clip("v"))))
    assert edit.sound == ()
    assert "sound" not in edit.model_dump(mode="json")
