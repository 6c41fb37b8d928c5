"""Apple's description of FCPXML, which is Apple's own and no part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lxml import etree

VARIABLE = "SHOTLOG_FCPXML_DTDS"
"""Folder of the files ``FCPXMLv1_11.dtd`` and so on."""

_FINAL_CUT = Path(
    "/Applications/Final Cut Pro.app/Contents/Frameworks/Interchange.framework/Versions/A/Resources"
)
_WITH_THE_DATA = Path(__file__).parents[4] / "shared" / "data" / "fcpxml_dtds"


def dtd_of(version: str) -> etree.DTD:
    """Return Apple's DTD of a version of FCPXML; skip the test where it is not here."""
    name = f"FCPXMLv{version.replace('.', '_')}.dtd"
    named = os.environ.get(VARIABLE)
    places = [Path(named)] if named else [_FINAL_CUT, _WITH_THE_DATA]
    found = next((place / name for place in places if (place / name).is_file()), None)
    if found is None:
        pytest.skip(
            f"Apple's {name} is not here: it is a part of Final Cut Pro, and no package has it;"
            f" set {VARIABLE} to a folder that does"
        )
    return etree.DTD(str(found))


def faults_of(content: bytes) -> list[str]:
    """Return what Apple's DTD of its version finds wrong in an FCPXML."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
    dtd = dtd_of(root.get("version"))
    dtd.validate(root)
    return [f"line {error.line}: {error.message}" for error in dtd.error_log.filter_from_errors()]
