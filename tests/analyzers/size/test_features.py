"""Features tell the framing of a face, whatever its samples."""

from __future__ import annotations

import math

import pytest

from shotlog.analyzers.faces import Face
from shotlog.analyzers.size import SIZE_FEATURES, size_features


def face(height: float, top: float, across: float = 0.5) -> Face:
    return Face(0.9, across, top + height / 2, 0.2, height, 0.0, 0.0, 0.0)


def named(*principals: Face | None) -> dict[str, float]:
    return dict(zip(SIZE_FEATURES, size_features(principals).tolist(), strict=True))


def test_features_are_those_worked_out_by_hand() -> None:
    assert named(face(0.2, 0.1, across=0.25)) == pytest.approx(
        {
            "height": math.log(0.2),
            "head_room": 0.1,
            "head_room_in_faces": math.log(1.5),
            "chin_room_in_faces": math.log(4.5),
            "off_centre": 0.25,
            "samples": 0.0,
        }
    )


def test_samples_without_a_face_are_left_out_and_the_middle_one_of_the_others_counts() -> None:
    found = named(face(0.2, 0.1), None, face(0.2, 0.3), face(0.2, 0.2))
    assert found == pytest.approx({**named(face(0.2, 0.2)), "samples": math.log(3)})


def test_face_over_the_edges_of_the_picture_has_no_room() -> None:
    found = named(face(1.5, -0.2))
    assert found["head_room"] == found["head_room_in_faces"] == found["chin_room_in_faces"] == 0


def test_mirrored_framing_has_the_same_features() -> None:
    assert named(face(0.2, 0.1, across=0.3)) == pytest.approx(named(face(0.2, 0.1, across=0.7)))


@pytest.mark.parametrize("principals", [(), (None, None)])
def test_framing_without_a_face_has_no_features(principals: tuple[None, ...]) -> None:
    with pytest.raises(ValueError, match="need a face"):
        size_features(principals)
