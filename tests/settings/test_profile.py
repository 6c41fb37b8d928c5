"""The profile that is set holds for every analysis that names none."""

from __future__ import annotations

import pytest

from shotlog.profiles import ProfileStore
from shotlog.schema import EditorProfile, ProfileUnusable
from shotlog.settings import AnalysisSection

ANNA = EditorProfile(name="anna")


@pytest.fixture(autouse=True)
def _profiles() -> None:
    ProfileStore().write(ANNA)
    ProfileStore().write(EditorProfile(name="lena"))


@pytest.mark.parametrize(
    ("setting", "given", "told"),
    [
        ("", {}, None),
        ("anna", {}, ANNA.id),
        ("", {"profile": "anna"}, ANNA.id),
        ("lena", {"profile": "anna"}, ANNA.id),
        ("anna", {"profile": ""}, None),
    ],
)
def test_profile_that_was_asked_for_precedes_the_one_that_is_set(
    setting: str, given: dict[str, str], told: str | None
) -> None:
    assert AnalysisSection(profile=setting).options(given).get("profile") == told


def test_profile_that_is_set_and_not_here_is_an_error() -> None:
    with pytest.raises(ProfileUnusable, match="no profile of this name"):
        AnalysisSection(profile="otto").options({})
