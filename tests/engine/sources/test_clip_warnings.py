"""Assumptions about clips are few lines on the screen, and stay with every clip."""

from __future__ import annotations

from shotlog.engine.sources import (
    LocatedClip,
    attach_warnings,
    collect_media_warnings,
    collect_warnings,
    fold_warnings,
)
from shotlog.schema import Media
from tests.otio.marking import clip_range, edit_of

CLIPS = [clip_range(n, n, n + 1) for n in range(5)]


def test_a_sentence_about_one_clip_names_it() -> None:
    assert fold_warnings(CLIPS, {"V1/1": ("it is odd",)}) == ["clip 1: it is odd"]


def test_a_sentence_about_several_clips_is_given_once_with_their_first_names() -> None:
    odd = {clip.id: ("it is odd",) for clip in CLIPS}
    assert fold_warnings(CLIPS, odd) == ["5 clips: it is odd (clip 0, clip 1, clip 2 and 2 more)"]


def test_clips_of_one_name_are_counted_and_named_once() -> None:
    same = [clip.model_copy(update={"name": "a"}) for clip in CLIPS[:2]]
    odd = {clip.id: ("it is odd",) for clip in same}
    assert fold_warnings(same, odd) == ["2 clips: it is odd (a)"]


def test_a_clip_without_a_name_is_named_by_its_id() -> None:
    nameless = CLIPS[0].model_copy(update={"name": ""})
    assert fold_warnings([nameless], {"V1/0": ("it is odd",)}) == ["V1/0: it is odd"]


def _located(number: int, *words: str) -> LocatedClip:
    clip = CLIPS[number]
    media = Media(
        path="/a.mov", content_id="a", container="mov", video=None, audio=None, warnings=words
    )
    return LocatedClip(clip, media, clip.source, clip.source, clip.time_map, ("it is odd",))


def test_every_clip_keeps_its_own_sentences_and_those_of_its_media() -> None:
    located = [_located(1, "a stream is broken")]
    edit = attach_warnings(edit_of(*CLIPS[:3]), collect_warnings(CLIPS[:3], located), located)
    told = [clip.warnings for clip in edit.clips]
    assert told == [(), ("it is odd", "its media: a stream is broken"), ()]


def test_a_warning_about_a_file_is_given_once_for_all_clips() -> None:
    located = [_located(1, "a stream is broken"), _located(2, "a stream is broken"), _located(3)]
    assert collect_media_warnings(located) == ["/a.mov: a stream is broken"]
