"""Profiles are read exactly, and wrong ones are told."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.delivery.subtitles import built_in_profiles, load_profile
from shotlog.schema import SubtitleProfileUnusable

MINE = """characters = 38
narrow_characters = 20
wide_characters = 28
characters_per_second = 17.5
shortest = "5/6"
longest = 6
gap_frames = 4
linger = 0.75
"""


def test_the_profiles_that_come_along_hold_the_published_figures() -> None:
    assert built_in_profiles() == ["broadcast", "web"]
    web, broadcast = load_profile("web"), load_profile("broadcast")
    assert (web.characters, broadcast.characters) == (42, 37)
    assert (web.shortest, web.longest, web.gap_frames) == (Fraction(5, 6), Fraction(7), 2)
    assert web.limit("words", narrow=False) == 42
    assert web.limit("日本", narrow=False) == 32
    assert web.limit("日本", narrow=True) == 22


def test_a_profile_of_the_user_is_exact(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    mine = load_profile(str(path))
    assert (mine.shortest, mine.linger) == (Fraction(5, 6), Fraction(3, 4))
    assert mine.characters_per_second == Fraction(35, 2)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("characters = 38", "characters = 0"), "characters: "),
        (("longest = 6", "longest = 0.5"), "shortest is longer than longest"),
        (("linger = 0.75", 'linger = "soon"'), "linger: "),
        (("gap_frames = 4", "gaps = 4"), "gap"),
        (("gap_frames = 4", "gap_frames ="), "no TOML"),
    ],
)
def test_a_wrong_value_is_told(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MINE.replace(*change), encoding="utf-8")
    with pytest.raises(SubtitleProfileUnusable, match=told):
        load_profile(str(path))


def test_a_profile_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SubtitleProfileUnusable, match="no profile of this name"):
        load_profile("cinema")
    with pytest.raises(SubtitleProfileUnusable, match="cannot be read"):
        load_profile(str(tmp_path))
