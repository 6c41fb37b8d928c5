"""What others wrote is shown in letters that command nothing."""

from __future__ import annotations

import json

import pytest

from shotlog.schema import make_json_visible, make_visible


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("bell\x07 back\x08 form\x0c zero\x00", r"bell\x07 back\x08 form\x0c zero\x00"),
        ("\x7f\x9b31m\x85", r"\x7f\x9b31m\x85"),  # DEL, and C1: CSI in one character, NEL
        ("invoice\u202efdp.mov", r"invoice\u202efdp.mov"),  # shown as invoicevom.pdf otherwise
        ("\u2066\u2069\u200f\u061c", r"\u2066\u2069\u200f\u061c"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("caf\udce9.mov", r"caf\xe9.mov"),  # the byte E9 of a name that is not UTF-8
        ("\ud83d alone", r"\ud83d alone"),
    ],
)
def test_control_characters_for_terminals_are_escaped(written: str, shown: str) -> None:
    assert make_visible(written) == shown


@pytest.mark.parametrize(
    "name", ["MS · pan_left", "日本語", "Ångström", "👩‍🚀", "שלום", "[/b] :smile:"]
)
def test_letters_of_any_language_are_kept(name: str) -> None:
    assert make_visible(name) == name


def test_json_keeps_its_lines_and_its_values() -> None:
    value = {"name": "a\x1b\x9b\u202e\udcff\n", "path": "日本/é"}
    text = make_json_visible(json.dumps(value, indent=2, ensure_ascii=False))
    assert json.loads(text) == value
    assert text.count("\n") == 3
    assert text.replace("\n", "").isprintable()
    assert "日本/é" in text
