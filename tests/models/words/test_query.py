"""Vectors of queries: by the leading model, in this process, without a network."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from shotlog.models.words import embed_text, find_leading, load_texts
from shotlog.schema import DeviceUnusable, ModelMissing, ModelUnreadable, QueryInvalid
from tests.models.image_text import make_clip, make_siglip


def test_without_a_model_the_error_says_which_to_pull() -> None:
    with pytest.raises(ModelMissing, match="image-text model") as missing:
        embed_text("a woman laughing")
    assert "shotlog models pull clip-vit-base-patch32" in missing.value.problem.hint


def test_the_leading_model_answers(tmp_path: Path) -> None:
    make_clip(tmp_path / "clip").install()
    assert embed_text("a red car")[0] == "tiny-clip"
    siglip = make_siglip(tmp_path / "siglip")
    siglip.install()
    name, vector = embed_text("a red car")
    assert name == "tiny-siglip"
    assert vector.dtype == np.float32
    assert float(vector @ vector) == pytest.approx(1)
    assert np.array_equal(vector, load_texts(siglip.folder, siglip.card).embed("a red car"))


def test_a_library_of_one_model_is_asked_by_that_model(tmp_path: Path) -> None:
    make_clip(tmp_path / "clip").install()
    make_siglip(tmp_path / "siglip").install()
    assert embed_text("a red car", among={"tiny-clip"})[0] == "tiny-clip"
    with pytest.raises(ModelMissing, match="logged with") as missing:
        find_leading({"siglip2-base-patch16-224"})
    assert "pull siglip2-base-patch16-224" in missing.value.problem.hint


def test_a_text_is_embedded_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("something was sent")

    make_clip(tmp_path / "offline").install()
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert embed_text("a woman laughing")[1].shape == (24,)


def test_a_query_or_a_device_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    made = make_clip(tmp_path / "clip")
    made.install()
    with pytest.raises(QueryInvalid, match="at most 77"):
        embed_text("a very long story " * 50)
    with pytest.raises(QueryInvalid, match="no words"):
        embed_text(" ")
    with pytest.raises(DeviceUnusable, match="cuda:9"):
        embed_text("a red car", device="cuda:9")
    (made.folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelUnreadable, match=r"tokenizer\.json"):
        embed_text("a red car")


def test_the_room_is_entered_without_torch() -> None:
    program = (
        "import sys, shotlog.models.words, shotlog.models.install, shotlog.engine;"
        "print({'torch', 'transformers', 'tokenizers'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    assert done.stdout == "set()\n"
