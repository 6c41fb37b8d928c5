"""Clips in a compound clip are read where an export holds them.

The double exports compound clips without their content, as no real export of one is known. An
export with the content is what the OpenTimelineIO format provides for nested timelines.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import opentimelineio as otio
import pytest

from shotlog_resolve import edit as reading
from shotlog_resolve.edit import Edit
from shotlog_resolve.otio_route import Export
from shotlog_resolve.scope import RANGE, TIMELINE
from tests.otio.timelines import as_data, clip, gap, stack, timeline, track, warp
from tests.resolve.double import ProjectSpec, TimelineSpec
from tests.resolve.reading.scenes import open_double, read, sources, spans, with_one_clip


def read_nest(
    monkeypatch: pytest.MonkeyPatch, nest: Any, kind: str = "compound", scope: str = TIMELINE
) -> Edit:
    """Read a timeline of a clip and a compound clip of 48 frames, which holds the nest."""

    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        with_one_clip(spec, cut)
        cut.clip(spec.media(name="Compound 1", type=kind), length=48)
        cut.marks(60, 79)

    first = clip("beach.mov", (864100, 48), available=(864000, 1500))
    export = Export(as_data(timeline(track(first, nest))), Fraction(24))
    monkeypatch.setattr(reading, "export_timeline", lambda *_: export)
    return read(open_double(scene), scope)


def test_each_clip_in_it_is_read_for_its_own_place(monkeypatch: pytest.MonkeyPatch) -> None:
    nest = stack(
        track(clip("a", (10, 20)), clip("b", (50, 60), warp(2)), clip("unseen")),
        track(gap(4), clip("c", (0, 8), media="/media/c.mov")),
        source=(0, 48),
    )
    edit = read_nest(monkeypatch, nest)

    assert spans(edit) == [(0, 48), (48, 68), (68, 96), (52, 60)]
    assert sources(edit) == [(100, 148), (10, 30), (50, 106), (0, 8)]
    assert [c["media"] for c in edit.plain["clips"][1:]] == [
        "/media/a.mov", "/media/a.mov", "/media/c.mov",
    ]  # fmt: skip
    assert {item.GetName() for id_, item in edit.items.items() if id_ != "V1/0"} == {"Compound 1"}
    assert edit.skipped == []


def test_a_range_trims_the_clips_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    nest = stack(track(clip("a", (10, 20)), clip("b", (50, 28))), source=(0, 48))
    edit = read_nest(monkeypatch, nest, scope=RANGE)

    assert spans(edit) == [(60, 68), (68, 80)]
    assert sources(edit) == [(22, 30), (50, 62)]


def test_what_in_it_cannot_be_analysed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    ramp = otio.schema.TimeEffect(metadata={"Resolve_OTIO": {"Key Frames": [[0, 0], [1, 2]]}})
    title = clip("Text+", media=None)
    nest = stack(
        track(clip("r", (0, 10), ramp), title, clip("off", enabled=False), clip("b", (0, 18)))
    )
    edit = read_nest(monkeypatch, nest)

    assert [(skipped.name, skipped.reason) for skipped in edit.skipped] == [
        (
            "Compound 1",
            "r in it: it has a speed ramp of 2 key frames, and ramps are not analysed yet",
        ),
        ("Compound 1", "Text+ in it has no media file"),
        ("Compound 1", "off in it is switched off"),
    ]
    assert spans(edit) == [(0, 48), (78, 96)]


def test_a_multicam_clip_is_named_though_its_angles_are_exported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nest = stack(track(clip("a", (0, 48))), track(clip("b", (0, 48))))
    edit = read_nest(monkeypatch, nest, kind="multicam")

    assert spans(edit) == [(0, 48)]
    assert "does not tell its angle" in edit.skipped[0].reason


def test_media_that_left_the_pool_is_found_by_the_export(monkeypatch: pytest.MonkeyPatch) -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        with_one_clip(spec, cut)

    double = open_double(scene)
    double.media("m1").deleted = True
    edit = read(double)

    assert (edit.plain["clips"][0]["media"], sources(edit)) == ("/films/beach.mov", [(100, 148)])
