"""Analyzers under the profile of an editor, and warnings where the profile changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shotlog.schema import Analyzer, CorrectableAnalyzer, EditorProfile


def apply_profile(
    analyzers: Sequence[Analyzer], profile: EditorProfile
) -> tuple[list[Analyzer], tuple[str, ...]]:
    """Return analyzers with a profile, where it corrects them, and warnings where it does not.

    Raises:
        ProfileUnusable: The profile corrects an analyzer in a way that it does not have.
    """
    corrected = [
        analyzer.with_profile(profile) if isinstance(analyzer, CorrectableAnalyzer) else analyzer
        for analyzer in analyzers
    ]
    return corrected, tuple(_warnings(analyzers, profile))


def _warnings(analyzers: Sequence[Analyzer], profile: EditorProfile) -> Iterator[str]:
    able = [analyzer for analyzer in analyzers if isinstance(analyzer, CorrectableAnalyzer)]
    others = [analyzer for analyzer in able if analyzer.key not in profile.analyzers]
    stale = [a.name for a in others if any(k.startswith(f"{a.name}/") for k in profile.analyzers)]
    if stale:
        yield (
            f"the profile {profile.name} was learned for other versions of {', '.join(stale)},"
            " whose scores stay as they are; learn it again with: shotlog learn"
        )
    elif len(others) == len(able):
        yield (
            f"the profile {profile.name} changes nothing here: it corrects none of the analyzers"
            f" of this run ({', '.join(analyzer.name for analyzer in able)})"
        )
