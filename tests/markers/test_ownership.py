"""The hashes in people's projects stay as they were, or every marker would count as edited."""

from __future__ import annotations

import json
from hashlib import blake2b, sha256

import pytest

from shotlog.markers import PALETTE, custom_data, hash_in_file
from shotlog.schema import MarkerFamily


def test_the_hash_in_a_file_is_that_of_the_first_version() -> None:
    # The JSON text of name, note, colour and frames, as version 0.1 wrote it.
    text = '["MS \\u00b7 static", "a note", "CYAN", [10, 48]]'
    expected = blake2b(text.encode("ascii"), digest_size=12).hexdigest()

    assert expected == "08262b878f0f80be835c9994"
    assert hash_in_file("MS · static", "a note", "CYAN", (10, 48)) == expected


def test_a_range_that_cannot_be_read_has_a_hash_of_its_own() -> None:
    hashes = {hash_in_file("a", "b", "RED", frames) for frames in (None, (0, 0), (0, 1), (1, 0))}

    assert len(hashes) == 4


def test_custom_data_hold_the_hash_that_the_page_describes() -> None:
    told = custom_data("1c", "shot", 7, colour="Cyan", duration=48, name="MS · x", note="é\nb")
    owner, _, own = told.partition(";")

    # The first 16 digits of the SHA-256 of the four, joined by line feeds, in UTF-8.
    seen = sha256("Cyan\n48\nMS · x\né\nb".encode()).hexdigest()[:16]
    assert owner == "shotlog1"
    assert json.loads(own) == {"id": "1c", "family": "shot", "at": 7, "hash": seen}


FAULTS = {MarkerFamily.PROBLEM, MarkerFamily.DEFECT}
BRIGHT = {MarkerFamily.HIGHLIGHT, MarkerFamily.REFRAMING}
"""Yellow: a highlight, and a stretch of a reframed timeline that wants to be looked at."""


@pytest.mark.parametrize("family", MarkerFamily)
def test_every_family_has_a_colour_of_its_own_and_faults_are_red(family: MarkerFamily) -> None:
    others = {
        colour for other, colour in PALETTE.items() if other not in FAULTS | BRIGHT | {family}
    }

    assert PALETTE[family] not in others
    assert (PALETTE[family] == "Red") is (family in FAULTS)
