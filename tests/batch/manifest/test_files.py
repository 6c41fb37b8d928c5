"""Manifests and shards as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.batch.manifest import VERSION, BatchManifest, Shard, encode, read_manifest, read_shard
from shotlog.schema import ManifestTooNew, ManifestUnreadable
from tests.batch.season import OPTIONS, plan, season, shard_files


def shard() -> Shard:
    return Shard(number=1, options=OPTIONS, roots=("/season",), items=())


def test_a_shard_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "0001.json"
    path.write_bytes(encode(shard()))
    assert read_shard(path).model_copy(update={"digest": ""}) == shard()


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    season(tmp_path / "season")
    plan([tmp_path / "season"], tmp_path / "one")
    plan([tmp_path / "season"], tmp_path / "two")
    for one, two in zip(shard_files(tmp_path / "one"), shard_files(tmp_path / "two"), strict=True):
        assert one.read_bytes() == two.read_bytes()
    manifests = [tmp_path / name / ".shotlog/manifest.json" for name in ("one", "two")]
    assert manifests[0].read_bytes() == manifests[1].read_bytes()


def test_a_plan_that_is_the_same_leaves_its_files_untouched(tmp_path: Path) -> None:
    season(tmp_path / "season")
    plan([tmp_path / "season"], tmp_path / "out")
    before = [path.stat().st_mtime_ns for path in shard_files(tmp_path / "out")]
    plan([tmp_path / "season"], tmp_path / "out")
    assert [path.stat().st_mtime_ns for path in shard_files(tmp_path / "out")] == before


def test_a_shard_of_a_newer_version_says_that_shotlog_must_be_updated(tmp_path: Path) -> None:
    path = tmp_path / "0001.json"
    fields = json.loads(encode(shard())) | {"version": VERSION + 1, "priority": "new field"}
    path.write_text(json.dumps(fields))
    with pytest.raises(ManifestTooNew) as error:
        read_shard(path)
    assert "Update Shotlog" in error.value.problem.hint


def test_a_shard_that_was_edited_by_hand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "0001.json"
    path.write_bytes(encode(shard()).replace(b"/season", b"/elsewhere"))
    with pytest.raises(ManifestUnreadable, match="was changed after"):
        read_shard(path)


@given(cut=st.integers(min_value=0, max_value=400))
def test_a_truncated_shard_is_refused_wherever_it_ends(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "truncated.json"
    whole = encode(shard())
    path.write_bytes(whole[: min(cut, len(whole) - 3)])
    with pytest.raises(ManifestUnreadable):
        read_shard(path)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{}", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(content)
    with pytest.raises(ManifestUnreadable):
        read_manifest(path)


def test_a_manifest_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestUnreadable, match=r"manifest\.json.*cannot be read"):
        read_manifest(tmp_path / "manifest.json")


def test_a_manifest_lists_its_problems(tmp_path: Path) -> None:
    season(tmp_path / "season")
    (tmp_path / "season" / "bad.otio").write_text("{")
    made: BatchManifest = plan([tmp_path / "season"], tmp_path / "out").manifest
    assert [Path(each.path).name for each in made.problems] == ["bad.otio"]
