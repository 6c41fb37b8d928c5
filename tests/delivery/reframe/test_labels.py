"""The labelled subjects by which reframing is measured."""

import pytest

from benchmarks.subject_labels import Box, agreement, box_at, iou, read_labels


def test_every_box_lies_in_its_picture_and_has_an_area() -> None:
    for clip in read_labels():
        for boxes in (*clip.subjects.values(), *clip.again.values(), *clip.faces.values()):
            for box in boxes.values():
                assert 0 <= box.left < box.right <= 1
                assert 0 <= box.top < box.bottom <= 1


def test_both_readings_agree() -> None:
    assert len(read_labels()) == 12
    assert agreement(read_labels()) > 0.9


def test_a_box_moves_evenly_between_two_seconds() -> None:
    boxes = {1: Box(0, 0, 0.2, 0.4), 2: Box(0.2, 0, 0.4, 0.4)}
    assert box_at(boxes, 1.5) == pytest.approx((0.1, 0, 0.3, 0.4))


def test_a_subject_that_has_left_has_no_box() -> None:
    boxes = {1: Box(0, 0, 0.2, 0.4), 3: Box(0.2, 0, 0.4, 0.4)}
    assert box_at(boxes, 2) is None
    assert box_at(boxes, 4) is None


def test_half_covered_boxes_share_a_third_of_their_union() -> None:
    assert iou((0, 0, 0.4, 1), (0.2, 0, 0.6, 1)) == pytest.approx(1 / 3)
    assert iou((0, 0, 0.1, 1), (0.5, 0, 0.6, 1)) == 0
