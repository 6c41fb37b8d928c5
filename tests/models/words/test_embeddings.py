"""Vectors of pictures and of texts: those of transformers, whatever is beside them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from PIL import Image
from transformers import AutoModel, PreTrainedTokenizerFast
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

from shotlog.models.runtime import Device, DeviceChoice
from shotlog.models.words import (
    EmbeddingMeasure,
    load_images,
    load_size_vectors,
    load_texts,
    read_outline,
)
from shotlog.schema import ModelUnreadable, QueryInvalid, Row
from tests.models.allocations import peak_bytes
from tests.models.image_text import (
    CLIP_LENGTH,
    SHARED,
    SIDE,
    SIGLIP_LENGTH,
    VISION,
    MadeImageText,
    make_clip,
    make_siglip,
)

MAKERS = {"CLIP": make_clip, "SigLIP 2": make_siglip}
PROCESSORS = {"CLIP": CLIPImageProcessorPil, "SigLIP 2": SiglipImageProcessorPil}
SENTENCES = ("a woman laughing", "Two PEOPLE at a table", "día y noche, 12 café")


@pytest.fixture(scope="module", params=MAKERS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def made(kind: str, tmp_path_factory: pytest.TempPathFactory) -> MadeImageText:
    return MAKERS[kind](tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def reference(made: MadeImageText) -> Any:
    """The whole model, as transformers itself loads it."""
    return AutoModel.from_pretrained(made.folder, local_files_only=True).eval()


def measure_of(made: MadeImageText) -> EmbeddingMeasure:
    return EmbeddingMeasure(made.installed, DeviceChoice("cpu", "fp32"))


def picture(seed: int = 0) -> npt.NDArray[np.uint8]:
    """A frame as a measure gets it, (1, h, w, 3): noise over a gradient."""
    rng = np.random.default_rng(seed)
    ramp = np.linspace(0, 128, SIDE)[:, None]
    return np.asarray(ramp + rng.integers(0, 128, (1, SIDE, SIDE, 3)), np.uint8)


def unit(tensor: torch.Tensor) -> npt.NDArray[np.float32]:
    return np.asarray(torch.nn.functional.normalize(tensor, dim=-1)[0].numpy(), np.float32)


def test_pictures_have_the_vectors_of_transformers_own_processor_and_model(
    kind: str, made: MadeImageText, reference: Any
) -> None:
    frame = picture()
    size = {"height": SIDE, "width": SIDE}
    options: dict[str, Any] = {"size": size}
    if kind == "CLIP":
        options = {"size": {"shortest_edge": SIDE}, "crop_size": size}
    seen = PROCESSORS[kind](**options)(Image.fromarray(frame[0]), return_tensors="pt")
    with torch.inference_mode():
        expected = unit(reference.get_image_features(**seen).pooler_output)
    measure = measure_of(made)
    series = measure.series(Fraction(1), [Row(0, 0, measure.look([frame])[0])])
    (vector,) = measure.embeddings(series)
    assert np.abs(vector - expected).max() < 1e-4
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)
    logits = load_size_vectors(made.installed).logits(vector[None])
    assert np.allclose(measure.size_logits(series), logits, rtol=1e-6)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_texts_have_the_vectors_of_transformers_own_tokenizer_and_model(
    kind: str, made: MadeImageText, reference: Any, sentence: str
) -> None:
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(made.folder / "tokenizer.json"),
        pad_token="<pad>" if kind == "SigLIP 2" else None,
    )
    if kind == "CLIP":
        ids = tokenizer(f"a photo of {sentence}", return_tensors="pt").input_ids
    else:
        ids = tokenizer(
            sentence.lower(), padding="max_length", max_length=SIGLIP_LENGTH, return_tensors="pt"
        ).input_ids
    with torch.inference_mode():
        expected = unit(reference.get_text_features(input_ids=ids).pooler_output)
    found = load_texts(made.folder, made.card).embed(sentence)
    assert np.abs(found - expected).max() < 1e-4


def test_the_vector_of_a_picture_does_not_depend_on_its_neighbours(made: MadeImageText) -> None:
    measure = measure_of(made)
    frames = [picture(seed) for seed in range(5)]
    together = measure.look(frames)
    for frame, row in zip(frames, together, strict=True):
        assert np.array_equal(measure.look([frame])[0], row)
    assert len({row.tobytes() for row in together}) == 5


def test_capitals_and_spaces_around_a_query_do_not_count(made: MadeImageText) -> None:
    embed = load_texts(made.folder, made.card).embed
    assert np.array_equal(embed("a red car"), embed("  A Red CAR "))
    assert not np.array_equal(embed("a red car"), embed("a car red"))


@pytest.mark.parametrize("text", ["", "  ", "\udcff"])
def test_a_query_without_words_is_told_so(made: MadeImageText, text: str) -> None:
    with pytest.raises(QueryInvalid):
        load_texts(made.folder, made.card).embed(text)


def test_a_query_as_long_as_the_model_reads_is_answered_and_a_longer_one_refused(
    kind: str, made: MadeImageText
) -> None:
    # A start, an end and the three words of the template in CLIP's sentence; an end in SigLIP's.
    most = CLIP_LENGTH - 5 if kind == "CLIP" else SIGLIP_LENGTH - 1
    length = CLIP_LENGTH if kind == "CLIP" else SIGLIP_LENGTH
    embed = load_texts(made.folder, made.card).embed
    assert embed("7" * most).shape == (read_outline(made.folder, made.card).embedding,)
    with pytest.raises(QueryInvalid, match=f"reads at most {length}"):
        embed("7" * (most + 1))


def test_the_estimate_of_a_frame_is_about_what_torch_allocates(made: MadeImageText) -> None:
    need = measure_of(made).estimate(Device("cpu", "cpu", "cpu", "fp32"))
    model = load_images(made.folder, made.card)
    frame = torch.from_numpy(picture())[None]
    assert need.window == pytest.approx(peak_bytes(lambda: model.network(frame)), rel=0.15)
    held = sum(tensor.nbytes for tensor in model.network.tower.state_dict().values())
    assert held * 1.14 < need.weights < held * 1.16


def test_half_the_precision_is_close_and_has_a_key_of_its_own(made: MadeImageText) -> None:
    whole, half = (
        EmbeddingMeasure(made.installed, DeviceChoice("cpu", precision))
        for precision in ("fp32", "bf16")
    )
    width = read_outline(made.folder, made.card).embedding
    one, other = (measure.look([picture()])[0][:width] for measure in (whole, half))
    assert float(one @ other) > 0.999
    assert whole.key != half.key
    assert whole.key == measure_of(made).key


def test_normalisation_is_read_from_the_files_where_the_card_has_none(tmp_path: Path) -> None:
    made = make_clip(tmp_path)
    bare = made.card.model_copy(update={"mean": None, "std": None})
    frame = torch.from_numpy(picture())[None]
    with torch.inference_mode():
        told, read = (
            load_images(made.folder, card).network(frame)["embedding"] for card in (made.card, bare)
        )
    assert torch.equal(told, read)
    (made.folder / "preprocessor_config.json").unlink()
    with pytest.raises(ModelUnreadable, match="normalised"):
        load_images(made.folder, bare)


def test_outlines_tell_sides_and_widths(tmp_path: Path) -> None:
    clip, siglip = make_clip(tmp_path / "clip"), make_siglip(tmp_path / "siglip")
    told = [read_outline(m.folder, m.card) for m in (clip, siglip)]
    assert [(o.size, o.embedding, o.length) for o in told] == [
        (SIDE, SHARED, CLIP_LENGTH),
        (SIDE, VISION, SIGLIP_LENGTH),
    ]
