"""Output of the worker is kept in a file; its last lines are reported after a crash."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from shotlog.service.runtime import log_to_file
from shotlog.service.supervision import LAST_LINES, WorkerLog


def run(worker_log: WorkerLog, script: str) -> None:
    subprocess.run([sys.executable, "-S", "-c", script], stderr=worker_log.stream, check=False)


def read_log(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_output_is_written_to_a_file_that_only_its_user_can_read(tmp_path: Path) -> None:
    path, console = tmp_path / "worker.log", io.StringIO()
    with closing(WorkerLog(path, console)) as worker_log:
        run(
            worker_log,
            "import sys; sys.stderr.write('one 100%s\\n\\ntwo'); sys.stderr.write('\\n')",
        )

    assert path.read_text() == console.getvalue() == "one 100%s\ntwo\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_report_of_a_crash_begins_at_its_header(tmp_path: Path) -> None:
    crash = (
        "import faulthandler, os, signal, sys, threading, time; faulthandler.enable();"
        "[threading.Thread(target=time.sleep, args=(9,), daemon=True).start() for _ in range(20)];"
        "sys.stderr.write('a' * 99 + '\\nhalf a line'); os.kill(os.getpid(), signal.SIGSEGV)"
    )
    log = tmp_path / "daemon.jsonl"
    with log_to_file(log), closing(WorkerLog(tmp_path / "worker.log")) as worker_log:
        run(worker_log, crash)
        worker_log.report_crash()
        run(worker_log, "import sys; sys.stderr.write('the next worker\\n')")
        worker_log.report_crash()

    first, second = read_log(log)
    assert first["level"] == "error"
    assert "Segmentation fault" in first["lines"][0]
    assert len(first["lines"]) == LAST_LINES
    assert second["lines"] == ["the next worker"]


def test_a_crash_without_output_is_not_reported(tmp_path: Path) -> None:
    log = tmp_path / "daemon.jsonl"
    with log_to_file(log), closing(WorkerLog(tmp_path / "worker.log")) as worker_log:
        worker_log.report_crash()

    assert read_log(log) == []


def test_the_file_is_rotated_while_a_worker_prints(tmp_path: Path) -> None:
    path = tmp_path / "worker.log"
    with closing(WorkerLog(path, max_bytes=1000)) as worker_log:
        run(worker_log, "import sys; [print('line', n, file=sys.stderr) for n in range(500)]")

    assert path.read_text().endswith("line 499\n")
    assert len(list(tmp_path.iterdir())) == 1 + 3  # the file and three rotated ones


def test_a_line_without_an_end_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "worker.log"
    with closing(WorkerLog(path)) as worker_log:
        run(worker_log, "import sys; sys.stderr.write('\\r' + 'x' * 100_000)")

    assert sum(map(len, path.read_text().splitlines())) == 100_000
