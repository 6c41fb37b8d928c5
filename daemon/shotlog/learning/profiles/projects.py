"""Groups of projects: those that share media are never both learned from and judged."""

from __future__ import annotations

from collections.abc import Iterable

from scipy.cluster.hierarchy import DisjointSet

from shotlog.schema.learning import Correction


def group_projects(corrections: Iterable[Correction]) -> dict[str, str]:
    """Return the key of the group of every project, by its name: the names of all in it."""
    projects: DisjointSet[str] = DisjointSet()
    of_media: dict[str, str] = {}
    for each in corrections:
        projects.add(each.project)
        projects.merge(each.project, of_media.setdefault(each.content_id, each.project))
    groups = projects.subsets()
    return {name: " + ".join(sorted(names)) for names in groups for name in names}
