"""Image-text models with random weights, in the published layouts, and the cards that fit them.

Tensors bear the names of the files on the hub (``openai/clip-vit-base-patch32``,
``google/siglip2-base-patch16-224``), whatever the installed transformers calls them; tokenizers are
trained on a few sentences, in the form of the published ones.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from torch import Tensor

from shotlog.models.catalog import (
    Card,
    InstalledModel,
    Licence,
    Registry,
    Resize,
    TextInput,
    describe_file,
)
from tests.models.checkpoints import Dice, Tensors, write

SIDE, PATCH, VISION, TEXT, SHARED, DEPTH, HEADS = 32, 16, 48, 32, 24, 2, 4
"""Of a picture, of a patch, of its tokens, of a text's tokens, of both vectors of a CLIP."""

SENTENCES = ("a photo of a woman laughing", "a red car in the night", "two people at a table")

CLIP_TEXT = TextInput(template="a photo of {}", start="<|startoftext|>", end="<|endoftext|>")
SIGLIP_TEXT = TextInput(lowercase=True, end="<eos>", padding="<pad>")
CLIP_LENGTH, SIGLIP_LENGTH = 77, 64

_UNKNOWN = "<unk>"
FINGERPRINT = "fedcba9876543210" * 4


@dataclass(frozen=True, eq=False)
class MadeImageText:
    """An image-text model on disk.

    Attributes:
        folder: Where its files lie.
        card: The card that fits it.
    """

    folder: Path
    card: Card

    @property
    def installed(self) -> InstalledModel:
        """The model as the registry would give it."""
        return InstalledModel(self.card, self.folder, FINGERPRINT, 1)

    def install(self) -> InstalledModel:
        """Put the model into the registry of the test; its files stay where they are."""
        kept = [describe_file(self.folder / name) for name in self.card.files]
        return Registry().install(self.card, kept, source="this test", linked=self.folder)


def image_text_card(name: str, text: TextInput, resize: Resize, **facts: Any) -> Card:
    """A card for an image-text model of the test's own."""
    return Card(
        name=name,
        title="Random weights",
        files=("config.json", "tokenizer.json", "model.safetensors"),
        text=text,
        resize=resize,
        licence=Licence(name="none", note="Random numbers."),
        **facts,
    )


CLIP_CARD = image_text_card(
    "tiny-clip", CLIP_TEXT, Resize.COVER, rank=7,
    mean=(0.48145466, 0.4578275, 0.40821073), std=(0.26862954, 0.26130258, 0.27577711),
)  # fmt: skip
SIGLIP_CARD = image_text_card(
    "tiny-siglip", SIGLIP_TEXT, Resize.STRETCH, rank=6, mean=(0.5,) * 3, std=(0.5,) * 3
)


