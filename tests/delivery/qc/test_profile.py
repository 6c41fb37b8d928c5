"""Profiles: those that come with Shotlog, and those of users with their mistakes."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from shotlog.delivery.qc import QUALITY_CHECKS, load_profile, profile_names
from shotlog.schema import QualityCheckError, QualityProfileUnusable, SubtitleProfileUnusable


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_of_ours_has_every_check_once(name: str) -> None:
    profile = load_profile(name)
    assert [check.name for check in profile.checks] == [
        check.name for check in QUALITY_CHECKS.installed
    ]
    assert profile.title


def test_a_profile_of_a_user_has_the_checks_and_limits_that_it_names(tmp_path: Path) -> None:
    own = tmp_path / "trailers.toml"
    own.write_text('title = "Trailers"\n[black]\nlongest = 2\nseverity = "warning"\n[silence]\n')
    profile = load_profile(str(own))
    black, silence = profile.checks
    assert profile.title == "Trailers"
    assert black.text == "black:severity=warning,longest=2.0"
    assert silence.text == "silence"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[blck]", r"there is no check 'blck'; did you mean 'black'\?\. The checks: black"),
        ("[black]\nlongst = 1", r"black\.longst: .*The limits of black: .*longest"),
        ("[black]\nlongest = -1", r"black\.longest: .*greater than or equal to 0"),
        ("[black]\nlongest = 'long'", r"black\.longest"),
        ("black = 1", r"'black' is no table of limits\. Write \[black\]"),
        ("[black", "it is no TOML"),
        ("", "it has no check"),
    ],
)
def test_a_mistake_in_a_profile_is_told_with_its_place(
    text: str, told: str, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text)
    with pytest.raises(QualityProfileUnusable, match=told):
        load_profile(str(own))


def test_a_profile_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(QualityProfileUnusable, match=r"did you mean 'web'\?\. Choose one of b"):
        load_profile("wbe")
    with pytest.raises(QualityProfileUnusable, match="cannot be read: No such file"):
        load_profile(str(tmp_path / "own.toml"))
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'title = "\xe9"')
    with pytest.raises(QualityProfileUnusable, match="it is not UTF-8"):
        load_profile(str(latin))


def test_unknown_rules_of_subtitles_are_told_with_the_profile(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[subtitles]\nrules = "wbe"\n')
    with pytest.raises(SubtitleProfileUnusable, match="wbe: there is no profile of this name"):
        load_profile(str(own))


def test_a_broken_check_of_another_package_is_named() -> None:
    point = EntryPoint("broken", "tests.nowhere:Check", "shotlog.delivery.qc")
    with pytest.raises(QualityCheckError, match=r"No module named 'tests\.nowhere'"):
        QUALITY_CHECKS.load([point])
