"""Groups of projects: those that share media are never both learned from and judged."""

from __future__ import annotations

from collections.abc import Iterable

from shotlog.schema.learning import Correction


def group_projects(corrections: Iterable[Correction]) -> dict[str, str]:
    """Return the key of the group of every project, by its name: the names of all in it."""
    media: dict[str, set[str]] = {}
    for each in corrections:
        media.setdefault(each.project, set()).add(each.content_id)
    groups: list[tuple[set[str], set[str]]] = []
    for project in sorted(media):
        names, contents = {project}, set(media[project])
        for group in [each for each in groups if each[1] & contents]:
            groups.remove(group)
            names |= group[0]
            contents |= group[1]
        groups.append((names, contents))
    return {name: " + ".join(sorted(names)) for names, _ in groups for name in names}
