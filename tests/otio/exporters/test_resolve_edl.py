"""The marker EDL, against the form that Resolve itself writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.schema import Edit, Marker
from shotlog_otio.exporters import find_exporter, to_export
from tests.otio.exporters.reading import read_edl
from tests.otio.marking import clip_range, edit_of, marker

EDL = find_exporter(Path("a.edl"))


def exported(markers: Sequence[Marker], edit: Edit) -> bytes:
    return EDL.export([to_export(m, EDL, {}) for m in markers], edit).content


def edit(rate: Fraction, start: int, *, drop: bool | None = None, name: str = "Reel 1") -> Edit:
    facts = {"start": start / rate, "drop_frame": drop, "name": name}
    return edit_of(clip_range(0, 0, 100), rate=rate).model_copy(update=facts)


def lines(content: bytes) -> list[str]:
    return content.decode().split("\n")


def test_it_has_the_form_that_resolve_writes() -> None:
    one = marker(0, frame=438, name="MS · pan_left", note="Size: 87 %\nBy a 3", duration=48)

    # An hour and 18 seconds, 6 frames: frame 438 after 01:00:00:00 at 24 frames per second.
    assert lines(exported([one], edit(Fraction(24), 86_400))) == [
        "TITLE: Reel 1",
        "FCM: NON-DROP FRAME",
        "",
        "001  001      V     C        01:00:18:06 01:00:18:07 01:00:18:06 01:00:18:07  ",
        "Size: 87 % / By a 3 |C:ResolveColorCyan |M:MS · pan_left |D:48",
        "",
        "",
    ]


def test_drop_frame_is_declared_and_skips_labels() -> None:
    # One minute of 29.97 has 1800 labels; 107892 frames are 01:00:00;00.
    content = exported(
        [marker(0, frame=1799), marker(1, frame=1800)],
        edit(Fraction(30000, 1001), 107_892, drop=True),
    )

    assert lines(content)[1] == "FCM: DROP FRAME"
    assert "01:00:59;29 01:01:00;02 01:00:59;29 01:01:00;02" in lines(content)[3]
    assert "01:01:00;02 01:01:00;03 01:01:00;02 01:01:00;03" in lines(content)[6]


def test_a_clock_that_starts_before_midnight_or_passes_it_has_no_sign() -> None:
    before = exported([marker(0, frame=0)], edit(Fraction(25), -25))
    across = exported([marker(0, frame=25)], edit(Fraction(25), 2_159_975))
    dropped = edit(Fraction(30000, 1001), -1, drop=True)

    assert " 23:59:59:00 23:59:59:01 " in lines(before)[3]
    assert " 00:00:00:00 00:00:00:01 " in lines(across)[3]
    assert " 23:59:59;29 00:00:00;00 " in lines(
        exported([marker(0, frame=0)], dropped)
    )[3]  # fmt: skip


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("", ""),
        ("a|b", "a¦b"),
        ("a\r\nb\u2028c", "a / b / c"),
        ("2. take", "- 2. take"),
        ("001  001      V     C", "- 001  001      V     C"),
        ("* a", "- * a"),
        ("FCM: DROP FRAME", "- FCM: DROP FRAME"),
        ("  a\t\x00b ", "a b"),
    ],
)
def test_a_note_cannot_be_taken_for_another_line(note: str, told: str) -> None:
    made = edit(Fraction(24), 0)

    (read,) = read_edl(exported([marker(0, note=note)], made), made)
    assert read.note == told


def test_a_name_cannot_end_its_field() -> None:
    made = edit(Fraction(24), 0, name="a\nFCM: DROP FRAME|b")
    content = exported([marker(0, name="x |D:99\n |M:y")], made)

    assert lines(content)[0] == "TITLE: a / FCM: DROP FRAME¦b"
    (read,) = read_edl(content, made)
    assert (read.name, read.duration) == ("x ¦D:99 / ¦M:y", 5)


def test_a_character_that_resolve_garbles_is_replaced_and_that_is_told() -> None:
    made = edit(Fraction(24), 0)
    markers = [marker(0, name="🎬 take", note="a 𝄞 b"), marker(1, name="Größe · ›")]
    content, notes = EDL.export([to_export(m, EDL, {}) for m in markers], made)

    first, second = read_edl(content, made)
    assert (first.name, first.note, second.name) == ("□ take", "a □ b", "Größe · ›")
    assert notes == ("□ put for characters of 1 marker that Resolve garbles",)


@pytest.mark.parametrize("sample", ["demo_v3", "tcmagik"])
def test_lines_have_the_spacing_of_resolves_own_files(data_dir: Path, sample: str) -> None:
    path = data_dir / "resolve" / "nle" / f"resolve_marker_edl_{sample}.edl"
    theirs = lines(path.read_bytes())
    ours = lines(exported([marker(0)], edit(Fraction(24), 86_400)))

    def form(line: str) -> str:
        return re.sub(r"\d", "0", line)

    assert form(ours[3]) in {form(line) for line in theirs}
    kept = re.compile(r"[^|]* \|C:ResolveColor\w+ \|M:[^|]* \|D:\d+")
    assert kept.fullmatch(ours[4])
    assert any(kept.fullmatch(line) for line in theirs)
