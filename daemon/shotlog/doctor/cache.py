"""The result cache: it may be lost at any time, but it should not be lost in silence."""

from __future__ import annotations

from pathlib import Path

from rich.filesize import decimal

from shotlog.doctor.check import check
from shotlog.doctor.context import PROBE_SECONDS, Context, ProbeFailed
from shotlog.doctor.machine import existing, holds_files
from shotlog.doctor.result import Subject, Verdict, ok, problem, skipped, warning
from shotlog.doctor.sqlite_files import InUse, on_network, sound
from shotlog.files import find_quarantined
from shotlog.paths import CACHE_VARIABLE, check_access


@check(Subject.RESULTS)
def cache_place(case: Context) -> Verdict:
    """The result cache lies on a disk of this machine, and can be written."""
    if kind := on_network(case.cache):
        return problem(
            f"{case.cache} lies on a network file system ({kind}), where its lock does not work",
            "Name a file on a local disk in SHOTLOG_CACHE.",
        )
    there = existing(case.cache)
    if there == case.cache:
        return problem(f"{case.cache} is a folder", "Name a file in SHOTLOG_CACHE.")
    if not holds_files(existing(case.cache.parent)):
        return problem(
            f"{case.cache} cannot be made: {there} holds no files of users",
            "Name a file on a disk in SHOTLOG_CACHE.",
        )
    if barred := check_access(case.cache, CACHE_VARIABLE):
        words = f"{case.cache} cannot be written ({barred.words}): every run would begin anew"
        return problem(words, barred.remedy)
    return ok(str(case.cache))


@check(Subject.RESULTS, seconds=PROBE_SECONDS + 30)
def cache_sound(case: Context) -> Verdict:
    """The result cache is whole, and of a layout that this version knows."""
    if not case.cache.is_file():
        return ok("nothing kept yet")
    try:
        found = sound(case.cache, deep=case.deep)
    except InUse:
        return skipped("somebody is writing to it", "Run the doctor again when nothing else does.")
    except OSError as error:
        return problem(
            f"{case.cache} cannot be read ({error.strerror})", f"Run: chmod u+rw {case.cache}"
        )
    if found.fault:
        return problem(
            f"{case.cache} is damaged: {found.fault}",
            f"Remove it: {case.cache}. It holds only what can be computed again.",
        )
    try:
        known = case.probe("engine")
    except ProbeFailed:
        return skipped("the engine cannot be asked", "Do first what is said of the engine.")
    if found.layout > known["layout"]:
        return problem(
            f"{case.cache} was written by a newer version of Shotlog",
            "Update Shotlog, or remove the file: it holds only what can be computed again.",
        )
    seen = "whole" if found.whole else "not read as a whole: it is large"
    return ok(f"{decimal(found.size)} of about {decimal(known['cap'])}, {seen}")


@check(Subject.RESULTS)
def damaged_caches(case: Context) -> Verdict:
    """No damaged cache was put aside."""
    return put_aside(find_quarantined(case.cache), "result cache")


def put_aside(found: list[Path], what: str) -> Verdict:
    """What to say of files that were found damaged and renamed."""
    if not found:
        return ok("none")
    size = sum(path.stat().st_size for path in found)
    return warning(
        f"{len(found)} damaged {what} put aside, {decimal(size)}: {found[-1]}",
        "Remove what you do not want to look into. If it happens again, check the disk.",
    )


@check(Subject.RESULTS, seconds=PROBE_SECONDS + 65, deep=True)
def trial(case: Context) -> Verdict:
    """A small film is rendered, decoded and logged, with the right cut in it."""
    try:
        found = case.probe("trial", seconds=PROBE_SECONDS * 2)
    except ProbeFailed as error:
        return problem(
            f"a small film could not be logged: {error}",
            "See to what else is wrong first. If nothing is, report it with what "
            "'shotlog doctor --deep --json' prints.",
        )
    if found["wrong"]:
        return problem(
            f"a small film was logged wrongly: {found['wrong']}",
            "A library computes something else than it did: pip install --force-reinstall av "
            "opencv-python onnxruntime numpy.",
        )
    return ok(f"{found['shots']} shots in {found['seconds']:.1f} s")


CHECKS = (cache_place, cache_sound, damaged_caches, trial)
