"""Libraries that lack, do not fit, overwrite each other, or crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.delivery.encode import FFMPEG_VARIABLE
from shotlog.doctor import CheckState, Context
from tests.delivery.encode.fake_ffmpeg import answering
from tests.doctor.conftest import Look, Standin

CRASH = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
FEW_DECODERS = """
__version__, ffmpeg_version_info = "18.0.0", "8.0"
class FFmpegError(Exception): pass
import sys, types
def Codec(name, mode):
    if name in ("prores", "libdav1d", "libaom-av1", "av1"):
        raise FFmpegError(name)
codec = sys.modules["av.codec"] = types.ModuleType("av.codec")
codec.Codec = Codec
"""


def installed(context: Context, folder: Path, name: str, version: str, *needs: str) -> None:
    """A package's metadata, found before those of this installation."""
    home = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    home.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    (home / "METADATA").write_text("\n".join([*lines, *(f"Requires-Dist: {n}" for n in needs)]))
    if str(folder) not in context.path:
        context.path = [str(folder), *context.path]


@pytest.mark.parametrize("name", ["dependencies", "transformers", "decoders", "opencv",
                                  "onnxruntime", "engine", "ffmpeg"])  # fmt: skip
def test_this_installation_is_in_order(context: Context, look: Look, name: str) -> None:
    found = look(name, context)
    assert found.state is CheckState.OK, found


def test_the_output_of_a_probe_is_read_in_any_encoding(context: Context, look: Look) -> None:
    context.environ = {**context.environ, "PYTHONIOENCODING": "utf-16"}
    assert look("decoders", context).state is CheckState.OK


def test_a_library_that_is_missing_or_too_old_is_reported(
    context: Context, look: Look, tmp_path: Path
) -> None:
    needs = ("click>=99", "not-to-be-found>=1", 'nor-this; python_version < "3"')
    installed(context, tmp_path / "site", "shotlog", "1.0", *needs)
    found = look("dependencies", context)
    assert found.state is CheckState.PROBLEM
    assert ">=99 is needed" in found.words
    assert "not-to-be-found is not installed" in found.words
    assert "nor-this" not in found.words


def test_a_missing_installation_of_shotlog_is_reported(
    context: Context, look: Look, tmp_path: Path
) -> None:
    context.path = [str(tmp_path)]
    assert look("dependencies", context).state is CheckState.PROBLEM


@pytest.mark.parametrize(
    ("check", "other"),
    [("opencv", "opencv-python-headless"), ("onnxruntime", "onnxruntime-gpu")],
)
def test_two_packages_that_overwrite_each_other_are_a_problem(
    context: Context, look: Look, tmp_path: Path, check: str, other: str
) -> None:
    installed(context, tmp_path / "site", other, "4.14.0")
    found = look(check, context)
    assert found.state is CheckState.PROBLEM
    assert f"{other} 4.14.0" in found.words
    assert "pip uninstall" in str(found.remedy)


@pytest.mark.parametrize("version", ["5.6.0", "5.17.0", "4.57.6", "6.0.0"])
def test_transformers_that_loads_other_weights_is_a_problem(
    context: Context, look: Look, tmp_path: Path, version: str
) -> None:
    installed(context, tmp_path / "site", "transformers", version)
    assert look("transformers", context).state is CheckState.PROBLEM


def test_the_version_of_transformers_must_be_that_of_shotlogs_metadata(
    context: Context, look: Look, tmp_path: Path
) -> None:
    installed(context, tmp_path / "site", "shotlog", "9.0", "transformers>=6.1")
    installed(context, tmp_path / "site", "transformers", "5.20.0")
    found = look("transformers", context)
    assert found.state is CheckState.PROBLEM
    assert '"transformers>=6.1"' in str(found.remedy)


@pytest.mark.parametrize(
    ("check", "module"),
    [("decoders", "av"), ("opencv", "cv2"), ("onnxruntime", "onnxruntime"), ("engine", "av")],
)
def test_a_library_that_crashes_is_a_finding_and_not_the_doctors_end(
    context: Context, look: Look, stand_in: Standin, check: str, module: str
) -> None:
    stand_in(module, CRASH)
    found = look(check, context)
    assert found.state is CheckState.PROBLEM
    assert "SIGSEGV" in found.words


def test_the_remedy_names_the_system_library_that_opencv_lacks(
    context: Context, look: Look, stand_in: Standin
) -> None:
    words = "libGL.so.1: cannot open shared object file: No such file or directory"
    stand_in("cv2", f"raise ImportError({words!r})")
    found = look("opencv", context)
    assert words in found.words
    assert "apt install libgl1" in str(found.remedy)


def test_missing_decoders_are_named(context: Context, look: Look, stand_in: Standin) -> None:
    stand_in("av", FEW_DECODERS)
    found = look("decoders", context)
    assert found.state is CheckState.PROBLEM
    assert "without decoders for prores, av1" in found.words


def test_a_library_that_hangs_is_reported(context: Context, look: Look, stand_in: Standin) -> None:
    context.patience = 0.5
    stand_in("cv2", "import time; time.sleep(60)")
    found = look("opencv", context)
    assert "it hangs" in found.words


def test_output_of_a_library_does_not_disturb_its_probe(
    context: Context, look: Look, stand_in: Standin
) -> None:
    stand_in("cv2", "print('hello {', end=''); __version__ = '4.99'")
    assert look("opencv", context).words == "OpenCV 4.99"


def test_an_ffmpeg_without_libass_is_named_with_its_remedy(
    context: Context, look: Look, tmp_path: Path
) -> None:
    program = answering(tmp_path / "ffmpeg", "6.0", " .S zscale            V->V       Scaling.\n")
    context.environ = {**context.environ, FFMPEG_VARIABLE: str(program)}
    found = look("ffmpeg", context)
    assert found.state is CheckState.WARNING
    assert "without libass" in found.words
    assert "shotlog[render]" in str(found.remedy)
