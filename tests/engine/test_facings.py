"""Shots of one face are told to which side it is turned, and others are not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from shotlog.analyzers.kind import KindAnalyzer
from shotlog.analyzers.size import SizeAnalyzer
from shotlog.engine import Cache, EngineOptions, analyze
from shotlog.media.cuts import NoCuts
from shotlog.schema import Facing, Log, TimeRange
from shotlog.synthetic import write_video
from tests.analyzers.edits import edit_of_ranges
from tests.analyzers.portraits import backdrop, turned

RATE = Fraction(24)


def test_a_shot_of_one_face_is_told_its_side_and_no_other_shot(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    size = (320, 180)
    left, nobody = turned(0.5, -45, size=size), backdrop(*size)
    black = nobody * 0
    write_video(path, [each for each in (left, nobody, black) for _ in range(48)], RATE)
    spans = (TimeRange(start=Fraction(n), duration=Fraction(2)) for n in (0, 2, 4))
    edit = edit_of_ranges(path, RATE, *spans)
    options = EngineOptions(cuts=NoCuts())
    with Cache(None) as cache:
        log = analyze(edit, [SizeAnalyzer(), KindAnalyzer()], cache, options=options)
        unmeasured = analyze(edit, [KindAnalyzer()], cache, options=options)
    assert [shot.facing for shot in log.shots] == [Facing.LEFT, None, None]
    assert log.model_dump_json().count('"facing"') == 1
    assert Log.model_validate_json(log.model_dump_json()) == log
    assert '"facing"' not in unmeasured.model_dump_json()
