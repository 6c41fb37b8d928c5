"""The size of a shot is told from the faces in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats

from shotlog.analyzers import Letterbox
from shotlog.analyzers.faces import Face, FaceSample
from shotlog.analyzers.size import (
    FITTED_SCALE,
    SIZE_FEATURES,
    Framing,
    SizeAnalyzer,
    find_principals,
    read_principals,
    size_features,
)
from shotlog.schema import (
    UNDEFINED,
    Claim,
    EditorProfile,
    HeadCorrection,
    LabelCalibration,
    Pixels,
)
from tests.analyzers.portraits import (
    backdrop,
    letterboxed,
    portrait,
    series,
    view,
)
from tests.analyzers.stills import labelled_stills


def conclude(pictures: Sequence[Pixels], profile: EditorProfile | None = None) -> Claim:
    plain = SizeAnalyzer()
    analyzer = plain if profile is None else plain.with_profile(profile)
    (claim,) = analyzer.conclude(view(series(pictures)))
    return claim


@pytest.mark.parametrize(
    ("share", "label"), [(0.09, "FS"), (0.22, "MS"), (0.6, "CS"), (1.5, "ECS")]
)
def test_size_follows_from_the_height_of_the_face(share: float, label: str) -> None:
    claim = conclude([portrait(share, at=(0.5, 0.5))] * 3)
    assert claim.label == label
    assert claim.confidence == max(claim.scores.values()) > 0.5
    assert sum(claim.scores.values()) == pytest.approx(1)


def test_claim_spans_the_shot_and_has_a_reason() -> None:
    evidence = view(series([portrait(0.22)] * 3 + [backdrop()]))
    (claim,) = SizeAnalyzer().conclude(evidence)
    assert claim.range == evidence.shot.source
    assert claim.reasons[0].startswith("face 2")
    assert claim.reasons[0].endswith("% of picture height, seen on 3 of 4 pictures")


def test_shot_without_a_face_is_undefined() -> None:
    claim = conclude([backdrop()] * 3)
    assert claim.label == UNDEFINED
    assert claim.reasons == ("no face seen",)


def test_shot_without_any_sample_is_undefined() -> None:
    claim = conclude([])
    assert claim.label == UNDEFINED
    assert claim.reasons == ("too short to be looked at",)


@pytest.mark.parametrize(("without", "label"), [(0, "MS"), (2, "MS"), (3, UNDEFINED)])
def test_face_on_one_picture_of_several_does_not_count(without: int, label: str) -> None:
    assert conclude([portrait(0.25)] + [backdrop()] * without).label == label


def test_letterbox_does_not_change_the_size() -> None:
    plain, barred = (
        conclude([picture] * 2) for picture in (portrait(0.45), letterboxed(portrait(0.45), 80))
    )
    assert barred.label == plain.label
    assert barred.confidence == pytest.approx(plain.confidence, abs=0.05)


def test_one_dark_picture_does_not_pass_for_broader_bars() -> None:
    bright = letterboxed(portrait(0.3), 40)
    dark = bright.copy()
    dark[:100] = dark[-100:] = 0
    steady, with_dark = conclude([bright] * 4), conclude([bright, dark, bright, bright])
    assert with_dark.label == steady.label


def test_shot_that_changes_size_is_undefined_and_keeps_its_scores() -> None:
    shares = np.geomspace(0.07, 1.0, 12)
    claim = conclude([portrait(float(share), at=(0.5, 0.5)) for share in shares])
    assert claim.label == UNDEFINED
    assert len(claim.scores) == 5
    assert claim.reasons[1].startswith("between ")


def test_largest_of_two_faces_decides() -> None:
    pair = portrait(0.15, at=(0.2, 0.5), size=(320, 360))
    both = np.ascontiguousarray(np.hstack([pair, portrait(0.55, size=(320, 360))]))
    assert conclude([both] * 2).label == "CS"


def test_same_pictures_give_the_same_claim() -> None:
    pictures = [portrait(0.3), portrait(0.32), backdrop()]
    assert conclude(pictures) == conclude(pictures)


def test_people_cut_off_at_the_chest_below_a_wide_sky_are_no_full_shot() -> None:
    assert conclude([portrait(0.1, at=(0.5, 0.3))] * 2).label == "FS"
    assert conclude([portrait(0.1, at=(0.5, 0.85))] * 2).label == "MS"


@given(height=floats(0.01, 2), near=floats(1, 3), room=floats(0, 20))
def test_scores_are_probabilities_and_a_nearer_face_is_never_farther(
    height: float, near: float, room: float
) -> None:
    far, nearer = (
        list(FITTED_SCALE.probabilities(Framing(h, h, room)).values())
        for h in (height, height * near)
    )
    assert sum(far) == pytest.approx(1)
    assert min(far) >= 0
    for at_least in (1, 3, 4):
        assert sum(nearer[at_least:]) >= sum(far[at_least:]) - 1e-9


def test_eyes_that_fill_the_picture_are_an_extreme_close_up() -> None:
    eyes = portrait(2.2, at=(0.5, 0.75))
    claim = conclude([eyes] * 2)
    assert claim.label == "ECS"


def test_a_weak_detection_that_lasts_is_rejected() -> None:
    steady = [FaceSample(at, Letterbox(), (_face(0.5),)) for at in range(6)]
    assert find_principals(steady) == [None] * 6


def test_a_weak_detection_on_one_picture_is_rejected_and_accepted_on_several() -> None:
    face = _face(0.6)
    assert find_principals([FaceSample(0, Letterbox(), (face,))]) == [None]
    assert find_principals([FaceSample(at, Letterbox(), (face,)) for at in range(2)]) == [
        face,
        face,
    ]


def test_face_is_followed_while_it_walks_but_not_when_it_jumps() -> None:
    walking = [FaceSample(at, Letterbox(), (_face(0.6, cx=0.2 + 0.1 * at),)) for at in range(5)]
    assert None not in find_principals(walking)
    jumping = [
        FaceSample(at, Letterbox(), (_face(0.6, cx=0.1 + 0.8 * (at % 2)),)) for at in range(2)
    ]
    assert find_principals(jumping) == [None, None]


def test_face_found_on_every_second_sample_is_followed_through_a_pan() -> None:
    faces = [_face(0.6, cx=0.1 + 0.2 * at) if at % 2 == 0 else None for at in range(5)]
    panned = [FaceSample(at, Letterbox(), (face,) if face else ()) for at, face in enumerate(faces)]
    assert find_principals(panned) == faces


def _face(score: float, cx: float = 0.5) -> Face:
    return Face(score, cx, 0.4, 0.1, 0.2, 0.35, 0.45, 0.0)


def test_labelled_stills_with_a_face_get_their_sizes(data_dir: Path) -> None:
    stills = [s for s in labelled_stills(data_dir) if s.face]
    wrong = [s.name for s in stills if conclude([s.pixels] * 2).label not in s.sizes]
    assert len(stills) == 24
    assert len(wrong) <= 2, wrong


def tight_head(weight: float) -> HeadCorrection:
    """A head that moves CS by the room above the face, in tenths of the picture."""
    weights = [0.0] * len(SIZE_FEATURES)
    weights[SIZE_FEATURES.index("head_room")] = weight
    spread = [1.0] * len(SIZE_FEATURES)
    spread[SIZE_FEATURES.index("head_room")] = 0.1
    return HeadCorrection(
        analyzer=SizeAnalyzer().key,
        features=SIZE_FEATURES,
        mean=(0.0,) * len(SIZE_FEATURES),
        scale=tuple(spread),
        bias={"CS": 4.0},
        weights={"CS": tuple(weights)},
    )


def test_profile_of_an_editor_who_minds_head_room_changes_the_size_where_there_is_little() -> None:
    profile = EditorProfile(name="anna", size=tight_head(-2.0))
    tight, airy = ([portrait(0.3, at=(0.5, y))] * 3 for y in (0.17, 0.6))
    assert [conclude(pictures).label for pictures in (tight, airy)] == ["MS", "MS"]
    assert [conclude(pictures, profile).label for pictures in (tight, airy)] == ["CS", "MS"]


def test_head_is_corrected_first_and_then_calibrated() -> None:
    pictures = [portrait(0.3, at=(0.5, 0.3))] * 3
    calibration = LabelCalibration(temperature=2.0, bias={"MS": 0.5})
    head = tight_head(-2.0)
    profile = EditorProfile(name="anna", size=head, calibrations={SizeAnalyzer().key: calibration})
    features = size_features(read_principals(view(series(pictures))))
    by_hand = calibration.of_one(head.apply(conclude(pictures).scores, features.tolist()))
    claim = conclude(pictures, profile)
    assert claim.scores == by_hand
    assert claim.confidence == max(by_hand.values())


def test_threshold_of_a_size_stays_under_a_profile() -> None:
    flat = EditorProfile(
        name="anna", calibrations={SizeAnalyzer().key: LabelCalibration(temperature=50.0)}
    )
    claim = conclude([portrait(0.22)] * 3, flat)
    assert claim.label == UNDEFINED
    assert max(claim.scores.values()) < 0.45
