"""The daemon's status as an editor reads it, on a narrow screen too."""

from __future__ import annotations

from rich.console import Console

from shotlog.cli.output import status_table
from shotlog.service.protocol import CacheStats, DeviceMemory, SelfTestResult, StatusReport
from tests.service.messages_of_all_kinds import replies

REPORT = next(reply for reply in replies() if isinstance(reply, StatusReport))


def shown(status: StatusReport) -> str:
    console = Console(width=80, no_color=True)
    with console.capture() as capture:
        console.print(status_table(status))
    return capture.get()


def test_all_of_it_is_shown_in_80_columns() -> None:
    text = shown(REPORT)

    assert max(map(len, text.splitlines())) <= 80
    for words in (
        "2 waiting, about 8 s left",
        "waiting: DaVinci Resolve is busy",
        "cuda:0 NVIDIA H100: 3.2 GB ours, 75.2 GB of 85.9 GB free",
        "2 min measured, 25% of it from the cache",
        "passed, 12 s ago: shots looked at a window",
        "512 jobs wait already",
    ):
        assert words in text, text


def test_a_daemon_that_has_done_nothing_yet_has_little_to_tell() -> None:
    worker = REPORT.worker.model_copy(
        update={"failure": None, "devices": (), "film": CacheStats(), "models": ()}
    )
    text = shown(REPORT.model_copy(update={"worker": worker, "canary": None, "holds": None}))

    for key in ("batch jobs", "not loaded", "memory", "film", "self-test"):
        assert key not in text
    assert "none loaded" in text


def test_a_failed_self_test_and_devices_with_long_names_are_shown_whole() -> None:
    words = "the models gave numbers that are none: " + "model, " * 20
    name = "mps Apple M3 Ultra with a name that nobody can remember in one breath"
    device = DeviceMemory(name=name, used=1, free=2, total=3)
    worker = REPORT.worker.model_copy(update={"devices": (device,)})
    canary = SelfTestResult(ok=False, words=words, seconds=1.0, age=300.0)

    text = " ".join(shown(REPORT.model_copy(update={"worker": worker, "canary": canary})).split())

    assert "failed, 5 min ago: the models gave" in text
    assert text.count("model,") == 20
    assert "one breath" in text
