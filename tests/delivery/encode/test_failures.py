"""Whatever fails, there is no half file, no process, and a reason in words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from shotlog.delivery.encode import H264Encoder, RenderOptions, find_ffmpeg, render
from shotlog.engine import SilentProgress, StageProgress
from shotlog.schema import (
    DiskFull,
    Edit,
    EncoderError,
    EncodingFailed,
    FfmpegUnusable,
    MediaError,
    OutputNotWritable,
)
from tests.delivery.encode.fake_ffmpeg import answering, script
from tests.delivery.encode.films import clip, edit, film, numbers, tone

FAST = RenderOptions(encoder=H264Encoder(preset="ultrafast", crf=12))


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Edit:
    path = film(tmp_path_factory.mktemp("film") / "film.mp4", size=(320, 180), sound=tone(72 / 25))
    return edit(clip(path, 0, 72, 0))


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A file in a folder of its own, where an older one is already."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "film.mp4").write_bytes(b"older")
    return folder / "film.mp4"


def unchanged(output: Path) -> bool:
    return [*output.parent.iterdir()] == [output] and output.read_bytes() == b"older"


def running(folder: Path, commands: str) -> Path:
    """A program that does something else before or instead of FFmpeg when it encodes."""
    real = find_ffmpeg()
    path = folder / "ffmpeg"
    path.write_text(
        f'#!/bin/sh\ncase "$*" in *rawvideo*) {commands};; esac\nexec "{real.path}" "$@"\n'
    )
    path.chmod(0o755)
    return path


def test_a_full_disk_while_pictures_are_encoded(cut: Edit, output: Path, tmp_path: Path) -> None:
    # The limit of the shell is in blocks of 512 bytes.
    program = running(tmp_path, "ulimit -f 40")
    with pytest.raises(DiskFull, match=r"film\.mp4"):
        render(cut, output, replace(FAST, ffmpeg=program))
    assert unchanged(output)


def test_a_full_disk_while_sound_is_mixed(cut: Edit, output: Path) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "from shotlog.schema import DiskFull, Edit\n"
        "from shotlog.delivery.encode import RenderOptions, render\n"
        "try:\n"
        "    render(Edit.model_validate_json(sys.argv[1]), Path(sys.argv[2]), RenderOptions())\n"
        "except DiskFull: print('full')\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, cut.model_dump_json(), str(output)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout == "full\n"
    assert unchanged(output)


@pytest.mark.parametrize(
    ("commands", "told"),
    [
        ('echo "Unknown encoder" >&2; exit 1', "FFmpeg: Unknown encoder"),
        ("exit 7", "it ended with code 7"),
        ("head -c 100000 >/dev/null; kill -9 $$", "it ended with code -9"),
        ("cat >/dev/null; exit 3", "it ended with code 3"),
    ],
)
def test_an_ffmpeg_that_fails_is_quoted(
    cut: Edit, output: Path, tmp_path: Path, commands: str, told: str
) -> None:
    with pytest.raises(EncodingFailed, match=told):
        render(cut, output, replace(FAST, ffmpeg=running(tmp_path, commands)))
    assert unchanged(output)


def test_an_encoder_that_an_ffmpeg_lacks_is_told_before_anything_begins(
    cut: Edit, output: Path, tmp_path: Path
) -> None:
    program = answering(tmp_path / "ffmpeg", "6.0", encoders=" V....D mpeg4        MPEG-4\n")
    with pytest.raises(EncoderError, match="built without libx264"):
        render(cut, output, replace(FAST, ffmpeg=program))
    assert unchanged(output)


def test_an_ffmpeg_that_is_missing_is_told(cut: Edit, output: Path, tmp_path: Path) -> None:
    with pytest.raises(FfmpegUnusable):
        render(cut, output, replace(FAST, ffmpeg=tmp_path / "absent"))
    assert unchanged(output)


def test_a_program_that_is_no_ffmpeg_is_told(cut: Edit, output: Path, tmp_path: Path) -> None:
    program = script(tmp_path / "ffmpeg", "print('ffmpeg')")
    with pytest.raises(FfmpegUnusable, match="no FFmpeg"):
        render(cut, output, replace(FAST, ffmpeg=program))


def test_a_folder_that_is_not_there_or_a_file_in_its_place(cut: Edit, tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable):
        render(cut, tmp_path / "absent" / "out.mp4", FAST)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputNotWritable):
        render(cut, tmp_path / "file" / "out.mp4", FAST)
    assert {each.name for each in tmp_path.iterdir()} == {"file"}


class PressesCtrlC(SilentProgress):
    """Ends the render as Ctrl-C does, after some pictures."""

    def stage(self, name: str, total: float, unit: str, *, saved: bool = False):  # type: ignore[no-untyped-def]
        del saved
        return _Pressing(name)


class _Pressing(StageProgress):
    def __init__(self, name: str) -> None:
        self._name, self._count = name, 0

    def __enter__(self) -> _Pressing:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def advance(self, amount: float) -> None:
        self._count += 1
        if self._name == "pictures" and self._count == 20:
            raise KeyboardInterrupt


def test_ctrl_c_leaves_nothing_and_no_process(cut: Edit, output: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        render(cut, output, FAST, progress=PressesCtrlC())
    assert unchanged(output)
    assert psutil.Process().children(recursive=True) == []


def test_what_a_killed_process_left_is_gone_after_the_next_render(
    cut: Edit, output: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; from pathlib import Path; from shotlog.schema import Edit\n"
        "from shotlog.delivery.encode import RenderOptions, render\n"
        "render(Edit.model_validate_json(sys.argv[1]), Path(sys.argv[2]),"
        " RenderOptions(ffmpeg=Path(sys.argv[3])))\n"
    )
    begun = tmp_path / "begun"
    program = running(tmp_path, f'echo > "{begun}"; sleep 20')
    with subprocess.Popen(
        [sys.executable, "-c", code, cut.model_dump_json(), str(output), str(program)]
    ) as process:
        while not begun.exists() and process.poll() is None:
            time.sleep(0.05)
        children = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    for child in children:  # it would only find the end of its input in 20 s
        child.kill()
    assert output.read_bytes() == b"older"
    assert len([*output.parent.iterdir()]) == 2
    render(cut, output, FAST)
    assert [*output.parent.iterdir()] == [output]
    assert numbers(output) == list(range(72))


def test_media_that_vanish_are_told_and_leave_nothing(output: Path, tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", sound=np.zeros(10_000, np.float32))
    cut = edit(clip(path, 0, 10, 0))

    class Removes(PressesCtrlC):
        def stage(self, name: str, total: float, unit: str, *, saved: bool = False):  # type: ignore[no-untyped-def]
            del saved
            if name == "pictures":
                path.unlink()
            return _Pressing("")

    with pytest.raises(MediaError, match=r"film\.mp4"):
        render(cut, output, FAST, progress=Removes())
    assert unchanged(output)
