"""Timelines of real programs: each is read or refused, marked, and nothing else of it is changed.

Each format's own tests look at its markers; here the files as they are, by other readers than ours.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from shotlog.markers import markers_of
from shotlog.schema import TimelineError
from shotlog_otio import inspect_file
from shotlog_otio.documents import BOM
from shotlog_otio.formats import find_format
from shotlog_otio.markers import Target
from tests.nle.cuts.writing import writer_of
from tests.otio.aaf.dumping import dump
from tests.otio.marking import log_of

REFUSED = {
    "timelines/avid_marker_txt/multiple-markers-over-transitions.txt": "not a timeline",
    "timelines/fcp7xml/sample_just_track.xml": "no sequence",
    "resolve/nle/resolve_21.0.4.5_compound-nav.drp": "DaVinci Resolve",
}
"""The files that are no timelines, and what is said of each."""

MARKERS_ALONE = frozenset({
    "resolve/nle/resolve_marker_edl_demo_v3.edl",
    "resolve/nle/resolve_marker_edl_tcmagik.edl",
})  # fmt: skip
"""Lists that hold markers and no clips."""


def corpus(data: Path) -> list[Path]:
    """Every file of the corpus, but its descriptions."""
    files = (p for f in ("timelines", "resolve") for p in sorted((data / f).rglob("*")))
    return [p for p in files if p.is_file() and p.name != "PROVENANCE.txt"]


@pytest.fixture(scope="module")
def timelines(data_dir: Path) -> list[Path]:
    unread = {*REFUSED, *MARKERS_ALONE}
    return [p for p in corpus(data_dir) if str(p.relative_to(data_dir)) not in unread]
