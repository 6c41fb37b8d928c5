"""Checks of the libraries: installed, of a fitting version, importable.

OpenCV and onnxruntime are each published as several packages with the same modules. If two of them
are installed, the later one has overwritten the earlier, and to uninstall either breaks the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import Distribution, distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shotlog.doctor.check import health_check
from shotlog.doctor.context import PROBE_SECONDS, Context, ProbeFailed
from shotlog.doctor.result import CheckOutcome, Subject, passed, problem, skipped

OPENCV = (
    "opencv-python", "opencv-python-headless",
    "opencv-contrib-python", "opencv-contrib-python-headless",
)  # fmt: skip
"""Packages with the module cv2 (their page on pypi.org says: install only one)."""

ONNXRUNTIME = (
    "onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino",
    "onnxruntime-silicon",
)  # fmt: skip
"""Packages with the module onnxruntime."""

_LIBRARIES = PROBE_SECONDS + 5


@health_check(Subject.LIBRARIES)
def dependencies(context: Context) -> CheckOutcome:
    """Every library that Shotlog needs is installed in a fitting version."""
    installed = _installed(context)
    if "shotlog" not in installed:
        return problem("Shotlog is not installed here as a package", "Run: pip install shotlog.")
    needed = _needed(installed)
    wrong = [words for each in needed if (words := _misfit(each, installed))]
    if wrong:
        return problem("; ".join(wrong), "Run: pip install --upgrade shotlog.")
    return passed(f"all {len(needed)} are installed")


@health_check(Subject.LIBRARIES, seconds=_LIBRARIES)
def decoders(context: Context) -> CheckOutcome:
    """The FFmpeg in PyAV decodes the codecs that editors use."""
    try:
        found = context.probe("pyav")
    except ProbeFailed as error:
        return problem(
            f"PyAV cannot be used: {error}", "Run: pip install --force-reinstall --no-deps av."
        )
    words = f"PyAV {found['version']}, FFmpeg {found['ffmpeg']}"
    if found["lacking"]:
        return problem(
            f"{words}, without decoders for {', '.join(found['lacking'])}",
            "Install PyAV from its wheel, which has them all: "
            "pip install --force-reinstall --only-binary av av.",
        )
    return passed(f"{words}; decoding runs on the CPU")


@health_check(Subject.LIBRARIES, seconds=_LIBRARIES)
def opencv(context: Context) -> CheckOutcome:
    """OpenCV can be imported, and one of its packages is installed."""
    here = _of(OPENCV, context)
    again = "pip install --force-reinstall --no-deps opencv-python"
    if len(here) > 1:
        return problem(
            f"several packages overwrite each other's cv2: {_listed(here)}",
            f"Run: pip uninstall {' '.join(each.name for each in here)}; then: {again}.",
        )
    try:
        found = context.probe("cv2")
    except ProbeFailed as error:
        return problem(f"OpenCV cannot be imported: {error}", _remedy_for_opencv(str(error), again))
    return passed(f"OpenCV {found['version']}")


@health_check(Subject.LIBRARIES, seconds=_LIBRARIES)
def onnxruntime(context: Context) -> CheckOutcome:
    """The face detector's runtime can be imported, and one of its packages is installed."""
    here = _of(ONNXRUNTIME, context)
    again = "pip install --force-reinstall --no-deps onnxruntime"
    if len(here) > 1:
        return problem(
            f"several packages overwrite each other's onnxruntime: {_listed(here)}",
            f"Run: pip uninstall {' '.join(each.name for each in here)}; then: {again}.",
        )
    try:
        return passed(f"onnxruntime {context.probe('onnxruntime')['version']}")
    except ProbeFailed as error:
        return problem(f"onnxruntime cannot be imported: {error}", f"Run: {again}.")


@health_check(Subject.LIBRARIES)
def transformers(context: Context) -> CheckOutcome:
    """Transformers is a version that loads VideoMAE correctly."""
    installed = _installed(context)
    wanted = next((each for each in _needed(installed) if each.name == "transformers"), None)
    if wanted is None:
        return skipped(
            "the needed version is unknown", "First resolve the problem of dependencies."
        )
    found = installed.get("transformers")
    remedy = f'Run: pip install --upgrade "{wanted.name}{wanted.specifier}".'
    if found is None:
        return problem("transformers is not installed", remedy)
    if found.version not in wanted.specifier:
        return problem(
            f"transformers {found.version}: 5.6 to 5.17 silently load VideoMAE with wrong weights; "
            "others are not tested",
            remedy,
        )
    return passed(f"transformers {found.version}")


@health_check(Subject.LIBRARIES, seconds=_LIBRARIES)
def engine(context: Context) -> CheckOutcome:
    """The engine and its analyzers can be loaded."""
    try:
        found = context.probe("engine")
    except ProbeFailed as error:
        return problem(
            f"the engine cannot be loaded: {error}",
            "First resolve the other problems of libraries; then install Shotlog again.",
        )
    return passed(f"analyzers: {', '.join(found['analyzers'])}")


def _installed(context: Context) -> dict[str, Distribution]:
    """Return installed packages by name; of several, the first on the path, as for imports."""
    found: dict[str, Distribution] = {}
    for each in distributions(path=context.path):
        # An incomplete uninstallation leaves folders without a name.
        if name := each.metadata["Name"]:
            found.setdefault(canonicalize_name(name), each)
    return found


def _needed(installed: dict[str, Distribution]) -> list[Requirement]:
    """Return the requirements of Shotlog's own metadata for this machine."""
    shotlog = installed.get("shotlog")
    wanted = [Requirement(text) for text in (shotlog.requires if shotlog else None) or ()]
    # Extras are not required: their markers are false without an extra.
    return [each for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]


def _misfit(wanted: Requirement, installed: dict[str, Distribution]) -> str | None:
    here = installed.get(canonicalize_name(wanted.name))
    if here is None:
        return f"{wanted.name} is not installed"
    if not wanted.specifier.contains(here.version, prereleases=True):
        return f"{wanted.name} is {here.version}, but {wanted.specifier} is needed"
    return None


def _of(names: Sequence[str], context: Context) -> list[Distribution]:
    installed = _installed(context)
    return [installed[name] for name in names if name in installed]


def _listed(found: Sequence[Distribution]) -> str:
    return ", ".join(f"{each.name} {each.version}" for each in found)


def _remedy_for_opencv(words: str, again: str) -> str:
    if "libGL" in words or "libgthread" in words or "libglib" in words:
        return "Install the missing library. Debian, Ubuntu: sudo apt install libgl1 libglib2.0-0."
    return f"Run: {again}."


CHECKS = (dependencies, decoders, opencv, onnxruntime, transformers, engine)
