"""Checks of the result cache."""

from __future__ import annotations

from pathlib import Path

from rich.filesize import decimal

from shotlog.doctor.check import health_check
from shotlog.doctor.context import PROBE_SECONDS, Context, ProbeFailed
from shotlog.doctor.machine import has_storage, nearest_folder
from shotlog.doctor.result import CheckOutcome, Subject, passed, problem, skipped, warning
from shotlog.doctor.sqlite_files import InUse, inspect_sqlite, on_network
from shotlog.files import find_quarantined
from shotlog.paths import CACHE_VARIABLE, check_access
from shotlog.schema import SettingsError
from shotlog.settings import DEFAULT_CACHE_SIZE, load_settings


@health_check(Subject.RESULTS)
def cache_place(context: Context) -> CheckOutcome:
    """The result cache is on a local disk, and can be written."""
    if kind := on_network(context.cache):
        return problem(
            f"{context.cache} lies on a network file system ({kind}), where its lock does not work",
            "Name a file on a local disk in SHOTLOG_CACHE.",
        )
    there = nearest_folder(context.cache)
    if there == context.cache:
        return problem(f"{context.cache} is a folder", "Name a file in SHOTLOG_CACHE.")
    if not has_storage(nearest_folder(context.cache.parent)):
        return problem(
            f"{context.cache} cannot be created: {there} is not a file system for files",
            "Name a file on a disk in SHOTLOG_CACHE.",
        )
    if barred := check_access(context.cache, CACHE_VARIABLE):
        words = f"{context.cache} cannot be written ({barred.words}): no run would reuse results"
        return problem(words, barred.remedy)
    return passed(str(context.cache))


@health_check(Subject.RESULTS, seconds=PROBE_SECONDS + 30)
def cache_sound(context: Context) -> CheckOutcome:
    """The result cache is intact, and of a layout that this version can read."""
    if not context.cache.is_file():
        return passed("no results yet")
    try:
        found = inspect_sqlite(context.cache, deep=context.deep)
    except InUse:
        return skipped("a process is writing to it", "Run the doctor again when no job runs.")
    except OSError as error:
        return problem(
            f"{context.cache} cannot be read ({error.strerror})", f"Run: chmod u+rw {context.cache}"
        )
    if found.fault:
        return problem(
            f"{context.cache} is damaged: {found.fault}",
            f"Delete it: {context.cache}. Its results can be computed again.",
        )
    try:
        known = context.probe("engine")
    except ProbeFailed:
        return skipped("the engine cannot be probed", "First resolve the problem of the engine.")
    if found.layout > known["layout"]:
        return problem(
            f"{context.cache} was written by a newer version of Shotlog",
            "Update Shotlog, or delete the file: its results can be computed again.",
        )
    state = "intact" if found.whole else "too large to be read completely"
    return passed(f"{decimal(found.size)} of about {decimal(_largest_size())}, {state}")


def _largest_size() -> int:
    try:
        return load_settings().settings.storage.cache_size
    except SettingsError:  # reported by a check of its own
        return DEFAULT_CACHE_SIZE


@health_check(Subject.RESULTS)
def damaged_caches(context: Context) -> CheckOutcome:
    """No damaged cache was found and renamed."""
    return report_quarantined(find_quarantined(context.cache), "result cache")


def report_quarantined(found: list[Path], what: str) -> CheckOutcome:
    """Return an outcome for files that were found damaged and renamed."""
    if not found:
        return passed("none")
    size = sum(path.stat().st_size for path in found)
    return warning(
        f"{len(found)} damaged {what} renamed, {decimal(size)}: {found[-1]}",
        "Delete the files if you do not need them. If it happens again, check the disk.",
    )


@health_check(Subject.RESULTS, seconds=PROBE_SECONDS + 65, deep=True)
def trial(context: Context) -> CheckOutcome:
    """A small film is rendered, decoded and logged correctly."""
    try:
        found = context.probe("trial", seconds=PROBE_SECONDS * 2)
    except ProbeFailed as error:
        return problem(
            f"a small film could not be logged: {error}",
            "First resolve all other problems. If it remains, report it with the output of "
            "'shotlog doctor --deep --json'.",
        )
    if found["wrong"]:
        return problem(
            f"a small film was logged wrongly: {found['wrong']}",
            "A library computes other results than it should: pip install --force-reinstall av "
            "opencv-python onnxruntime numpy.",
        )
    return passed(f"{found['shots']} shots in {found['seconds']:.1f} s")


CHECKS = (cache_place, cache_sound, damaged_caches, trial)
