"""Ctrl-C, whenever it is pressed: exit code 130, and never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.cli._interrupt import CtrlC, ends_at_once, raises_interrupt, sets_flag
from shotlog.paths import HOME_VARIABLE
from shotlog.synthetic import write_video
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal")

_PRESSED_AT_IMPORT = """
import runpy, signal, sys

module, how = sys.argv[1:3]
del sys.argv[1:3]

class Presses:
    def find_spec(self, name, path, target=None):
        if name == module:
            sys.meta_path.remove(self)
            signal.raise_signal(signal.SIGINT)

if how == "ignored":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.meta_path.insert(0, Presses())
runpy.run_module("shotlog", run_name="__main__", alter_sys=True)
"""
"""``MODULE heard|ignored WORDS ...``: Ctrl-C is pressed when the module begins to be imported."""


def pressed_at_import(module: str, *words: str, how: str = "heard") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", _PRESSED_AT_IMPORT, module, how, *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=PATIENCE_S,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))


@pytest.mark.parametrize(
    "module",
    [
        *("shotlog.cli", "shotlog.cli._interrupt"),  # which is what answers Ctrl-C
        *("shotlog.cli.main", "click", "importlib.metadata"),
        *("shotlog.cli.daemon", "rich.console", "zmq", "pydantic", "shotlog.service.client.client"),
    ],
)
def test_ctrl_c_while_anything_is_imported_ends_with_130_and_no_word(module: str) -> None:
    assert pressed_at_import(module, "daemon", "status") == (130, "")


def test_ctrl_c_that_is_ignored_stays_so() -> None:
    code, told = pressed_at_import("click", "--version", how="ignored")
    assert code == 0
    assert told.startswith("shotlog, version")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    # A minute, so that its analysis is not over at the last of the moments below.
    write_video(path, (np.full((48, 64, 3), n % 200, np.uint8) for n in range(1500)), Fraction(25))
    return path


@pytest.mark.parametrize("delay", [0.03, 0.06, 0.1, 0.2, 0.4, 0.8, 1.6])
def test_ctrl_c_at_any_moment_of_an_analysis_ends_with_130(film: Path, delay: float) -> None:
    command = [sys.executable, "-m", "shotlog", "analyze", str(film), "--in-process", "--no-cache"]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    with process:
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=PATIENCE_S)[0]
    # Before our first line Python answers alone; after our last it gives SIGINT back to the system.
    assert process.returncode in (130, -signal.SIGINT) or "shotlog" not in told
    assert not ("Traceback" in told and "shotlog" in told), told


def test_ctrl_c_while_a_command_works_says_what_was_stopped(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _WAITS], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "it works\n"
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=PATIENCE_S)[1]
    assert process.returncode == 130
    assert told.splitlines()[0] == "shotlog: cache: stopped"


_WAITS = """
import sys, time
from shotlog.cli import main

def wait(self, ctx):
    print("it works", flush=True)
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        raise ImportError("initialization failed")  # as libraries do

cache = main.get_command(None, "cache")
type(cache).invoke = wait
sys.argv = ["shotlog", "cache"]
main()
"""


def test_what_ctrl_c_did_before_is_so_again_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with ends_at_once():
        assert isinstance(signal.getsignal(signal.SIGINT), CtrlC)
        with raises_interrupt() as ctrl_c, pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert ctrl_c.pressed
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_that_is_noted_is_answered_when_it_is_time() -> None:
    with sets_flag() as ctrl_c:
        ctrl_c.raise_if_pressed()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            ctrl_c.raise_if_pressed()
