"""The plan of a batch: items with their ids and outputs, divided into shards."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from shotlog._version import __version__
from shotlog.batch.manifest import (
    BatchManifest,
    BatchOptions,
    Item,
    OutputPlace,
    Shard,
    ShardEntry,
    digest_of,
    encode,
    write,
)
from shotlog.batch.planning.candidates import LoggableFile, Progress, find_candidates
from shotlog.batch.planning.inputs import Inputs, find_inputs
from shotlog.batch.planning.shards import Use, divide
from shotlog.batch.store import OutputFolder
from shotlog.engine import ProbeCache
from shotlog.schema import BatchEmpty, readable
from shotlog_otio import output_exporter

_RESULT_EPOCH = 1
"""Part of every item's id: raise it when the same item gets another result."""


@dataclass(frozen=True)
class Plan:
    """A plan that was written.

    Attributes:
        manifest: The manifest.
        shards: Its shards.
    """

    manifest: BatchManifest
    shards: tuple[Shard, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in the order of the shards."""
        return tuple(item for shard in self.shards for item in shard.items)


def make_plan(
    paths: Sequence[Path],
    folder: OutputFolder,
    options: BatchOptions,
    *,
    maps: Sequence[str],
    probe: ProbeCache,
    models: Sequence[str],
    on_count: Callable[[int], None],
    tell: Progress,
) -> Plan:
    """Search the inputs and divide them into shards; nothing is written.

    Args:
        paths: Folders, files, and lists of them.
        folder: The output folder.
        options: The options that decide results.
        maps: Maps of paths that the user gave.
        probe: Keeps the probed media.
        models: Fingerprints of the models that would be used.
        on_count: Called with the number of files so far.
        tell: Takes the progress.

    Raises:
        BatchEmpty: There is nothing to log.
        BatchError: An input lies inside of the output folder.
        MediaMissing: A path does not exist.
    """
    inputs = find_inputs(paths, folder, on_count)
    candidates = find_candidates(inputs, options, maps, probe, tell)
    if not candidates.found:
        reasons = [f"{each.path}: {each.message}" for each in candidates.problems]
        reasons += candidates.warnings
        more = f"; {reasons[0]}" if reasons else ""
        more += f"; and {len(reasons) - 1} more" if len(reasons) > 1 else ""
        subject = ", ".join(readable(str(path)) for path in paths)
        raise BatchEmpty(subject, f"{BatchEmpty.message}{more}")
    items, uses = _items(candidates.found, inputs, options, models)
    roots = tuple(str(root) for root in inputs.roots)
    shards = tuple(
        Shard(number=number, options=options, roots=roots, items=group)
        for number, group in enumerate(divide(items, uses), start=1)
    )
    entries = tuple(
        ShardEntry(
            file=f"{shard.number:04d}.json",
            items=tuple(item.id for item in shard.items),
            cost=shard.cost,
            digest=digest_of(shard),
        )
        for shard in shards
    )
    manifest = BatchManifest(
        roots=roots,
        options=options,
        shards=entries,
        problems=candidates.problems,
        warnings=candidates.warnings,
    )
    return Plan(manifest, shards)


def write_plan(plan: Plan, folder: OutputFolder) -> None:
    """Write shards and manifest; files that are the same stay untouched.

    Raises:
        OutputNotWritable: They cannot be written.
        DiskFull: There is no room.
    """
    for entry, shard in zip(plan.manifest.shards, plan.shards, strict=True):
        write(folder.shards / entry.file, encode(shard))
    write(folder.manifest, encode(plan.manifest))
    listed = {entry.file for entry in plan.manifest.shards}
    for path in folder.shards.glob("[0-9]*.json"):  # of an earlier plan
        if path.name not in listed:
            with suppress(OSError):
                path.unlink()


def options_key(options: BatchOptions, models: Sequence[str]) -> str:
    """Return the digest of all that decides results beside content."""
    facts = [_RESULT_EPOCH, __version__, options.model_dump(mode="json"), list(models)]
    return _digest(facts)


def _items(
    found: Sequence[LoggableFile], inputs: Inputs, options: BatchOptions, models: Sequence[str]
) -> tuple[list[Item], dict[str, Mapping[str, Use]]]:
    """Return an item for each content, and its uses of media; further files are its copies."""
    key = options_key(options, models)
    by_id: dict[str, list[LoggableFile]] = defaultdict(list)
    for one in sorted(found, key=lambda each: str(inputs.name_of(each.path))):
        facts = [key, one.kind, one.content, one.media, one.lacking, bool(one.frames)]
        by_id[_digest(facts)].append(one)
    names = _Names()
    items = []
    for item_id, same in by_id.items():
        first, *copies = same
        name = inputs.name_of(first.path)
        items.append(
            Item(
                **_place(first, name, names).model_dump(),
                id=item_id,
                kind=first.kind,
                report=names.take(_report(first, name)),
                frames=first.frames,
                relinks=first.relinks,
                copies=tuple(
                    _place(copy, inputs.name_of(copy.path), names)
                    for copy in copies
                    if copy.path != first.path
                ),
                media=first.media,
                seconds=first.seconds,
                cost=first.cost,
            )
        )
    return items, {item_id: same[0].uses for item_id, same in by_id.items()}


def _place(one: LoggableFile, name: Path, names: _Names) -> OutputPlace:
    return OutputPlace(
        path=str(one.path),
        name=readable(name.as_posix()),
        output=names.take(_marked(one, name)),
    )


def _stem(one: LoggableFile, name: Path) -> str:
    """Return the beginning of the names of outputs: ``cut`` of cut.otio, else the whole name."""
    plain = one.kind == "timeline" and name.suffix.lower() == ".otio"
    return name.stem if plain else name.name


def _marked(one: LoggableFile, name: Path) -> str:
    if one.kind == "media":
        return (name.parent / f"{_stem(one, name)}.marked.otio").as_posix()
    marked = name.parent / f"{_stem(one, name)}.marked{name.suffix}"
    # Of an EDL a file of markers is written, as programs import markers from those alone.
    if output_exporter(one.path, marked) is not None:
        marked = name.parent / f"{_stem(one, name)}.markers{name.suffix}"
    return marked.as_posix()


def _report(one: LoggableFile, name: Path) -> str:
    return (name.parent / f"{_stem(one, name)}.html").as_posix()


class _Names:
    """Names of outputs, each given once, also where a file system ignores letter case."""

    def __init__(self) -> None:
        self._taken = {"index.html", "library.sqlite", "shots.csv", "shots.parquet"}

    def take(self, name: str) -> str:
        """Return a name, with a number where it is taken."""
        path, number = PurePosixPath(name), 1
        while name.casefold() in self._taken:
            number += 1
            name = path.with_name(f"{path.stem}-{number}{path.suffix}").as_posix()
        self._taken.add(name.casefold())
        return name


def _digest(facts: object) -> str:
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
