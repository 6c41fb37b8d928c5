"""The project for Shotcut, through MLT, on which Shotcut is built."""

from __future__ import annotations

import math
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog_otio.exporters import EXPORTERS, ExportMarker
from tests.otio.exporters.reading_xml import parse, read_shotcut
from tests.otio.marking import clip_range, edit_of


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), Fraction(60000, 1001)])
def test_mlt_reads_the_project_and_keeps_its_markers_and_length(
    tmp_path: Path, rate: Fraction
) -> None:
    melt = shutil.which("melt")
    if melt is None:
        pytest.skip("melt is not installed; on Debian it is the package melt")
    edit = edit_of(clip_range(0, 0, 10), rate=rate)
    markers = [ExportMarker(n, 1 + n % 3, "RED", f"<a> {n}") for n in (0, 1, 7, 100, 200)]
    made, back = tmp_path / "made.mlt", tmp_path / "back.mlt"
    made.write_bytes(EXPORTERS.by_name["shotcut"].export(markers, edit).content)
    subprocess.run(
        [melt, f"xml:{made}", "-consumer", f"xml:{back}"], check=True, capture_output=True
    )

    root = parse(back.read_bytes())
    (main,) = root.iterfind("producer[@id='main']")  # MLT makes one producer of the project
    texts = [p.text for p in main.iterfind("properties/properties/property[@name='text']")]
    starts = [p.text for p in main.iterfind("properties/properties/property[@name='start']")]
    ours = parse(made.read_bytes()).iterfind("tractor/properties/properties")
    assert texts == [f"<a> {n}" for n in (0, 1, 7, 100, 200)]
    assert starts == [marker.findtext("property[@name='start']") for marker in ours]
    frames = [m.frame for m in read_shotcut(made.read_bytes(), edit)]
    assert frames == [0, 1, 7, 100, 200]
    assert int(main.findtext("property[@name='length']")) == math.ceil(10 * rate)