def make_clip(folder: Path, seed: int = 0, card: Card = CLIP_CARD) -> MadeImageText:
    """Writes a CLIP as it was published: with position_ids, and the end of a text given as 2."""
    dice, tokenizer = Dice(seed), clip_tokenizer()
    vision, text = "vision_model", "text_model"
    tokens = (SIDE // PATCH) ** 2 + 1
    tensors: Tensors = {
        "logit_scale": torch.tensor(2.6592),
        f"{text}.embeddings.position_ids": torch.arange(CLIP_LENGTH)[None],
        f"{vision}.embeddings.position_ids": torch.arange(tokens)[None],
        f"{vision}.embeddings.class_embedding": dice.normal(VISION),
        f"{vision}.embeddings.patch_embedding.weight": dice.normal(
            VISION, 3, PATCH, PATCH, scale=0.05
        ),
        f"{vision}.embeddings.position_embedding.weight": dice.normal(tokens, VISION),
        "visual_projection.weight": dice.normal(SHARED, VISION, scale=0.2),
        "text_projection.weight": dice.normal(SHARED, TEXT, scale=0.2),
    }
    tensors |= dice.norm(f"{vision}.pre_layrnorm", VISION)
    tensors |= dice.norm(f"{vision}.post_layernorm", VISION)
    tensors |= _text_embeddings(dice, tokenizer.get_vocab_size(), CLIP_LENGTH)
    tensors |= _blocks(dice, vision, VISION) | _blocks(dice, text, TEXT)
    config = {
        "architectures": ["CLIPModel"],
        "model_type": "clip",
        "projection_dim": SHARED,
        "text_config": {
            **_config(TEXT), "bos_token_id": 0, "eos_token_id": 2,
            "max_position_embeddings": CLIP_LENGTH, "vocab_size": tokenizer.get_vocab_size(),
        },
        "vision_config": {**_config(VISION), "image_size": SIDE, "patch_size": PATCH},
    }  # fmt: skip
    return _written(folder, config, tensors, tokenizer, card)


def make_siglip(folder: Path, seed: int = 0, card: Card = SIGLIP_CARD) -> MadeImageText:
    """Writes a SigLIP 2 of fixed size; both halves have vectors of the same width."""
    dice, tokenizer = Dice(seed), gemma_tokenizer()
    vision, text = "vision_model", "text_model"
    head = f"{vision}.head"
    tokens = (SIDE // PATCH) ** 2
    tensors: Tensors = {
        "logit_scale": torch.tensor([4.7]),
        "logit_bias": torch.tensor([-16.5]),
        f"{vision}.embeddings.patch_embedding.weight": dice.normal(
            VISION, 3, PATCH, PATCH, scale=0.05
        ),
        f"{vision}.embeddings.patch_embedding.bias": dice.normal(VISION, scale=0.1),
        f"{vision}.embeddings.position_embedding.weight": dice.normal(tokens, VISION),
        f"{head}.probe": dice.normal(1, 1, VISION),
        f"{head}.attention.in_proj_weight": dice.normal(3 * VISION, VISION, scale=0.3),
        f"{head}.attention.in_proj_bias": dice.normal(3 * VISION, scale=0.1),
    }
    tensors |= dice.linear(f"{head}.attention.out_proj", VISION, VISION)
    tensors |= dice.norm(f"{head}.layernorm", VISION)
    tensors |= dice.linear(f"{head}.mlp.fc1", 2 * VISION, VISION)
    tensors |= dice.linear(f"{head}.mlp.fc2", VISION, 2 * VISION)
    tensors |= dice.norm(f"{vision}.post_layernorm", VISION)
    tensors |= _text_embeddings(dice, tokenizer.get_vocab_size(), SIGLIP_LENGTH)
    tensors |= dice.linear(f"{text}.head", VISION, TEXT)
    tensors |= _blocks(dice, vision, VISION) | _blocks(dice, text, TEXT)
    config = {
        "architectures": ["SiglipModel"],
        "model_type": "siglip",
        "text_config": {
            **_config(TEXT), "hidden_act": "gelu_pytorch_tanh", "projection_size": VISION,
            "max_position_embeddings": SIGLIP_LENGTH, "vocab_size": tokenizer.get_vocab_size(),
            "bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0,
        },
        "vision_config": {
            **_config(VISION), "hidden_act": "gelu_pytorch_tanh",
            "image_size": SIDE, "patch_size": PATCH,
        },
    }  # fmt: skip
    return _written(folder, config, tensors, tokenizer, card)


def clip_tokenizer() -> Tokenizer:
    """Bytes and pairs of them, ends of words marked, both special tokens last, as CLIP's."""
    tokenizer = Tokenizer(BPE(end_of_word_suffix="</w>", unk_token=CLIP_TEXT.end))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\p{L}+|\p{N}|[^\s\p{L}\p{N}]+"), "removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        SENTENCES, BpeTrainer(vocab_size=700, initial_alphabet=alphabet, show_progress=False)
    )
    tokenizer.add_special_tokens(["<|startoftext|>", "<|endoftext|>"])
    last = tokenizer.get_vocab_size() - 1
    tokenizer.post_processor = processors.RobertaProcessing(
        ("<|endoftext|>", last), ("<|startoftext|>", last - 1),
        trim_offsets=False, add_prefix_space=False,
    )  # fmt: skip
    return tokenizer


def gemma_tokenizer() -> Tokenizer:
    """Pieces with ▁ for a space, an end after the text, a length baked in, as SigLIP 2's."""
    tokenizer = Tokenizer(BPE(unk_token=_UNKNOWN, fuse_unk=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    special = ["<pad>", "<eos>", "<bos>", _UNKNOWN]
    tokenizer.train_from_iterator(
        (*SENTENCES, "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789"),
        BpeTrainer(vocab_size=200, special_tokens=special, show_progress=False),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A <eos>", special_tokens=[("<eos>", 1)]
    )
    tokenizer.enable_padding(length=SIGLIP_LENGTH, pad_id=0, pad_token=SIGLIP_TEXT.padding)
    return tokenizer


def _written(
    folder: Path, config: dict[str, Any], tensors: Tensors, tokenizer: Tokenizer, card: Card
) -> MadeImageText:
    write(folder, config, tensors)
    tokenizer.save(str(folder / "tokenizer.json"))
    preprocessor = {"image_mean": card.mean, "image_std": card.std}
    preprocessor["do_center_crop"] = card.resize is Resize.COVER  # type: ignore[assignment]
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    return MadeImageText(folder, card)


def _config(width: int) -> dict[str, int]:
    return {
        "hidden_size": width,
        "intermediate_size": 2 * width,
        "num_attention_heads": HEADS,
        "num_hidden_layers": DEPTH,
    }


def _text_embeddings(dice: Dice, vocabulary: int, length: int) -> Tensors:
    return {
        "text_model.embeddings.token_embedding.weight": dice.normal(vocabulary, TEXT),
        "text_model.embeddings.position_embedding.weight": dice.normal(length, TEXT),
    } | dice.norm("text_model.final_layer_norm", TEXT)


def _blocks(dice: Dice, half: str, width: int) -> dict[str, Tensor]:
    tensors: Tensors = {}
    for number in range(DEPTH):
        block = f"{half}.encoder.layers.{number}"
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            tensors |= dice.linear(f"{block}.self_attn.{part}", width, width)
        tensors |= dice.norm(f"{block}.layer_norm1", width)
        tensors |= dice.norm(f"{block}.layer_norm2", width)
        tensors |= dice.linear(f"{block}.mlp.fc1", 2 * width, width)
        tensors |= dice.linear(f"{block}.mlp.fc2", width, 2 * width)
    return tensors
