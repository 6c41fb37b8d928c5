"""What was assumed about clips is told in few lines on the screen, and kept with every clip."""

from __future__ import annotations

from shotlog.engine.clip_warnings import folded, with_warnings
from tests.otio.marking import clip_range, edit_of

CLIPS = [clip_range(n, n, n + 1) for n in range(5)]


def test_a_sentence_about_one_clip_names_it() -> None:
    assert folded(CLIPS, {"V1/1": ("it is odd",)}) == ["clip 1: it is odd"]


def test_a_sentence_about_several_is_told_once_with_the_first_of_their_names() -> None:
    odd = {clip.id: ("it is odd",) for clip in CLIPS}
    assert folded(CLIPS, odd) == ["5 clips: it is odd (clip 0, clip 1, clip 2 and 2 more)"]


def test_clips_of_one_name_are_counted_and_named_once() -> None:
    same = [clip.model_copy(update={"name": "a"}) for clip in CLIPS[:2]]
    odd = {clip.id: ("it is odd",) for clip in same}
    assert folded(same, odd) == ["2 clips: it is odd (a)"]


def test_a_clip_without_a_name_is_told_by_its_address() -> None:
    nameless = CLIPS[0].model_copy(update={"name": ""})
    assert folded([nameless], {"V1/0": ("it is odd",)}) == ["V1/0: it is odd"]


def test_every_clip_keeps_its_own_sentences() -> None:
    edit = with_warnings(edit_of(*CLIPS), {"V1/1": ("it is odd",)})
    assert [clip.warnings for clip in edit.clips] == [(), ("it is odd",), (), (), ()]
