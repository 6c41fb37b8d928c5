"""Probes of libraries, each run in a process of its own, because a library may crash it.

``python -P probes.py NAME [ARGUMENT ...]`` prints one line of JSON.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

DECODERS = ("h264", "hevc", "prores", "dnxhd", "mjpeg", "vp9", "av1")
"""FFmpeg's names of the codecs of editors' media; AV1 has several decoders."""

_AV1 = ("av1", "libdav1d", "libaom-av1")


def pyav() -> dict[str, Any]:
    """Return the versions of PyAV and FFmpeg, and the missing decoders."""
    import av
    from av.codec import Codec

    def decodes(name: str) -> bool:
        try:
            Codec(name, "r")
        except av.FFmpegError:
            return False
        return True

    lacking = [
        name for name in DECODERS if not any(map(decodes, _AV1 if name == "av1" else (name,)))
    ]
    return {"version": av.__version__, "ffmpeg": av.ffmpeg_version_info, "lacking": lacking}


def cv2() -> dict[str, Any]:
    """Return the version and file of OpenCV."""
    import cv2 as opencv

    return {"version": opencv.__version__, "at": opencv.__file__}


def onnxruntime() -> dict[str, Any]:
    """Return the version of onnxruntime, and its execution providers."""
    import shotlog.analyzers  # noqa: F401, I001 # first: it turns off the telemetry of the runtime
    import onnxruntime as runtime

    return {"version": runtime.__version__, "providers": runtime.get_available_providers()}


def torch() -> dict[str, Any]:
    """Return torch's build, its devices, and the device that models would use."""
    import torch as library

    from shotlog.models.runtime import choose_device

    # torch reports an unusable driver as a warning only.
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        count = library.cuda.device_count() if library.cuda.is_available() else 0
        chosen = choose_device()
    memory = [library.cuda.mem_get_info(n) for n in range(count)]
    return {
        "version": library.__version__,
        "cuda": library.version.cuda,
        "hip": library.version.hip,
        "devices": [library.cuda.get_device_name(n) for n in range(count)],
        "memory": memory,
        "chosen": chosen.name,
        "precision": chosen.precision,
        "warnings": [str(warning.message) for warning in caught],
    }


def engine() -> dict[str, Any]:
    """Return the analyzers of the engine, and the layout of its cache."""
    from shotlog.engine import Cache, load_analyzers

    with tempfile.TemporaryDirectory(prefix="shotlog-doctor-") as folder:
        path = Path(folder) / "evidence.sqlite"
        Cache(path).close()
        db = sqlite3.connect(path)
        layout = db.execute("PRAGMA user_version").fetchone()[0]
        db.close()
    names = [analyzer.name for analyzer in load_analyzers()]
    return {"layout": layout, "analyzers": names}


def trial() -> dict[str, Any]:
    """Analyse a small film of two shots with the whole engine."""
    from shotlog.doctor.trial_run import try_engine

    return try_engine()


def model(root: str, name: str) -> dict[str, Any]:
    """Check the files of a model, load it on the CPU and run it once."""
    from shotlog.models.catalog import Registry
    from shotlog.models.install import verify
    from shotlog.schema import ModelError

    try:
        here = verify(Registry(Path(root)), name)
    except ModelError as error:
        return {"problem": error.problem.message, "hint": error.problem.hint}
    return {"bytes": here.bytes}


PROBES: tuple[Callable[..., dict[str, Any]], ...] = (
    pyav, cv2, onnxruntime, torch, engine, trial, model,
)  # fmt: skip

if __name__ == "__main__":
    _found = next(probe for probe in PROBES if probe.__name__ == sys.argv[1])(*sys.argv[2:])
    sys.stdout.write(f"\n{json.dumps(_found)}\n")
