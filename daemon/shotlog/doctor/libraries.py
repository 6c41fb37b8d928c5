"""The libraries that Shotlog stands on: whether they are there, fit, and can be imported.

OpenCV and onnxruntime are each published as several packages that hold the same modules. Where two
of them are installed, the later one has overwritten the earlier, and whoever uninstalls either one
breaks the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import Distribution, distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shotlog.doctor.check import check
from shotlog.doctor.context import PROBE_SECONDS, Context, ProbeFailed
from shotlog.doctor.result import Subject, Verdict, ok, problem, skipped

OPENCV = (
    "opencv-python", "opencv-python-headless",
    "opencv-contrib-python", "opencv-contrib-python-headless",
)  # fmt: skip
"""Packages that all hold the module cv2 (their common page on pypi.org says: install only one)."""

ONNXRUNTIME = (
    "onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino",
    "onnxruntime-silicon",
)  # fmt: skip
"""Packages that all hold the module onnxruntime."""

_LIBRARIES = PROBE_SECONDS + 5


@check(Subject.LIBRARIES)
def dependencies(case: Context) -> Verdict:
    """Every library that Shotlog needs is installed, in a version that fits."""
    installed = _installed(case)
    if "shotlog" not in installed:
        return problem("Shotlog is not installed here as a package", "Run: pip install shotlog.")
    needed = _needed(installed)
    wrong = [words for each in needed if (words := _misfit(each, installed))]
    if wrong:
        return problem("; ".join(wrong), "Run: pip install --upgrade shotlog.")
    return ok(f"all {len(needed)} are here")


@check(Subject.LIBRARIES, seconds=_LIBRARIES)
def decoders(case: Context) -> Verdict:
    """FFmpeg, as it comes with PyAV, decodes what editors use."""
    try:
        found = case.probe("pyav")
    except ProbeFailed as error:
        return problem(
            f"PyAV cannot be used: {error}", "Run: pip install --force-reinstall --no-deps av."
        )
    words = f"PyAV {found['version']}, FFmpeg {found['ffmpeg']}"
    if found["lacking"]:
        return problem(
            f"{words}, without decoders for {', '.join(found['lacking'])}",
            "Install PyAV from its wheel, which holds them all: "
            "pip install --force-reinstall --only-binary av av.",
        )
    return ok(f"{words}; decoding is done by the processor")


@check(Subject.LIBRARIES, seconds=_LIBRARIES)
def opencv(case: Context) -> Verdict:
    """OpenCV can be imported, and is installed once."""
    here = _of(OPENCV, case)
    again = "pip install --force-reinstall --no-deps opencv-python"
    if len(here) > 1:
        return problem(
            f"several packages overwrite each other's cv2: {_listed(here)}",
            f"Run: pip uninstall {' '.join(each.name for each in here)}; then: {again}.",
        )
    try:
        found = case.probe("cv2")
    except ProbeFailed as error:
        return problem(f"OpenCV cannot be imported: {error}", _remedy_for_opencv(str(error), again))
    return ok(f"OpenCV {found['version']}")


@check(Subject.LIBRARIES, seconds=_LIBRARIES)
def onnxruntime(case: Context) -> Verdict:
    """The face detector's runtime can be imported, and is installed once."""
    here = _of(ONNXRUNTIME, case)
    again = "pip install --force-reinstall --no-deps onnxruntime"
    if len(here) > 1:
        return problem(
            f"several packages overwrite each other's onnxruntime: {_listed(here)}",
            f"Run: pip uninstall {' '.join(each.name for each in here)}; then: {again}.",
        )
    try:
        return ok(f"onnxruntime {case.probe('onnxruntime')['version']}")
    except ProbeFailed as error:
        return problem(f"onnxruntime cannot be imported: {error}", f"Run: {again}.")


@check(Subject.LIBRARIES)
def transformers(case: Context) -> Verdict:
    """Transformers is new enough to load VideoMAE right."""
    installed = _installed(case)
    wanted = next((each for each in _needed(installed) if each.name == "transformers"), None)
    if wanted is None:
        return skipped("nothing tells which is wanted", "Do first what is said of dependencies.")
    found = installed.get("transformers")
    remedy = f'Run: pip install --upgrade "{wanted.name}{wanted.specifier}".'
    if found is None:
        return problem("transformers is not installed", remedy)
    if found.version not in wanted.specifier:
        return problem(
            f"transformers {found.version}: 5.6 to 5.17 load VideoMAE with wrong weights, in "
            "silence; others are not tried",
            remedy,
        )
    return ok(f"transformers {found.version}")


@check(Subject.LIBRARIES, seconds=_LIBRARIES)
def engine(case: Context) -> Verdict:
    """Shotlog's own engine can be loaded, with its analyzers."""
    try:
        found = case.probe("engine")
    except ProbeFailed as error:
        return problem(
            f"the engine cannot be loaded: {error}",
            "See to what else is wrong with the libraries first; then install Shotlog again.",
        )
    return ok(f"analyzers: {', '.join(found['analyzers'])}")


def _installed(case: Context) -> dict[str, Distribution]:
    """By name; the first on the path counts, as for imports."""
    found: dict[str, Distribution] = {}
    for each in distributions(path=case.path):
        # A folder that a broken uninstallation left behind has no name.
        if name := each.metadata["Name"]:
            found.setdefault(canonicalize_name(name), each)
    return found


def _needed(installed: dict[str, Distribution]) -> list[Requirement]:
    """What Shotlog's own metadata ask for on this machine."""
    shotlog = installed.get("shotlog")
    wanted = [Requirement(text) for text in (shotlog.requires if shotlog else None) or ()]
    return [each for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]


def _misfit(wanted: Requirement, installed: dict[str, Distribution]) -> str | None:
    here = installed.get(canonicalize_name(wanted.name))
    if here is None:
        return f"{wanted.name} is not installed"
    if not wanted.specifier.contains(here.version, prereleases=True):
        return f"{wanted.name} is {here.version}, and {wanted.specifier} is needed"
    return None


def _of(names: Sequence[str], case: Context) -> list[Distribution]:
    installed = _installed(case)
    return [installed[name] for name in names if name in installed]


def _listed(found: Sequence[Distribution]) -> str:
    return ", ".join(f"{each.name} {each.version}" for each in found)


def _remedy_for_opencv(words: str, again: str) -> str:
    if "libGL" in words or "libgthread" in words or "libglib" in words:
        return "A bare server lacks it. Debian, Ubuntu: sudo apt install libgl1 libglib2.0-0."
    return f"Run: {again}."


CHECKS = (dependencies, decoders, opencv, onnxruntime, transformers, engine)
