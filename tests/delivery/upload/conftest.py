from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import numpy as np
import pytest

from tests.delivery.upload.youtube_service import (
    UNIT,
    YoutubeService,
    serving_youtube,
    sign_in,
)
from tests.providers.keyrings import MemoryKeyring


@pytest.fixture(autouse=True)
def ring() -> Iterator[MemoryKeyring]:
    before, ours = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A file of four parts of YouTube and a bit."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(np.random.default_rng(7).bytes(4 * UNIT + 1001))
    return path


@pytest.fixture
def service() -> YoutubeService:
    return YoutubeService()


@pytest.fixture
def youtube(service: YoutubeService, ring: MemoryKeyring) -> Iterator[str]:
    """The address of the service; its account is signed in."""
    with serving_youtube(service) as url:
        sign_in(ring, url)
        yield url
