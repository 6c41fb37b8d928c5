"""Names of files that are no text: kept in memory, spelled outside of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shotlog.schema import ImageSequence, MediaMissing, MediaReference, readable

LATIN1 = os.fsdecode(b"/media/caf\xe9.mp4")


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_every_name_survives_json_byte_for_byte(name: bytes) -> None:
    path = os.fsdecode(b"/media/" + name)
    text = MediaReference(path=path).model_dump_json()
    text.encode()  # valid, whatever the bytes
    assert os.fsencode(MediaReference.model_validate_json(text).path) == b"/media/" + name


@pytest.mark.parametrize(
    "path", ["/media/a.mov", "/média/100%25.mov", "C:\\a\\b.mov", "\\\\nas\\a"]
)
def test_a_utf8_name_is_plain_text_in_json(path: str) -> None:
    assert MediaReference(path=path).model_dump()["path"] == path


def test_a_name_that_is_not_utf8_is_a_url_in_json() -> None:
    assert MediaReference(path=LATIN1).model_dump()["path"] == "file:///media/caf%E9.mp4"


def test_the_pattern_of_an_image_sequence_survives_json() -> None:
    sequence = ImageSequence(pattern=f"{LATIN1}.%04d.exr", first=1, rate="25")
    assert ImageSequence.model_validate_json(sequence.model_dump_json()) == sequence


def test_a_path_is_text_and_nothing_else() -> None:
    with pytest.raises(ValidationError, match="a path is text"):
        MediaReference(path=b"/media/a.mov")


def test_the_readable_form_of_a_name_is_text() -> None:
    problem = MediaMissing(LATIN1).problem
    assert problem.subject == r"/media/caf\xe9.mp4"
    assert readable("half of a pair: \ud800") == r"half of a pair: \ud800"


def test_a_path_keeps_its_bytes_under_an_ascii_locale() -> None:
    # E9 alone is no UTF-8: a name in Latin-1 keeps its byte; é is C3 A9, 日 is E6 97 A5.
    code = """
import os, sys
from shotlog.schema.paths import possible_paths
for path in ("/media/a.mov", "/media/\\xe9/\\u65e5.mov", "/media/\\xe9/\\udce9.mov"):
    print([os.fsencode(known) for known in possible_paths(path)])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout.decode().splitlines() == [
        "[b'/media/a.mov']",
        r"[b'/media/\xc3\xa9/\xe6\x97\xa5.mov']",
        r"[b'/media/\xc3\xa9/\xe9.mov']",
    ]
