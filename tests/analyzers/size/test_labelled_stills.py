"""The benchmarks of shot sizes say which labels they miss."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


def test_labels_without_stills_end_the_benchmark_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not BENCHMARKS.is_dir():
        pytest.skip("the benchmarks are not beside the tests here")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    (tmp_path / "labels.csv").write_text("file,task,label\na.mp4,camera,zoom_in\n")
    with pytest.raises(SystemExit, match=r"labels\.csv has no rows of the task 'scale'"):
        list(importlib.import_module("size_data").stills(tmp_path))
