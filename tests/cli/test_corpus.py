"""Real timelines of many editors, whole: marked, marked again, cleared, with media stood in."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import opentimelineio as otio
import pytest
from click.testing import CliRunner

from shotlog.cli import main
from shotlog.schema import Log
from shotlog.synthetic import write_video

pytestmark = pytest.mark.slow

NAMES = (
    "timelines/otio/clip_example", "timelines/otio/effects",
    "timelines/otio/generator_reference_test", "timelines/otio/image_sequence_example",
    "timelines/otio/img_seq_media_reference", "timelines/otio/multiinstance",
    "timelines/otio/multitrack", "timelines/otio/nested_example",
    "timelines/otio/premiere_example.marker3_future", "timelines/otio/premiere_example",
    "timelines/otio/screening_example", "timelines/otio/time_warp_test_suite",
    "timelines/otio/transition_test",
    "resolve/otio/ambiguity_base", "resolve/otio/ambiguity_ref2",
    "resolve/otio/ambiguity_ref4_retime_50pct", "resolve/otio/ambiguity_ref5_speedramp_stepped",
    "resolve/otio/ambiguity_torture_ref", "resolve/otio/ayon_clip_img_seq_2x_speed_resolve",
    "resolve/otio/ayon_clip_img_seq_reverse_speed_no_tc",
    "resolve/otio/ayon_clip_movie_with_handles", "resolve/otio/ayon_clip_qt_embedded_tc",
)  # fmt: skip


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four minutes of small film with a cut every ten seconds."""
    path = tmp_path_factory.mktemp("media") / "stand-in.mp4"
    noise = np.random.default_rng(11).integers(0, 255, (24, 20, 40, 3)).astype(np.uint8)
    worlds = [cv2.GaussianBlur(cv2.resize(w, (320, 160)), (0, 0), 2) for w in noise]
    frames = (np.ascontiguousarray(worlds[n // 240][40:112, 60:188]) for n in range(240 * 24))
    write_video(path, frames, Fraction(24), options={"preset": "ultrafast", "crf": "30"})
    return path


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all timelines: they use the same film, which needs to be looked at once."""
    return tmp_path_factory.mktemp("cache") / "evidence.sqlite"


def with_media(text: str, media: Path) -> str:
    """The same timeline with every reference to media, of whatever kind, to the stand-in.

    A clip that does not tell where its media starts is given media that start where it does.
    """

    def relink(node: Any) -> Any:
        if isinstance(node, list):
            return [relink(item) for item in node]
        if not isinstance(node, dict):
            return node
        kind = str(node.get("OTIO_SCHEMA", "")).partition(".")[0]
        if kind == "Clip" and node.get("media_reference", "") is None:
            node = {**node, "media_reference": {"OTIO_SCHEMA": "MissingReference.1"}}
        if kind == "Clip" and node.get("source_range"):
            for reference in (
                node.get("media_reference"),
                *node.get("media_references", {}).values(),
            ):
                if reference and not reference.get("available_range"):
                    reference["available_range"] = node["source_range"]
        if kind in ("ExternalReference", "ImageSequenceReference", "MissingReference"):
            kept = {k: node[k] for k in ("available_range", "name", "metadata") if k in node}
            return {**kept, "OTIO_SCHEMA": "ExternalReference.1", "target_url": str(media)}
        return {key: relink(value) for key, value in node.items()}

    return json.dumps(relink(json.loads(text)), indent=4)


@pytest.mark.parametrize("name", NAMES)
def test_a_real_timeline_is_marked_and_cleared_without_a_trace(
    name: str, data_dir: Path, stand_in: Path, cache: Path, tmp_path: Path
) -> None:
    source, out, again = (tmp_path / f"{n}.otio" for n in ("source", "out", "again"))
    source.write_text(with_media((data_dir / f"{name}.otio").read_text(), stand_in))
    before = source.read_bytes()
    findings = tmp_path / "findings.json"

    result = _shotlog("analyze", source, "-o", out, "--json", findings, "--cache", cache)
    log = Log.model_validate_json(findings.read_text())
    logged = {shot.shot.clip for shot in log.shots} | {p.clip for p in log.problems}
    assert logged == {clip.id for clip in log.edit.clips if clip.enabled}, result
    _assert_shots_fill_their_clips(log)
    if "marker3" not in name:
        otio.adapters.read_from_file(str(out))

    _shotlog("analyze", out, "-o", again, "--cache", cache)
    assert again.read_bytes() == out.read_bytes()
    _shotlog("clear", again)
    assert again.read_bytes() == before


def _assert_shots_fill_their_clips(log: Log) -> None:
    """The shots of a clip lie end to end and make up the whole of it, on the timeline's clock."""
    cut_short = {w.partition(":")[0] for w in log.warnings if "outside its media" in w}
    for clip in log.edit.clips:
        spans = [s.shot.timeline for s in log.shots if s.shot.clip == clip.id]
        if not spans or clip.name in cut_short:
            continue
        assert spans[0].start == clip.timeline.start
        assert spans[-1].end == clip.timeline.end
        assert all(a.end == b.start for a, b in itertools.pairwise(spans))


def _shotlog(*args: str | Path) -> str:
    result = CliRunner().invoke(main, [str(a) for a in args])
    assert result.exit_code == 0, result.output
    return result.output
