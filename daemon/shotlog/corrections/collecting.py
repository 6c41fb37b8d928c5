"""Collection of corrections from timelines that editors have worked on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from shotlog.corrections.comparing import Comparison, CorrectionOrigin
from shotlog.corrections.payloads import corrections_by_payload
from shotlog.corrections.present import PresentTimeline
from shotlog.corrections.store import RecordStore, TimelineKey
from shotlog.engine import ProbeCache
from shotlog.learning.corrections import Corrections
from shotlog.schema import (
    Problem,
    ShotlogError,
    TimelineAmbiguous,
    TimelineMissing,
    readable,
)
from shotlog.schema.learning import Correction
from shotlog_otio import Reading, ReadOptions, is_timeline, read_markers, read_timeline


@dataclass(frozen=True)
class CollectedCorrections:
    """The corrections of some timelines.

    Attributes:
        corrections: The corrections.
        timelines: Number of timelines that were read.
        problems: Timelines that cannot be read, and clips whose corrections were left out.
        warnings: Sentences on what is not known of a timeline.
    """

    corrections: Corrections
    timelines: int
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Sequence:
    """One sequence of a timeline file, as it was read."""

    path: Path
    reading: Reading
    options: ReadOptions

    @property
    def name(self) -> str:
        """Name for people: that of the file, and of its sequence where it holds several."""
        name = readable(self.path.name)
        return f"{name}: {self.options.sequence}" if self.options.sequence else name


def find_timelines(paths: Iterable[Path]) -> list[Path]:
    """Return the timelines that were named, and those in folders and their subfolders, sorted.

    Hidden folders are passed over: a batch keeps drafts in one.

    Raises:
        TimelineMissing: A path does not exist, or a folder holds no timeline.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise TimelineMissing(str(path))
        inside = [path] if not path.is_dir() or is_timeline(path) else _search(path)
        if not inside:
            hint = "Give marked timelines, or a folder of them."
            raise TimelineMissing(str(path), "there is no timeline in this folder", hint)
        found += inside
    return list(dict.fromkeys(found))


def _search(folder: Path) -> list[Path]:
    found = []
    for place, folders, files in os.walk(folder):
        inside = [Path(place, name) for name in folders if not name.startswith(".")]
        bundles = {path.name for path in inside if is_timeline(path)}
        folders[:] = [path.name for path in inside if path.name not in bundles]
        found += [path for name in files if is_timeline(path := Path(place, name))]
        found += [Path(place, name) for name in bundles]
    return sorted(found)


def collect_corrections(
    timelines: Sequence[Path],
    probe_cache: ProbeCache,
    reading: Callable[[Path], ReadOptions],
    *,
    editor: str = "",
    project: str | None = None,
    on_done: Callable[[], None] = lambda: None,
) -> CollectedCorrections:
    """Return what editors made of the labels in timelines.

    Args:
        timelines: The timelines.
        probe_cache: Probes their media, where a marker was moved, added or deleted.
        reading: Returns the options by which a timeline is read.
        editor: Name of the editor.
        project: Name of the project; None takes the folder of each timeline.
        on_done: Called after each timeline.

    Raises:
        TimelineError: No timeline can be read.
    """
    store = RecordStore()
    found: list[Correction] = []
    problems: list[Problem] = []
    warnings: list[str] = []
    read = 0
    unread: ShotlogError | None = None
    for path in timelines:
        named = project if project is not None else path.absolute().parent.name
        try:
            for each in _sequences(path, reading(path)):
                read += 1
                origin = CorrectionOrigin(project=named, timeline=each.name, editor=editor)
                found += _collect(each, origin, store, probe_cache, problems, warnings)
        except ShotlogError as error:
            unread = unread or error
            problems.append(error.problem)
        on_done()
    if unread is not None and not read:
        raise unread
    warnings += (
        f"the record {readable(str(file))} is damaged and was passed over" for file in store.damaged
    )
    return CollectedCorrections(Corrections(found), read, tuple(problems), tuple(warnings))


def _sequences(path: Path, options: ReadOptions) -> Iterator[_Sequence]:
    """Yield every sequence of a timeline that is not inside another one.

    Raises:
        TimelineError: One of them cannot be read.
    """
    try:
        yield _Sequence(path, read_timeline(path, options), options)
    except TimelineAmbiguous as several:
        for name in dict.fromkeys(name for name, _, _ in several.sequences):
            one = replace(options, sequence=name)
            yield _Sequence(path, read_timeline(path, one), one)


def _collect(
    each: _Sequence, origin: CorrectionOrigin, store: RecordStore, probe_cache: ProbeCache,
    problems: list[Problem], warnings: list[str],
) -> list[Correction]:  # fmt: skip
    """Return the corrections of one sequence; add its problems and warnings to the lists."""
    timeline = PresentTimeline(each.reading, probe_cache)
    ids = {marker.id for marker in timeline.markers if marker.id}
    key = TimelineKey.of_file(each.reading.edit.name, each.path, each.options.sequence)
    record = store.find(ids, key)
    compared = Comparison(record, timeline, origin, each.path.suffix.lower())
    found = list(compared.corrections())
    if compared.cleared:
        warnings.append(
            f"{origin.timeline}: no marker of Shotlog is left, which says nothing of its labels"
        )
    if unrecorded := compared.pairs.unrecorded:
        written = read_markers(each.path, each.options)
        found += corrections_by_payload(unrecorded, written, timeline, origin)
        warnings.append(
            f"{origin.timeline}: nothing is recorded of {len(unrecorded)} of its markers, so their"
            " scores, and what was moved or deleted, are not known"
        )
    for problem in timeline.problems.values():
        subject = f"{origin.timeline}: {problem.subject}"
        problems.append(problem.model_copy(update={"subject": subject, "clip": None}))
    return _once(found)


def _once(corrections: Iterable[Correction]) -> list[Correction]:
    """Return corrections without those that say the same: a clip may be shown several times."""
    met: dict[object, Correction] = {}
    for each in corrections:
        met.setdefault((each.subject, each.kind, frozenset(each.labels), each.source), each)
    return list(met.values())
