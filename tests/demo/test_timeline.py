"""The timeline of the demo: its clips, and the shots of the film in it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.demo import RATE, compare_shots
from shotlog.schema import Edit
from tests.demo.oracle import FILM, TRUTH, demo_edit, oracle


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    return demo_edit(tmp_path)


def test_the_timeline_has_the_structures_of_real_ones(edit: Edit) -> None:
    assert [clip.name for clip in edit.clips] == [
        *("Way there", "Talk", "Closer", "Listener", "Night out"),
        *("Eyes in slow motion", "Dusk", "Lost reel"),
    ]
    assert edit.rate == RATE
    slow = next(clip for clip in edit.clips if clip.name.startswith("Eyes"))
    assert slow.speed == Fraction(1, 2)
    assert slow.source == next(s.range for s in TRUTH.shots if s.name == "Eyes")
    assert next(clip for clip in edit.clips if clip.name == "Closer").id.count("/") > 1
    ends = [clip.timeline.end for clip in edit.clips]
    assert any(
        clip.timeline.start - end == 1 for clip, end in zip(edit.clips[1:], ends, strict=False)
    )


def test_every_shot_of_the_film_is_in_the_timeline_once(edit: Edit) -> None:
    shots = compare_shots(oracle(edit), TRUTH, FILM)
    assert [shot.name for shot in shots] == [shot.name for shot in TRUTH.shots]
    assert [shot.name for shot in shots if shot.cut] == ["House", "Avenue", "City"]
