"""A cut finder is chosen by its name and parameters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.pages.cuts import page
from shotlog.media.cuts import CUT_FINDERS
from shotlog.schema import CutFinderError


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("adaptive", "adaptive"),
        ("adaptive:threshold=3", "adaptive"),
        ("adaptive:threshold=4,min-scene-len=15", "adaptive:min_scene_len=15,threshold=4.0"),
        ("adaptive:adaptive_threshold=4,window_width=3", "adaptive:threshold=4.0,frame_window=3"),
        (
            "content:weights=1,0.5,1,0,threshold=30",
            "content:weights=1.0,0.5,1.0,0.0,threshold=30.0",
        ),
        ("content: luma-only=true , kernel-size=5", "content:luma_only=true,kernel_size=5"),
        ("content:kernel_size=auto,filter_mode=suppress", "content:filter_mode=suppress"),
        ("threshold:min_scene_len=00:00:01.500", "threshold:min_scene_len=00:00:01.500"),
        ("transnet:threshold=0.3,device=cuda:1", "transnet:threshold=0.3,device=cuda:1"),
    ],
)
def test_what_is_typed_has_one_shortest_form(typed: str, told: str) -> None:
    finder = CUT_FINDERS.choose(typed)
    assert set(finder.text.partition(":")[2].split(",")) == set(told.partition(":")[2].split(","))
    assert CUT_FINDERS.choose(finder.text) == finder


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "there is no such cut finder"),
        ("adaptiv", "did you mean 'adaptive'?"),
        ("builtin:threshold=1", "it has no parameter 'threshold'"),
        ("content:27", "'27' is not a parameter with its value"),
        ("content:threshold=27,threshold=28", "'threshold' is given twice"),
        ("adaptive:threshold=1,adaptive-threshold=2", "'threshold' is given twice"),
        ("content:threshold=256", "threshold: "),
        ("content:threshold=nan", "threshold: "),
        ("content:weights=1,1,1", "weights: "),
        ("content:weights=0,0,0,0", "one weight at least must be more than 0"),
        ("content:kernel_size=4", "it must be an odd number from 3, or auto"),
        ("content:min_scene_len=soon", "a length is a number of frames, 0.6s, or 00:00:00.600"),
        ("hash:size=3,lowpass=1", "size times lowpass must be even"),
        ("transnet:device=abacus", "device: "),
    ],
)
def test_what_cannot_be_chosen_is_told_in_one_sentence(typed: str, said: str) -> None:
    with pytest.raises(CutFinderError) as error:
        CUT_FINDERS.choose(typed)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_the_page_about_cut_finders_is_up_to_date_and_explains_every_parameter() -> None:
    made = page()
    told = (Path(__file__).parents[3] / "docs" / "cuts.md").read_text("utf-8")
    assert told == made, "run: python -m docs.pages"
    assert [line for line in made.splitlines() if re.match(r"\| `\w+` .*\|  \|$", line)] == []


def test_every_choice_on_the_page_can_be_made() -> None:
    typed = re.findall(r"--cuts (\S+)|analysis\.cuts (\S+:\S+)", page())
    choices = {a or b for a, b in typed} - {"list", "NAME`", "NAME:KEY=VALUE,KEY=VALUE`"}
    assert len(choices) >= 5
    for choice in choices:
        CUT_FINDERS.choose(choice.rstrip("`"))
