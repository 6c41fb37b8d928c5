"""Fixtures for subtitles."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.delivery.subtitles.whisper_models import write_whisper


@pytest.fixture(scope="module")
def whisper_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a Whisper model with random weights, written once for a module."""
    return write_whisper(tmp_path_factory.mktemp("models") / "whisper")


@pytest.fixture
def whisper(whisper_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, for a test that runs it."""
    import tqdm  # type: ignore[import-untyped]

    # Its thread would watch a progress bar that faster-whisper never shows, and stay for ever.
    monkeypatch.setattr(tqdm.tqdm, "monitor_interval", 0)
    return whisper_folder
