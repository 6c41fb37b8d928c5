"""The size of a shot without a visible face is told from the picture as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from shotlog.analyzers.whole_picture import WholePictureAnalyzer
from shotlog.schema import UNDEFINED, Claim, EditorProfile, LabelCalibration, Pixels
from tests.analyzers.portraits import photograph, portrait, series, view, whole_picture_series
from tests.analyzers.stills import labelled_stills


def conclude(pictures: Sequence[Pixels]) -> Claim | None:
    """Return the claim on a shot of these pictures; None where it claims nothing."""
    claims = WholePictureAnalyzer().conclude(view(series(pictures), whole_picture_series(pictures)))
    return next(iter(claims), None)


def known(pictures: Sequence[Pixels]) -> Claim:
    claim = conclude(pictures)
    assert claim is not None
    return claim


@pytest.mark.parametrize(
    ("name", "label"), [("rocket.jpg", "LS"), ("coffee.png", "CS"), ("chelsea.png", "CS")]
)
def test_picture_without_a_face_gets_its_size_by_the_whole(name: str, label: str) -> None:
    claim = known([photograph(name)] * 2)
    assert (claim.label, claim.reasons) == (label, ("by the picture as a whole",))
    assert claim.confidence == claim.scores[label] == max(claim.scores.values()) >= 0.6


def test_picture_that_is_like_two_sizes_is_undefined_and_says_between_which() -> None:
    claim = known([photograph("rocket.jpg"), photograph("coffee.png")])
    assert claim.label == UNDEFINED
    assert claim.scores["LS"] > 0
    assert claim.scores["CS"] > 0
    assert claim.reasons[-1].startswith("between ")


def test_flat_picture_has_no_size_and_the_reason_says_why() -> None:
    claim = known([np.full((360, 640, 3), 127, np.uint8)])
    assert (claim.label, claim.scores) == (UNDEFINED, {})
    assert claim.reasons == ("the picture is like none of known size",)


def test_nothing_is_claimed_where_a_face_decides() -> None:
    assert conclude([portrait(0.22, at=(0.5, 0.5))] * 3) is None


def test_nothing_is_claimed_where_the_face_that_decides_leaves_the_size_open() -> None:
    shares = np.geomspace(0.07, 1.0, 12)
    assert conclude([portrait(float(share), at=(0.5, 0.5)) for share in shares]) is None


def test_nothing_is_claimed_of_a_shot_without_a_picture() -> None:
    assert conclude([]) is None


def test_most_labelled_stills_without_a_face_get_a_right_size(data_dir: Path) -> None:
    stills = [still for still in labelled_stills(data_dir) if still.faceless]
    said = [(still, known([still.pixels] * 2).label) for still in stills]
    answered = [(still, size) for still, size in said if size != UNDEFINED]
    assert len(stills) == 15
    assert len(answered) >= 9
    assert not [still.name for still, size in answered if size not in still.sizes]


def test_profile_corrects_the_probabilities_and_the_rest_is_still_that_of_nothing() -> None:
    pictures = [photograph("rocket.jpg")] * 2
    evidence = view(series(pictures), whole_picture_series(pictures))
    plain = WholePictureAnalyzer()
    calibration = LabelCalibration(bias={"FS": 9.0})
    profile = EditorProfile(name="anna", calibrations={plain.key: calibration})
    (before,), (after,) = (a.conclude(evidence) for a in (plain, plain.with_profile(profile)))
    assert (before.label, after.label) == ("LS", "FS")
    assert after.scores == calibration.of_one(before.scores)
    assert sum(after.scores.values()) == pytest.approx(sum(before.scores.values()))
